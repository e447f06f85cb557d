"""Facts of one parameter laid out by themselves: a table of them below its name, a table with a column for each.

All become what the other readers know: facts below a heading, or rows of a table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Group, Row, Text
from teststrip.provider.reading.inline import Cell, joined, plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_TELLING: Final = frozenset({"type", "required", "default", "range", "description"})
_FEWEST: Final = 2  # facts that there have to be
_MOST_LINES: Final = 40


def with_sheets(document: Document) -> Document:
    """Return a document in which such facts are lines below their heading, or rows."""
    blocks: list[Block] = []
    for block in document.blocks:
        blocks += _table(block) if isinstance(block, Group) and block.form == "table" else (block,)
    return Document(document.file, tuple(blocks))


def _table(group: Group) -> Iterator[Block]:
    rows = [Row(group.header, group.where), *group.rows]
    width = len(group.header)
    if len(group.rows) > _MOST_LINES or any(len(row.cells) != width for row in group.rows):
        yield group
        return
    facts = [words.column(row.cells[0].text) for row in rows]
    title = group.title.strip("` ")
    titled = _NAME.fullmatch(title) is not None and words.purpose(title) is None
    # Under `Name | Type` stand parameters, some of which may be called `type` and `default`.
    ordinary = facts[0] == "name" and words.column(group.header[-1].text) == "type"
    if len(set(facts) & _TELLING) < _FEWEST or "type" not in facts or ordinary:
        yield group
    elif width == 2 and titled:
        for row in rows if facts[0] in _TELLING else rows[1:]:
            between = plain_cell(": ", row.where)
            yield Text(joined([row.cells[0], between, row.cells[1]], ""), group.headings)
    elif width > 2 and all(
        _NAME.fullmatch(cell.text) and not words.column(cell.text) for cell in group.header[1:]
    ):
        yield _turned(group)
    else:
        yield group


def _turned(group: Group) -> Group:
    """Return a table with a row for what was a column."""
    header = (plain_cell("Parameter", group.where), *(row.cells[0] for row in group.rows))
    rows: list[Row] = []
    for at, name in enumerate(group.header[1:], 1):
        cells: Sequence[Cell] = (name, *(row.cells[at] for row in group.rows))
        rows.append(Row(tuple(cells), name.where))
    return replace(group, header=header, rows=tuple(rows))
