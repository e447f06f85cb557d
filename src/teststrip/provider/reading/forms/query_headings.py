"""Headings that each show one parameter of an address: "## Blur `&blur=`", `## Blur <Badge text="&blur=" />`.

What stands below such a heading, up to the next one, describes the parameter. The signs of an address make the name
sure, so nothing has to announce them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_rows import COLUMNS
from teststrip.provider.reading.inline import Cell, joined, plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = (
    r"(?:[?&](?P<{0}>[A-Za-z_][\w.-]{{0,60}})(?:=[^`\"'<>\s]{{0,60}})?|(?P<{0}e>[A-Za-z_][\w.-]{{0,60}})=)"
)
_HEADING: Final = Pattern(
    r"(?P<title>[^<>`\n]{0,80}?)\s{0,4}[(（]?"
    rf"(?:`{_NAME.format('code')}`|<\w{{1,30}}\s[^<>\n]{{0,200}}?[\"']{_NAME.format('badge')}[\"'][^<>\n]{{0,200}}?>)"
    r"(?:</\w{1,30}>)?[)）]?\s{0,4}"
)
_PICTURE: Final = ("![", "[![", "<img", "<Image")
_FEWEST: Final = 2
_BOLD: Final = 9  # the level of a line in bold, which is no new part of the page
_MOST: Final = 40  # paragraphs that describe one parameter


def with_query_headings(document: Document) -> Document:
    """Return a document in which such headings, with their text, are the rows of one group."""
    names = {name for block in document.headings if (name := _name(block))}
    if len(names) < _FEWEST:
        return document
    made: list[Block] = []
    rows: list[Row] = []
    told: list[Cell] = []
    open_: Heading | None = None
    first: Heading | None = None
    known: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Heading) and block.level < _BOLD:
            rows += _row(open_, told)
            open_ = block if (name := _name(block)) and name not in known else None
            told = []
            first = first or open_
            known.add(name)
        if open_ is None:
            made.append(block)
        elif isinstance(block, Text) or (isinstance(block, Heading) and block is not open_):
            told += [_as_line(block)] if not block.cell.raw.lstrip().startswith(_PICTURE) else []
        elif not isinstance(block, Heading):
            made.append(block)
    rows += _row(open_, told)
    if first is None:
        return document
    return Document(document.file, (*made, _group(rows, document.blocks, first)))


def _name(heading: Heading) -> str:
    """Return the parameter that a heading shows; empty for any other heading."""
    match = _HEADING.fullmatch(heading.cell.raw) if heading.level < _BOLD else None
    if match is None:
        return ""
    return next((name for key, name in match.groupdict().items() if name and key != "title"), "")


def _row(heading: Heading | None, told: Sequence[Cell]) -> list[Row]:
    if heading is None:
        return []
    where = heading.cell.where
    empty = plain_cell("", where)
    about = joined(list(told[:_MOST]), "\n") if told else empty
    cells = {"name": plain_cell(_name(heading), where), "description": about}
    return [Row(tuple(cells.get(column, empty) for column in COLUMNS), where)]


def _group(rows: Sequence[Row], blocks: Sequence[Block], first: Heading) -> Group:
    above: list[Heading] = []
    for block in blocks:
        if block is first:
            break
        if isinstance(block, Heading):
            above = [*(one for one in above if one.level < block.level), block]
    where = first.cell.where
    header = tuple(plain_cell(name, where) for name in COLUMNS)
    return Group("list", header, tuple(rows), tuple(one for one in above if one.level < first.level), (), where)


def _as_line(block: Text | Heading) -> Cell:
    cell = block.cell
    is_item = isinstance(block, Text) and block.is_item
    return Cell((("- ", False), *cell.pieces), cell.where, f"- {cell.raw}") if is_item else cell
