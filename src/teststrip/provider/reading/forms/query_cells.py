"""Tables whose cells are parts of an address: `w=300` for a name, `fm=webp` for an example."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.document import Document, Group, Row
from teststrip.provider.reading.forms.query_values import Option, read_options
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDED: Final = ("type", "range", "example")
_FEWEST: Final = 2


def with_query_cells(document: Document) -> Document:
    """Return a document in which such cells are a name, and what stands behind its sign in columns of their own."""
    return Document(
        document.file,
        tuple(
            _parted(block) if isinstance(block, Group) and block.form == "table" else block
            for block in document.blocks
        ),
    )


def _parted(group: Group) -> Group:
    columns = columns_of(group)
    if "name" not in columns:
        return group
    at = columns.index("name")
    rows = [row for row in group.rows if len(row.cells) == len(columns)]
    found = {id(row): one for row in rows if (one := _option(row.cells[at])) is not None}
    if len(found) < _FEWEST or len(found) * 2 < len(rows):
        return replace(group, rows=tuple(_bare(row, at) for row in group.rows))
    added = [column for column in _ADDED if column not in columns]
    header = (*group.header, *(plain_cell(column, group.where) for column in added))
    made = (
        _spread(row, at, found.get(id(row)), added) if len(row.cells) == len(columns) else row
        for row in group.rows
    )
    return replace(group, header=header, rows=tuple(made))


def _option(cell: Cell) -> Option | None:
    """Return the one part of an address that a cell is."""
    options = read_options(cell.text) if "=" in cell.text and len(cell.codes) < _FEWEST else ()
    return options[0] if len(options) == 1 else None


def _spread(row: Row, at: int, option: Option | None, added: Sequence[str]) -> Row:
    """Return a row with the name alone in its place, and cells for the columns that are added."""
    where = row.cells[at].where
    if option is None:
        return replace(row, cells=(*row.cells, *(plain_cell("", where) for _ in added)), masked=())
    told = {"type": option.kind, "range": option.span or ", ".join(option.values), "example": option.example}
    cells = list(row.cells)
    cells[at] = plain_cell(option.name, where)
    return replace(row, cells=(*cells, *(plain_cell(told[column], where) for column in added)), masked=())


def _bare(row: Row, at: int) -> Row:
    """Return a row whose other cells have no name and sign before their value: `w` | `w=300`."""
    if at >= len(row.cells):
        return row
    name = row.cells[at].text.strip("?&")
    cells = [
        plain_cell(option.example, cell.where)
        if index != at and (option := _option(cell)) is not None and option.name == name and option.example
        else cell
        for index, cell in enumerate(row.cells)
    ]
    return row if cells == list(row.cells) else replace(row, cells=tuple(cells), masked=())
