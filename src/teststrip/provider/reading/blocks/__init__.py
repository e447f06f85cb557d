"""Blocks of code that describe a request: OpenAPI, JSON Schema, TypeScript, Zod, pydantic, protobuf, commented JSON."""
