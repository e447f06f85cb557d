"""The attributes of a component, and the cells of the row that they make."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.base.where import Where

"""What the cells of a component's row are, in order; their header says so in these words."""

_HINT: Final = Pattern(
    r"(?:max|min)(?:imum)?\.?\s?[:：]?\s?\d+|\d+(?:\.\d+)?\s?(?:-|–|~|to)\s?\d+(?:\.\d+)?", re.IGNORECASE
)
_ATTRIBUTE: Final = Pattern(r"(?<![\w:-])([A-Za-z][\w:-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{)|(?=[\s/>]|$))")


def attributes_of(text: str) -> Iterator[tuple[str, str]]:
    """Give the attributes of a tag with their values; one without a value is "true"."""
    at = 0
    while match := _ATTRIBUTE.search(text, at):
        at = match.end()
        if text[match.end() - 1] == "{" and match[2] is None and match[3] is None:
            depth, begin = 1, at
            while at < len(text) and depth:
                depth += {"{": 1, "}": -1}.get(text[at], 0)
                at += 1
            yield match[1], text[begin : at - 1].strip()
        else:
            value = match[2] if match[2] is not None else match[3]
            yield match[1], "true" if value is None else html.unescape(value)


def field_cells(given: dict[str, str], name: str, place: str, about: str, where: Where) -> tuple[Cell, ...]:
    """Return the cells, one for each of `FIELD_COLUMNS`, of a field with some attributes."""
    required = given.get("required", "").lower()
    if required == "" and "optional" in given:
        required = "false"
    return (
        plain_cell(name, where),
        plain_cell(given.get("type", ""), where),
        plain_cell({"true": "yes", "false": "no", "": "no"}.get(required, required), where),
        _value_cell(given, where),
        plain_cell(place, where),
        read_inline(about, where) if about else plain_cell("", where),
        _range_cell(given, where),
    )


def _value_cell(given: dict[str, str], where: Where) -> Cell:
    """Return a default as a code span, for an attribute's value is a value and not prose."""
    text = given.get("default", given.get("defaultValue"))
    if text is None:
        return plain_cell("", where)
    return Cell(((text.strip("`") or '""', True),), where, text)


def _range_cell(given: dict[str, str], where: Where) -> Cell:
    """Make a range of the attributes that hold one: a list of values, or a minimum and a maximum."""
    listed = given.get("enum") or given.get("options") or given.get("values") or ""
    values = re.findall(r"\"([^\"]*)\"|'([^']*)'|([^\s,\[\]{}\"']+)", listed)
    if values:
        pieces: list[tuple[str, bool]] = []
        for parts in values:
            pieces += [(", ", False)] if pieces else []
            pieces.append((next((part for part in parts if part), ""), True))
        return Cell(tuple(pieces), where, listed)
    ends = [(word, given.get(word) or given.get(name)) for word, name in (("min", "minimum"), ("max", "maximum"))]
    said = ", ".join(f"{word} {end}" for word, end in ends if end)
    # What a form shows in an empty field is no value, but may tell a limit.
    hint = given.get("placeholder", "") if not said else ""
    return plain_cell(hint if _HINT.fullmatch(hint) else said, where)
