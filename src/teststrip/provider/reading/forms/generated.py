"""Attributes of the components that generators make of an OpenAPI document: the schema itself stands in them as JSON.

    <SchemaItem name={"steps"} required={false} schemaName={"integer"} schema={{"type":"integer","default":28}}>

(docusaurus-openapi-docs writes these.)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_COPIED: Final = {
    "default": "default", "enum": "enum", "minimum": "minimum", "maximum": "maximum", "description": "description"
}  # fmt: skip
_COUNTED: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
}


def generated(given: dict[str, str]) -> dict[str, str]:
    """Return the attributes with what their schema says; those of other components as they are."""
    if "schema" not in given and "param" not in given:
        return given
    param = _object(given.get("param", ""))
    schema = _object(given.get("schema", "")) or _held(param, "schema")
    found = {key: value.strip("\"'`") for key, value in given.items() if key not in {"schema", "param"}}
    for key in ("name", "in", "required", "description"):
        value = param.get(key)
        if isinstance(value, str | bool):
            found[key] = _text(value)
    for key, name in _COPIED.items():
        if key in schema and name not in found:
            found[name] = _text(schema[key])
    found["type"] = _type(found.get("schemaName", ""), schema)
    counts = [told.format(schema[key]) for key, told in _COUNTED.items() if isinstance(schema.get(key), int)]
    found["description"] = "\n".join([*filter(None, [found.get("description", "")]), *counts])
    return found


def _type(name: str, schema: Mapping[str, Json]) -> str:
    items, kind = _held(schema, "items"), schema.get("type")
    if kind == "array" and isinstance(items.get("type"), str):
        return f"array<{items['type']}>"
    return kind if isinstance(kind, str) else name


def _object(text: str) -> Mapping[str, Json]:
    try:
        value = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _held(value: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    held = value.get(key)
    return held if isinstance(held, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
