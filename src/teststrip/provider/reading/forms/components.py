"""Components and tags that go over several lines: `<ParamField>` and its kin, call-outs, tabs, HTML tables, comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import GroupForm, Row
from teststrip.provider.reading.forms import jsx_lists
from teststrip.provider.reading.forms.field_cells import attributes_of, field_cells
from teststrip.provider.reading.forms.generated import generated
from teststrip.provider.reading.forms.html_definitions import read_definitions
from teststrip.provider.reading.forms.html_tables import read_html_rows
from teststrip.provider.reading.forms.listed import FIELD_COLUMNS, header_at
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELD: Final = Pattern(
    r"<(ParamField|ResponseField|Property|Parameter|ApiParam|Param|Field|SchemaItem|ParamsItem)\b"
)
_FIELD_EDGE: Final = Pattern(
    r"<(ParamField|ResponseField|Property|Parameter|ApiParam|Param|Field|SchemaItem|ParamsItem)\b"
    r"|</(?:ParamField|ResponseField|Property|Parameter|ApiParam|Param|Field|SchemaItem|ParamsItem)\s*>"
)
_WRAPPER: Final = Pattern(
    r"</?(Expandable|Accordion|AccordionGroup|Tab|Tabs|Card|Step|Steps|Properties|Columns?|Frame|Update)\b[^<>]*>"
)
_TITLED: Final = Pattern(
    r"\s*<(?:Tab|Accordion|Expandable|Step|Card)\b[^<>]*?\btitle=(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\})"
)
_NOTE: Final = Pattern(
    r"\s*<(Note|Warning|Tip|Info|Callout|Check|Danger|Admonition|Aside|Caution|Important)\b[^<>]*>"
)
_BARE: Final = Pattern(
    r"\s*</?[A-Z]\w*(?:\s[^<>]*)?/?>\s*|\s*</?(?:div|section|p|details|center|span|br|hr)\b[^<>]*>\s*"
)
_TABLE: Final = Pattern(r"\s*(?:<div\b[^<>]*>\s*)*<table\b", re.IGNORECASE)
_DEFINED: Final = Pattern(r"\s*<dl\b", re.IGNORECASE)
_ANSWERS: Final = Pattern(r"\s*(?:<div>\s*)?<(?:StatusCodes|ResponseSchema|ApiResponses?)\b")
_PLACES: Final = ("body", "path", "query", "header", "form")
_MOST_LINES: Final = 4000  # of one component; a tag that is never closed ends there
_MOST_IN_VAIN: Final = 20_000  # lines of tags that are gone through for lists and have none
_IN_VAIN: Final = "lists in vain"
_MOST_TAG: Final = 60  # lines that one opening tag may take


@dataclass(frozen=True, slots=True)
class Found:
    """What a component says: rows, or texts, or a title that stands for a heading; and the line after it."""

    next_line: int
    rows: tuple[Row, ...] = ()
    header: tuple[Cell, ...] = ()
    form: GroupForm = "fields"
    texts: tuple[Cell, ...] = ()
    title: Cell | None = None


def begins(line: str) -> bool:
    """Tell whether a component or an HTML table begins on a line."""
    return bool(
        "<" in line
        and (_FIELD.match(line.strip()) or _TABLE.match(line) or _NOTE.match(line) or _BARE.fullmatch(line))
    )


def read_component(lines: Sequence[str], at: int, file: str, first: int, ends: dict[str, int]) -> Found | None:
    """Read what begins on line `at` (counted from 0), or return None when it is running text.

    `ends` keeps where an end was found last, so that a page with many beginnings is gone through once.
    """
    line = lines[at]
    stripped = line.strip()
    if stripped.startswith(("<!--", "{/*")):
        return _comment(lines, at, ends)
    if _FIELD.match(stripped):
        return _Fields(lines, at, file, first).read()
    if _TABLE.match(line):
        return _html_table(lines, at, file, first, ends)
    if jsx_lists.BEGINS.match(line):
        listed = _jsx_list(lines, at, file, first, ends)
        if listed is not None:
            return listed
    if _DEFINED.match(line):
        return _definitions(lines, at, file, first, ends)
    if _ANSWERS.match(line):
        return Found(at + 1, title=plain_cell("Response", Where(file, first + at, 1)))
    if _NOTE.match(line):
        return _note(lines, at, file, first)
    titled = _TITLED.match(line)
    if titled is not None:
        where = Where(file, first + at, len(line) - len(line.lstrip()) + 1)
        return Found(at + 1, title=read_inline(titled[1] or titled[2] or titled[3] or "", where))
    return Found(at + 1) if _BARE.fullmatch(line) else None


def _comment(lines: Sequence[str], at: int, ends: dict[str, int]) -> Found:
    end = "-->" if lines[at].strip().startswith("<!--") else "*/}"
    stop = _end(lines, at, end, ends)
    return Found((at if stop is None else stop) + 1)


def _end(lines: Sequence[str], at: int, end: str, ends: dict[str, int]) -> int | None:
    """Return the next line that has an end, or None when there is none within reach."""
    known = ends.get(end, -1)
    if known < at:
        known = next((index for index in range(at, len(lines)) if end in lines[index].lower()), len(lines))
        ends[end] = known
    return known if known < len(lines) and known - at < _MOST_LINES else None


def _note(lines: Sequence[str], at: int, file: str, first: int) -> Found | None:
    match = _NOTE.match(lines[at])
    if match is None:
        return None
    close = f"</{match[1]}"
    stop = next((i for i in range(at, min(at + _MOST_TAG, len(lines))) if close in lines[i]), at)
    if "|" in "".join(lines[at : stop + 1]):
        return Found(at + 1)  # a table inside: only the tag goes
    text = "\n".join(lines[at : stop + 1])[match.end() :].split(close)[0]
    cell = read_inline(text.strip(), Where(file, first + at, 1))
    return Found(stop + 1, texts=(cell,) if cell.text else ())


@dataclass(slots=True)
class _Open:
    """A field whose end has not been met: its attributes, its place, the lines of its body so far."""

    attributes: dict[str, str]
    where: Where
    depth: int
    body: list[str]
    place: int  # among the rows
    response: bool  # of an answer, by its own tag or by one around it


class _Fields:
    """A run of field components, nested in each other, with wrappers between them."""

    def __init__(self, lines: Sequence[str], at: int, file: str, first: int) -> None:
        self._lines = lines
        self._at = at
        self._file = file
        self._first = first
        self._rows: list[Row | None] = []
        self._open: list[_Open] = []
        self._fence = False

    def read(self) -> Found:
        start = self._at
        while self._at < len(self._lines) and self._at - start < _MOST_LINES:
            line = self._lines[self._at]
            if (
                not self._open
                and line.strip()
                and not _FIELD.match(line.strip())
                and not _WRAPPER.fullmatch(line.strip())
            ):
                break
            self._line(line)
        while self._open:
            self._close()
        names = header_at(Where(self._file, self._first + start, 1), FIELD_COLUMNS)
        return Found(max(self._at, start + 1), tuple(row for row in self._rows if row is not None), names)

    def _line(self, line: str) -> None:
        index = self._at
        self._at += 1
        if line.strip().startswith("```"):
            self._fence = not self._fence
            return
        if self._fence:
            return
        at = 0
        while (edge := _FIELD_EDGE.search(line, at)) is not None:
            self._text(line[at : edge.start()])
            if edge[1] is None:
                self._close()
                at = edge.end()
            else:
                line, at = self._tag(edge, line, index)
        self._text(line[at:])

    def _text(self, text: str) -> None:
        plain = _WRAPPER.sub("", text).strip()
        if plain and self._open:
            self._open[-1].body.append(plain)

    def _close(self) -> None:
        if not self._open:
            return
        field = self._open.pop()
        self._rows[field.place] = _field_row(field)

    def _tag(self, opening: re.Match[str], text: str, index: int) -> tuple[str, int]:
        """Take an opening tag, over several lines when it must be; return the text with them, and where it ends."""
        stop = index
        while (end := _tag_end(text, opening.end())) is None and stop + 1 < min(
            index + _MOST_TAG, len(self._lines)
        ):
            stop += 1
            text += "\n" + self._lines[stop]
        self._at = max(self._at, stop + 1)
        inner = text[opening.end() : end if end is not None else len(text)]
        where = Where(self._file, self._first + index, opening.start() + 1)
        response = opening[1] == "ResponseField" or (bool(self._open) and self._open[-1].response)
        self._open.append(_Open(dict(attributes_of(inner)), where, len(self._open), [], len(self._rows), response))
        self._rows.append(None)
        if inner.rstrip().endswith("/"):
            self._close()
        return text, end + 1 if end is not None else len(text)


def _tag_end(text: str, start: int) -> int | None:
    """Return where the `>` of a tag stands, past quotes and braces; None when it is not there."""
    quote, depth = "", 0
    for index in range(start, len(text)):
        sign = text[index]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif sign == ">" and depth <= 0:
            return index
    return None


def _field_row(field: _Open) -> Row:
    given = generated(field.attributes)
    place = next((name for name in _PLACES if name in given), given.get("in", "body"))
    name = given.get(place) or given.get("name") or given.get("id") or given.get("path") or ""
    place = "response" if field.response else place
    return Row(
        field_cells(given, name, place, "\n".join(field.body) or given.get("description", ""), field.where),
        field.where,
        (),
        field.depth,
    )


def _html_table(lines: Sequence[str], at: int, file: str, first: int, ends: dict[str, int]) -> Found:
    stop = _end(lines, at, "</table", ends)
    last = stop if stop is not None else min(at + _MOST_LINES, len(lines)) - 1
    read = read_html_rows("\n".join(lines[at : last + 1]), file, first + at)
    rows = [Row(row, row[0].where) for row in read]
    if len(rows) < 2:
        return Found(last + 1)
    return Found(last + 1, tuple(rows[1:]), rows[0].cells, "table")


def _definitions(lines: Sequence[str], at: int, file: str, first: int, ends: dict[str, int]) -> Found | None:
    if _end(lines, at, "</dl", ends) is None:
        return None
    depth = 0
    for stop in range(at, min(len(lines), at + _MOST_LINES)):
        line = lines[stop].lower()
        depth += line.count("<dl") - line.count("</dl")
        if depth <= 0:
            header, rows = read_definitions("\n".join(lines[at : stop + 1]), file, first + at)
            return Found(stop + 1, rows, header, "list") if rows else None
    return None


_FIRST_BRACE: Final = 6  # lines of a tag in which its first list begins: plain attributes may stand before it


def _jsx_list(lines: Sequence[str], at: int, file: str, first: int, ends: dict[str, int]) -> Found | None:
    """Read a tag whose attributes hold a list of parameters, up to the line on which it ends."""
    if not any("{" in line for line in lines[at : at + _FIRST_BRACE]) or ends.get(_IN_VAIN, 0) > _MOST_IN_VAIN:
        return None
    stop = jsx_lists.end_of(lines, at)
    rows: tuple[Row, ...] = ()
    if stop is not None:
        header, rows = jsx_lists.read_jsx_lists("\n".join(lines[at : stop + 1]), file, first + at)
        if rows:
            return Found(stop + 1, rows, header)
    ends[_IN_VAIN] = ends.get(_IN_VAIN, 0) + (jsx_lists.LONGEST if stop is None else stop - at + 1)
    return None
