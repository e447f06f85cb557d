"""Parameters that a component is given as a list of objects: `<Fields items={[{name: "steps", type: "integer"}]} />`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.forms.field_cells import field_cells
from teststrip.provider.reading.forms.listed import FIELD_COLUMNS, header_at
from teststrip.provider.reading.inline import Cell
from teststrip.provider.reading.shown import Shown, shown_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BEGINS: Final = Pattern(r"\s{0,40}<[A-Z][\w.]{0,60}(?=[\s>]|$)")
_LISTED: Final = Pattern(r"\s(?P<name>[A-Za-z][\w-]{0,40})=\{\s{0,40}\[")
_WORDS: Final[Mapping[str, str]] = {
    "name": "name", "key": "name", "field": "name", "param": "name", "parameter": "name", "prop": "name", "property": "name",
    "type": "type", "required": "required", "optional": "optional", "default": "default", "defaultvalue": "default",
    "description": "description", "desc": "description", "details": "description", "about": "description",
    "enum": "enum", "options": "enum", "values": "enum", "allowedvalues": "enum", "choices": "enum",
    "min": "min", "max": "max", "minimum": "min", "maximum": "max", "in": "in", "location": "in",
}  # fmt: skip
_CHILDREN: Final = frozenset({"children", "fields", "properties", "params", "items", "members"})
_TELLING: Final = frozenset({"type", "required", "default", "description", "optional"})
_ANSWERS: Final = Pattern(r"respon|return|output|error|header", re.IGNORECASE)
_MOST_DEEP: Final = 6
LONGEST: Final = 1500  # lines of one tag


def end_of(lines: Sequence[str], at: int) -> int | None:
    """Return the line on which the tag that begins on line `at` ends, past quotes and braces; None when none does."""
    quote, depth = "", 0
    for index in range(at, min(len(lines), at + LONGEST)):
        line = lines[index]
        for sign in line[line.index("<") + 1 :] if index == at else line:
            if quote:
                quote = "" if sign == quote else quote
            elif sign in "\"'`":
                quote = sign
            elif sign in "{}":
                depth += 1 if sign == "{" else -1
            elif sign == ">" and depth <= 0:
                return index
        quote = quote if quote == "`" else ""  # an apostrophe in running text
    return None


def read_jsx_lists(text: str, file: str, line: int) -> tuple[tuple[Cell, ...], tuple[Row, ...]]:
    """Read the lists that a tag, which begins on a line of a file, is given; no rows when none is of parameters."""
    rows: list[Row] = []
    for match in _LISTED.finditer(text):
        start = text.index("[", match.end() - 1)
        if _ANSWERS.search(match["name"]):
            continue
        shown = next(iter(shown_in(text[start:], line + text.count("\n", 0, start))), None)
        if shown is not None and shown.form == "array" and _is_list(shown.items):
            rows += _rows(shown.items, file, 0)
    names = header_at(Where(file, line, 1), FIELD_COLUMNS)
    return names, tuple(rows)


def _is_list(items: Sequence[Shown]) -> bool:
    """Tell whether every object has a name, and most say more of it."""
    given = [_given(item) for item in items if item.form == "object"]
    telling = sum(bool(_TELLING & set(one)) for one in given)
    return (
        bool(given)
        and len(given) == len(items)
        and all(one.get("name") for one in given)
        and telling * 2 > len(given)
    )


def _rows(items: Sequence[Shown], file: str, depth: int) -> Iterator[Row]:
    for item in items:
        given = _given(item)
        where = Where(file, item.line, 1)
        place = given.get("in", "body").lower()
        yield Row(field_cells(given, given["name"], place, given.get("description", ""), where), where, (), depth)
        for name, value in item.members:
            if (
                name.lower() in _CHILDREN
                and value.form == "array"
                and depth < _MOST_DEEP
                and _is_list(value.items)
            ):
                yield from _rows(value.items, file, depth + 1)


def _given(item: Shown) -> dict[str, str]:
    """Return the members that say something of a parameter, by the names that attributes have."""
    given: dict[str, str] = {}
    for name, value in item.members:
        word = _WORDS.get(name.replace("_", "").lower())
        if word is None or word in given:
            continue
        if value.form == "array":
            listed = [one.text for one in value.items if one.text]
            given.update({word: ", ".join(f'"{text}"' for text in listed)} if listed and word == "enum" else {})
        elif value.text and value.form != "null":
            given[word] = value.text
    if given.get("optional", "") == "false":
        del given["optional"]
        given.setdefault("required", "true")
    return given
