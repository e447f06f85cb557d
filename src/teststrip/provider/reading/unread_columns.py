"""Columns whose header nobody knows, and whose cells say what a schema needs: limits for each of two models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.provider.reading import words
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listings import read_listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Group, Row
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

_NEED = frozenset({"required", "optional", "mandatory", "必填", "可选", "必須", "任意"})
_MOST = 80  # characters of a cell that may be a limit or a list


def flag_unread(row: Row, group: Group, columns: Sequence[str], flags: Flags) -> None:
    """Flag a row that has limits, several values or words of need in columns that are not known, or a value in one without a header."""
    if group.form != "table" or len(row.cells) != len(columns):
        return
    for column, head, cell in zip(columns, group.header, row.cells, strict=True):
        if not column and head.text and cell.text and _tells(cell):
            problem = f'the column "{head.text}" is not known, and says more of this'
            flags.add(cell.where, row.cells[0].text.strip("`* "), cell.text, problem, (cell.text,))
        elif not column and not head.text and _is_value(cell):
            problem = f'no header says what "{cell.text}" is'
            flags.add(
                cell.where, row.cells[0].text.strip("`* "), cell.text, problem, ("the default", "an example")
            )


def _is_value(cell: Cell) -> bool:
    """Tell whether a cell may be a default: one word or number."""
    return cell.text not in words.NOTHING and cell.text.count(" ") < 1 and len(cell.text) <= _MOST


def _tells(cell: Cell) -> bool:
    if len(cell.text) > _MOST:
        return False
    if cell.text.lower() in _NEED:
        return True
    limits = read_limits(cell.text)
    if limits is not None:
        return limits.bounds is not None or limits.size is not None
    listing = read_listing(cell)
    return listing is not None and len(listing.values) > 1
