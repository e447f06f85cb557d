"""Fields in the marks of site generators: GitBook and Markdoc `{% ... %}`, Hugo `{{< ... >}}`, ReadMe `[block:...]`.

{% swagger-parameter in="body" name="steps" type="integer" required="true" %}
How many steps to take
{% endswagger-parameter %}
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.forms.components import Found
from teststrip.provider.reading.forms.field_cells import attributes_of, field_cells
from teststrip.provider.reading.forms.listed import FIELD_COLUMNS, header_at
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK: Final = Pattern(
    r"[ \t]*(?:\{%|\{\{[<%])[ \t]*(?P<close>/|end-?)?(?P<tag>[A-Za-z][\w-]{0,40})(?P<rest>[^\n]{0,2000}?)(?P<self>/)?[ \t]*(?:%\}|[>%]\}\})(?P<after>[^\n]*)"
)
_FIELD: Final = Pattern(
    r"(?:[\w-]{0,20}-)?(?:param|parameter|field|property|prop|attribute|argument)", re.IGNORECASE
)
_METHODS: Final = frozenset({"swagger", "openapi", "api-method"})
_PARTS: Final = {
    "api-method-headers": "header",
    "api-method-path-parameters": "path",
    "api-method-query-parameters": "query",
    "api-method-body-parameters": "body",
    "api-method-form-data-parameters": "body",
}
_ANSWERS: Final = Pattern(r"(?:swagger|api-method)-response(?:-example|s)?", re.IGNORECASE)
_BLOCK: Final = Pattern(r"[ \t]*\[block:(?P<kind>[a-z-]{1,30})\][ \t]*")
_PLACE: Final = Pattern(r"(?P<row>h|\d{1,5})-(?P<column>\d{1,3})")
_UNQUOTED: Final = Pattern(r"=([^\s\"'{}=]{1,200})(?=\s|$)")
_MOST_LINES: Final = 2000  # of one block or field; one that is never closed ends there
_MOST_ABOVE: Final = 40  # lines between a call and its field
_KEY: Final = Pattern(r"\?(?P<name>[A-Za-z_][\w.-]{0,60})=")
_MOST_COLUMNS: Final = 40


def read_template(lines: Sequence[str], at: int, file: str, first: int) -> Found | None:
    """Read what such a mark on line `at` (counted from 0) holds; None when none is there."""
    block = _BLOCK.fullmatch(lines[at])
    if block is not None:
        return _block(lines, at, file, first, block["kind"])
    mark = _MARK.fullmatch(lines[at])
    if mark is None:
        return None
    tag = mark["tag"].lower()
    where = Where(file, first + at, 1)
    if mark["close"]:
        return Found(at + 1)
    if tag in _METHODS:
        given = _given(mark["rest"])
        call = f"{given.get('method', '').upper()} {given.get('path', '')}".strip()
        return Found(at + 1, title=plain_cell(call, where)) if call else Found(at + 1)
    if _ANSWERS.fullmatch(tag):
        return Found(at + 1, title=plain_cell("Response", where))
    if _FIELD.fullmatch(tag) and "name" in _given(mark["rest"]):
        return _fields(lines, at, file, first)
    return Found(at + 1) if tag in _PARTS or tag.startswith(("tab", "hint", "swagger", "api-method")) else None


def _fields(lines: Sequence[str], at: int, file: str, first: int) -> Found:
    """Read a run of fields, with nothing but empty lines and marks of parts between them."""
    rows: list[Row] = []
    depth = 0
    place = next(
        (_PARTS[tag] for line in reversed(lines[max(0, at - 3) : at]) if (tag := _tag_of(line)) in _PARTS), ""
    )
    start = index = at
    while index < min(len(lines), start + _MOST_LINES):
        mark = _MARK.fullmatch(lines[index])
        tag = mark["tag"].lower() if mark is not None else ""
        if mark is None and lines[index].strip():
            break
        if mark is not None and not _FIELD.fullmatch(tag):
            if tag not in _PARTS:
                break
            place = _PARTS[tag]
        elif mark is not None and mark["close"]:
            depth = max(0, depth - 1)
        elif mark is not None:
            given = _given(mark["rest"])
            if place:
                given.setdefault("in", place)
            if not given.get("name", "").strip():
                given |= _asked(lines, index)
            body, stop = ([], index) if mark["self"] else _body(lines, index)
            rows.append(_row(given, [mark["after"].strip(), *body], Where(file, first + index, 1), depth))
            depth += not mark["self"]
            index = stop
        index += 1
    names = header_at(Where(file, first + at, 1), FIELD_COLUMNS)
    return Found(max(index, at + 1), tuple(rows), names)


def _given(text: str) -> dict[str, str]:
    """Return the attributes of a mark, whose values may stand without quotes."""
    return dict(attributes_of(_UNQUOTED.sub(r'="\1"', text)))


def _asked(lines: Sequence[str], at: int) -> dict[str, str]:
    """Return the first part of the address that the call above a field is shown with, for a field without a name."""
    for line in reversed(lines[max(0, at - _MOST_ABOVE) : at]):
        if _tag_of(line) in _METHODS:
            mark = _MARK.fullmatch(line)
            key = _KEY.search(_given(mark["rest"]).get("path", "")) if mark is not None else None
            return {"name": key["name"], "in": "query"} if key is not None else {}
    return {}


def _tag_of(line: str) -> str:
    mark = _MARK.fullmatch(line)
    return mark["tag"].lower() if mark is not None and not mark["close"] else ""


def _body(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """Return the lines below an opening mark up to the next mark, and the last of them."""
    body: list[str] = []
    index = at
    for index in range(at + 1, min(len(lines), at + _MOST_LINES)):
        if _MARK.fullmatch(lines[index]):
            return body, index - 1
        body.append(lines[index].strip())
    return body[:1], at + 1 if body else at


def _row(given: dict[str, str], body: Sequence[str], where: Where, depth: int) -> Row:
    about = "\n".join(line for line in (given.get("description", ""), *body) if line)
    place = given.get("in", "body").lower()
    return Row(field_cells(given, given.get("name", ""), place, about, where), where, (), depth)


def _block(lines: Sequence[str], at: int, file: str, first: int, kind: str) -> Found | None:
    """Read a table that ReadMe keeps as JSON: `h-0` is the first header, `2-1` the second cell of the third row."""
    stop = next(
        (i for i in range(at + 1, min(len(lines), at + _MOST_LINES)) if lines[i].strip() == "[/block]"), None
    )
    if stop is None or kind != "parameters":
        return None
    try:
        held = json.loads("\n".join(lines[at + 1 : stop]))
    except (ValueError, RecursionError):
        return None
    data = held.get("data") if isinstance(held, dict) else None
    if not isinstance(data, dict):
        return None
    places = _places(lines, at + 1, stop)
    rows: dict[int, dict[int, Cell]] = {}
    for key, text in data.items():
        match = _PLACE.fullmatch(key)
        if match is None or not isinstance(text, str) or int(match["column"]) >= _MOST_COLUMNS:
            continue
        row = -1 if match["row"] == "h" else int(match["row"])
        where = Where(file, first + places.get(row, at), 1)
        rows.setdefault(row, {})[int(match["column"])] = read_inline(text, where)
    if -1 not in rows or len(rows) < 2:
        return None
    wide = max(rows[-1]) + 1
    cells = {
        row: tuple(found.get(column, plain_cell("", next(iter(found.values())).where)) for column in range(wide))
        for row, found in sorted(rows.items())
    }
    header = cells.pop(-1)
    return Found(stop + 1, tuple(Row(row, row[0].where) for row in cells.values()), header, "table")


def _places(lines: Sequence[str], start: int, stop: int) -> dict[int, int]:
    """Return the line on which each row's first cell stands."""
    places: dict[int, int] = {}
    for index in range(start, stop):
        match = re.match(r"\s*\"(h|\d{1,5})-\d{1,3}\"\s*:", lines[index])
        if match is not None:
            places.setdefault(-1 if match[1] == "h" else int(match[1]), index)
    return places
