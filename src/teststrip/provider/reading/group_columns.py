"""What each column of a group of rows is: by its header, and by what its cells hold where the header does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.names import read_name
from teststrip.provider.reading.column_guess import guess_columns
from teststrip.provider.reading.flags import CellError

if TYPE_CHECKING:
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.inline import Cell

_WIDE: Final = Pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE: Final = 4  # words that make a cell a sentence
_WIDE_SENTENCE: Final = 8  # signs that do, in a script without blanks


def columns_of(group: Group) -> list[str]:
    """Return what each column is; "" for one that is not known. A later column that says a thing again is not known."""
    seen: set[str] = set()
    columns = []
    for cell in group.header:
        meaning = words.column(cell.text)
        columns.append("" if meaning in seen and meaning != "description" else meaning)
        seen.add(meaning)
    if "name" not in seen and columns and not columns[0] and "type" in seen:
        columns[0] = "name"
    if sum(not cell.text for cell in group.header) >= max(1, len(group.header) - 1) and len(group.header) > 1:
        guessed = guess_columns(group, columns)
        return guessed if {"name", "type"} <= set(guessed) else _by_contents(group, columns)
    return guess_columns(group, _by_codes(group, _by_prose(group, columns)))


def _by_prose(group: Group, columns: list[str]) -> list[str]:
    """Take a column whose header is not known for the description, where most of its cells are sentences."""
    if "description" in columns or not {"name", "type"} <= set(columns):
        return columns
    rows = [row for row in group.rows if len(row.cells) == len(columns)]
    for at in range(len(columns) - 1, 0, -1):
        said = sum(_is_sentence(row.cells[at].text) for row in rows)
        if not columns[at] and not words.column(group.header[at].text) and 0 < len(rows) <= said * 2:
            columns[at] = "description"
            break
    return columns


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= _SENTENCE or len(_WIDE.findall(text)) >= _WIDE_SENTENCE


def _by_contents(group: Group, columns: list[str]) -> list[str]:
    """Tell the columns of a table whose header is empty but for one cell by what its rows hold: names, types, words."""
    rows = [row.cells for row in group.rows if len(row.cells) == len(columns)]
    if not rows or len(columns) < 2 or "name" in columns[1:]:
        return columns
    kinds = [sum(is_kind(cells[at]) for cells in rows) * 2 > len(rows) for at in range(len(columns))]
    named = sum(read_name(cells[0]) is not None for cells in rows) == len(rows)
    if not named or not kinds[1]:
        return columns
    last = ["description"] if len(columns) > 2 and not any(columns[2:]) else []
    return ["name", "type", *last, *columns[2 + len(last) :]]


def _by_codes(group: Group, columns: list[str]) -> list[str]:
    """Take the names from a second column of names, where that has them as code and the first has titles."""
    second = next(
        (at for at, cell in enumerate(group.header) if not columns[at] and words.column(cell.text) == "name"), None
    )
    if second is None or columns[0] != "name" or second == 0:
        return columns
    rows = [row for row in group.rows if len(row.cells) == len(columns)]
    if rows and all(row.cells[second].is_code and not row.cells[0].codes for row in rows):
        columns[0], columns[second] = "", "name"
    return columns


def is_kind(cell: Cell) -> bool:
    """Tell whether a cell is a type and nothing else."""
    try:
        return read_kind(cell.text, cell.codes).kind is not None
    except CellError:
        return False
