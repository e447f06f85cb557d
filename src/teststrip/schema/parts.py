"""Pieces that the schemas of a recipe are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from teststrip.schema.values import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.schema.rules import Schema


def text(title: str, description: str) -> Schema:
    """Return the schema of a text."""
    return {"title": title, "description": description, "type": "string"}


def whole(description: str, **bounds: int) -> Schema:
    """Return the schema of a whole number."""
    return {"description": description, "type": "integer", **bounds}


def closed(properties: Mapping[str, Any]) -> Schema:
    """Return the schema of a mapping with these members and no others."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def templated(title: str, description: str, schema: Schema) -> Schema:
    """Return the schema of a member that may be given by a template too."""
    return {"title": title, "description": description, "anyOf": [{"title": title} | schema, ref(TEMPLATE)]}


def ref(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/$defs/{name}"}
