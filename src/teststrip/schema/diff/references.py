"""A schema with its references written out, so that parts can be compared by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOCAL: Final = "#/$defs/"


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with each reference into its `$defs` replaced by what it names.

    A reference that leads back into itself, or out of the document, stays, and then `$defs` do too.
    """
    definitions = schema.get("$defs", {})
    body = {keyword: value for keyword, value in schema.items() if keyword != "$defs"}
    written = cast("dict[str, Any]", _write(body, definitions, frozenset()))
    return written | {"$defs": definitions} if _refers(written) and definitions else written


def _write(value: Any, definitions: Mapping[str, Any], within: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_write(item, definitions, within) for item in value]
    if not isinstance(value, dict):
        return value
    name = value.get("$ref")
    if isinstance(name, str) and name.startswith(_LOCAL):
        name = name.removeprefix(_LOCAL)
        if name in definitions and name not in within:
            rest = {keyword: inner for keyword, inner in value.items() if keyword != "$ref"}
            target = definitions[name]
            if isinstance(target, dict) and not rest.keys() & target.keys():
                return _write({**target, **rest}, definitions, within | {name})
    return {keyword: _write(inner, definitions, within) for keyword, inner in value.items()}


def _refers(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_refers, value))
    return isinstance(value, dict) and ("$ref" in value or any(map(_refers, value.values())))
