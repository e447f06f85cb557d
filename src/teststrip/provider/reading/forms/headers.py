"""The header of a table with pipes: which line is one, with or without a rule below it, and what was glued to its front.

| Key | Type | Description |     no rule, but words of a header, and a name below
| steps | integer | How many |   no header: names and types, line after line
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import is_kind_alone
from teststrip.provider.reading.forms.pipes import has_pipe, is_rule, read_row, spans, width
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = Pattern(r"[A-Za-z_$][\w.\[\]$*?-]{0,80}")
_ROWS: Final = 3  # lines below a header that tell whether it is one
_FEWEST: Final = 2  # lines of a table that has neither a header nor a rule
_MOST_ABOVE: Final = 40  # rows above the header of their table
_MOST_WORDS: Final = 4  # of a cell of a header


def bare_header(lines: Sequence[str], at: int, cells: tuple[Cell, ...]) -> tuple[Cell, ...] | None:
    """Return the header of a table that has no rule, whose first line is `at`; None when it is none.

    Empty cells where that line is a row already.
    """
    if words.is_header([cell.text for cell in cells]):
        return cells
    if not lines[at].lstrip(" \t>").startswith("|") or len(cells) < 2:
        return None
    below = _below(lines, at, cells)
    if not below or not all(_NAME.fullmatch(_name_of(row)) for row in below):
        return None
    known = {words.column(cell.text) for cell in cells} - {""}
    if words.column(cells[0].text) == "name" and len(known) > 1:
        return cells
    if _headed_below(lines, at):
        return None
    typed = _typed(below)
    if typed is None or (
        known and typed in {index for index, cell in enumerate(cells) if words.column(cell.text)}
    ):
        return cells if typed is not None else None
    if _NAME.fullmatch(_name_of(cells)) and is_kind_alone(cells[typed].text):
        return tuple(plain_cell("", cell.where) for cell in cells)
    short = all(len(cell.text.split()) <= _MOST_WORDS for cell in cells)
    return cells if short and len(below) >= _FEWEST else None


def _below(lines: Sequence[str], at: int, cells: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    """Return the cells of the next lines that have as many of them as a header."""
    found: list[tuple[Cell, ...]] = []
    after = at + 1
    while after < len(lines) and len(found) < _ROWS:
        if not lines[after].strip() and lines[after - 1].strip():
            after += 1
        if after >= len(lines) or not is_row(lines, after, len(cells)):
            break
        found.append(read_row(lines[after], cells[0].where).cells)
        after += 1
    return found


def is_row(lines: Sequence[str], at: int, columns: int) -> bool:
    """Tell whether a line is a row with pipes around its cells, and no header of a table with a rule."""
    line = lines[at]
    if not line.lstrip(" \t>").startswith("|") or not has_pipe(line) or is_rule(line) or width(line) != columns:
        return False
    return at + 1 >= len(lines) or not is_rule(lines[at + 1])


def _headed_below(lines: Sequence[str], at: int) -> bool:
    """Tell whether the header of these rows stands in the midst of them, with its rule."""
    for line in lines[at + 1 : at + 1 + _MOST_ABOVE]:
        if not line.lstrip(" \t>").startswith("|"):
            return False
        if is_rule(line):
            return True
    return False


def _typed(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the column that is a type in every row."""
    columns = range(1, len(rows[0]))
    return next((at for at in columns if all(is_kind_alone(row[at].text) for row in rows)), None)


def _name_of(row: Sequence[Cell]) -> str:
    return row[0].text.strip("*` ")


def parted(line: str, cells: tuple[Cell, ...], columns: int) -> tuple[Cell | None, tuple[Cell, ...]]:
    """Part a header from running text that a scraper glued to its front."""
    extra = len(cells) - columns
    known = next((index for index, cell in enumerate(cells) if words.column(cell.text)), 0)
    open_left = not line.lstrip(" \t>").startswith("|")
    if open_left and 0 < extra == known:
        edge = spans(line)[extra - 1][1]
        return read_inline(line[:edge].strip(" |"), cells[0].where), cells[extra:]
    if open_left and extra == 0 and not words.column(cells[0].text):
        glued = words.glued_column(cells[0].text)
        if glued is not None:
            text, name = glued
            return plain_cell(text, cells[0].where), (plain_cell(name, cells[0].where), *cells[1:])
    return None, cells
