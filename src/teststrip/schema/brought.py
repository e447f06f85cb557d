"""The schemas of what plugins bring, put among our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from teststrip.errors import UsageError
from teststrip.schema.parts import closed, templated

if TYPE_CHECKING:
    from teststrip.plugins.extensions import Extensions
    from teststrip.plugins.records import AxisKind
    from teststrip.schema.rules import Schema


def with_kinds(own: Schema, extensions: Extensions) -> Schema:
    """Return the schema of a mapping on an axis: a plugin's where its member is, and else `own`.

    The members that tell the kinds are known there too, so that a misspelt one is told from all of them. Raises
    UsageError that names the plugin whose schema is none.
    """
    tells = {name: {"description": kind.summary} for name, kind in extensions.kinds.items()}
    form: Schema = own | {"properties": own["properties"] | tells}
    for name, kind in reversed([*extensions.kinds.items()]):
        plugin = extensions.owner("teststrip_axis_kinds", name)
        for member, schema in kind.members.items():
            fault = schema_fault(schema) or _reference(schema)
            if fault:
                raise UsageError(
                    f"the plugin {plugin!r}, axis kind {name!r}: the schema of `{member}` is none: {fault}"
                )
        form = {"type": "object", "if": {"required": [name]}, "then": _form(name, kind), "else": form}
    return form


def schema_fault(schema: Mapping[str, Any]) -> str:
    """Say why a mapping is no JSON Schema (2020-12); "" when it is one."""
    import jsonschema  # noqa: PLC0415  it takes 140 ms to load, and most commands check nothing

    try:
        json.dumps(schema, allow_nan=False)
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        at = ".".join(str(part) for part in error.absolute_path)
        return f"{at}: {error.message}" if at else str(error.message)
    except (TypeError, ValueError, RecursionError) as error:
        return str(error)
    return ""


def _form(name: str, kind: AxisKind) -> Schema:
    members = {
        one: templated(one, str(schema.get("description", one)), dict(schema))
        for one, schema in kind.members.items()
    }
    return closed(members) | {"required": [name, *kind.needed]}


def _reference(schema: Mapping[str, Any]) -> str:
    return "it has a $ref, which leads nowhere here" if '"$ref"' in json.dumps(schema) else ""
