"""Parameters that are no table made into a group like one: the same six columns, whatever they were written as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.document import Group, Text
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.document import Heading, Row

COLUMNS: Final = ("name", "type", "required", "default", "range", "description")
FIELD_COLUMNS: Final = ("name", "type", "required", "default", "in", "description", "range")
"""The columns of what says itself where a field travels: components, and blocks of code."""


def header_at(where: Where, columns: Sequence[str] = COLUMNS) -> tuple[Cell, ...]:
    """Return the names of the columns, as cells at a place."""
    return tuple(plain_cell(name, where) for name in columns)


def cells_of(told: Mapping[str, Cell], where: Where) -> list[Cell]:
    """Return the cells of a row, one for each column, of which some are told."""
    empty = plain_cell("", where)
    return [told.get(column, empty) for column in COLUMNS]


def group_of(
    rows: Iterable[Row], headings: tuple[Heading, ...], where: Where, lead: tuple[Cell, ...] = ()
) -> Group:
    """Return rows as a group that begins at a place."""
    return Group("list", header_at(where), tuple(rows), headings, lead, where)


def as_line(text: Text | Heading) -> Cell:
    """Return a line as part of a description: an item keeps its bullet."""
    cell = text.cell
    if not isinstance(text, Text) or not text.is_item:
        return cell
    return Cell((("- ", False), *cell.pieces), cell.where, f"- {cell.raw}")
