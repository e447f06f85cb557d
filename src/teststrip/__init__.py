"""Declarative parameter sweeps for image models: a recipe in, a contact sheet out."""

__version__ = "0.1.0"
