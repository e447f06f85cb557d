"""Values that examples show, as the schema that all of them fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.blocks.tree import AT, MOST_DEEP, SILENT
from teststrip.provider.reading.shown_values import kind_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.base.json import Json
    from teststrip.provider.reading.shown import Shown

_NO_NAME: Final = Pattern(
    r"[A-Z0-9]*\d[A-Z0-9]*|.*[^\x00-\x7f].*|.*\s.*"
)  # keys that are values: colours, words of a language
_PLAIN: Final = frozenset({"string", "integer", "number", "boolean"})


def schema_of(values: Sequence[Shown], depth: int = 0) -> dict[str, Json]:
    """Return the schema of values of one parameter; each member says where it stands by `AT`."""
    kinds = list(dict.fromkeys(kind for value in values if (kind := kind_of(value))))
    if set(kinds) == {"integer", "number"}:
        kinds = ["number"]
    schema: dict[str, Json] = {AT: [values[0].line, 1]}
    if kinds:
        schema["type"] = kinds[0] if len(kinds) == 1 else [*kinds]
    if "object" in kinds and depth < MOST_DEEP:
        schema |= _members([value for value in values if value.form == "object"], depth)
    items = [item for value in values if value.form == "array" for item in value.items]
    if items and "array" in kinds and depth < MOST_DEEP:
        schema["items"] = schema_of(items, depth + 1)
    shown = [value_of(value) for value in values if kind_of(value) in _PLAIN]
    examples: list[Json] = [one for one in shown if one not in {"", None}]
    if examples:
        schema["examples"] = examples[:1]
    return schema


def _members(values: Sequence[Shown], depth: int) -> dict[str, Json]:
    if any({"type", "properties"} <= set(value.names) for value in values):
        return {}  # a schema that is sent as a value
    several: dict[str, list[Shown]] = {}
    for value in values:
        for name, member in value.members:
            if not _NO_NAME.fullmatch(name):
                several.setdefault(name, []).append(member)
    properties: dict[str, Json] = {name: schema_of(members, depth + 1) for name, members in several.items()}
    return {"properties": properties, SILENT: True} if properties else {}
