"""Unions: what a value may be, one way for each of its kinds, so that ways of the same kinds are compared.

`anyOf: [{type: string, enum: [a, b]}, {type: integer}]` has two ways; `type: [string, integer]` is split alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from teststrip.schema.diff.limits import kinds_of
from teststrip.schema.diff.meaning import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_KINDS: Final = ("string", "number", "integer", "boolean", "array", "object", "null")
_ABOUT: Final = {
    **dict.fromkeys(("minLength", "maxLength", "pattern", "x-teststrip-size"), frozenset({"string"})),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        frozenset({"number", "integer"}),
    ),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "items"), frozenset({"array"})),
    **dict.fromkeys(
        ("minProperties", "maxProperties", "properties", "required", "additionalProperties"),
        frozenset({"object"}),
    ),
}


def paired(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]] | None:
    """Split two schemas, one of them a union, into pairs for the same kinds of values; None has no such kind.

    Returns None when neither is a union, and when the ways of one are not told apart by their kinds.
    """
    if "anyOf" not in old and "anyOf" not in new:
        return None
    before, after = _ways(old), _ways(new)
    if before is None or after is None:
        return None
    classes: dict[tuple[int | None, int | None], list[str]] = {}
    for kind in _KINDS:
        owners = _owner(before, kind), _owner(after, kind)
        if owners != (None, None):
            classes.setdefault(owners, []).append(kind)
    return [
        (
            None if one is None else _narrowed(before[one], kinds),
            None if other is None else _narrowed(after[other], kinds),
        )
        for (one, other), kinds in classes.items()
    ]


def _ways(node: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return each branch of a union with the words about the whole; a schema that is none is its only way."""
    if "anyOf" not in node:
        return [dict(node)]
    branches = node["anyOf"]
    if rules(node).keys() != {"anyOf"} or not all(isinstance(one, dict) and "type" in one for one in branches):
        return None
    about = {keyword: value for keyword, value in node.items() if keyword != "anyOf"}
    ways = [about | branch for branch in branches]
    kinds = [kind for way in ways for kind in _taken(way)]
    return ways if len(kinds) == len(set(kinds)) and not any("anyOf" in branch for branch in branches) else None


def _taken(way: Mapping[str, Any]) -> list[str]:
    """Return the kinds of values that are really taken: an enumeration binds them too."""
    kinds: list[str] = [kind for kind in _KINDS if kind in kinds_of(way)]
    if "enum" not in way and "const" not in way:
        return kinds
    found = {_kind_of(value) for value in _listed(way)}
    return [kind for kind in kinds if kind in found]


def _owner(ways: Sequence[Mapping[str, Any]], kind: str) -> int | None:
    return next((number for number, way in enumerate(ways) if kind in _taken(way)), None)


def _narrowed(way: Mapping[str, Any], kinds: Iterable[str]) -> dict[str, Any]:
    """Return what a schema asks of these kinds alone."""
    names = [kind for kind in kinds if kind != "integer" or "number" not in kinds]
    node = {keyword: value for keyword, value in way.items() if _ABOUT.get(keyword, {*kinds}) & {*kinds}}
    node["type"] = names if len(names) > 1 else names[0]
    if "enum" in node or "const" in node:
        values = _listed(node)
        kept = [number for number, value in enumerate(values) if _kind_of(value) in kinds]
        node.pop("const", None)
        node["enum"] = [values[number] for number in kept]
        for keyword in ("markdownEnumDescriptions", "enumDescriptions"):
            if keyword in node:
                labels = node[keyword]
                node[keyword] = [labels[number] if number < len(labels) else "" for number in kept]
    return node


def _listed(node: Mapping[str, Any]) -> list[Any]:
    return [
        value for value in node.get("enum", [node.get("const")]) if "const" not in node or value == node["const"]
    ]


def _kind_of(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "integer" if float(value).is_integer() else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
