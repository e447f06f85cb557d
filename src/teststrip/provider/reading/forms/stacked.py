"""Tables whose cells a scraper put on lines of their own, one below the other, with or without empty lines between.

    Parameter
    Type
    Required
    Description
    steps
    integer
    No
    How many

The header tells how many cells a row has; a row begins where a name stands with a type where its column is.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import may_be_kind
from teststrip.provider.reading.document import Block, Document, Group, Row, Text
from teststrip.provider.reading.forms.pasted.before import is_mark
from teststrip.provider.reading.inline import Cell, joined, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = Pattern(r"[A-Za-z_$][\w.\[\]$-]{0,80}[*?]?")
_FEWEST: Final = 3  # columns of a table that is told by its header alone
_MOST: Final = 12
_LONGEST: Final = 120  # characters of a header, a name or a type


def with_stacked(document: Document) -> Document:
    """Return a document in which tables that lost their lines are groups of rows."""
    made: list[Block] = []
    run: list[Text] = []
    for block in document.blocks:
        if isinstance(block, Text):
            run.append(block)
            continue
        made += _taken(run)
        run = []
        made.append(block)
    return Document(document.file, (*made, *_taken(run)))


def _taken(run: Sequence[Text]) -> list[Block]:
    """Give a run of texts with its tables as groups."""
    made: list[Block] = []
    at = 0
    while at < len(run):
        found = _table(run, at) if words.column(_first_line(run[at])) == "name" else None
        if found is None:
            made.append(run[at])
            at += 1
            continue
        made.append(found[0])
        at = found[1]
    return made


def _first_line(text: Text) -> str:
    line = text.cell.raw.partition("\n")[0]
    return line if len(line) <= _LONGEST else ""


def _table(run: Sequence[Text], at: int) -> tuple[Group, int] | None:
    """Read the table whose header begins with a text; None when that is none. The number is the next text."""
    by_line = "\n" in run[at].cell.raw
    columns = _columns_at(run, at, by_line=by_line)
    if not columns:
        return None
    cells: list[Cell] = []
    owners: list[int] = []
    for index in range(at, len(run)):
        if index > at and words.column(_first_line(run[index])) == "name" and _columns_at(run, index):
            break  # the header of the next table
        parts = _lines(run[index]) if by_line else [run[index].cell]
        cells += parts
        owners += [index] * len(parts)
    width = len(columns)
    rows, end = _rows(cells, columns)
    if columns[-1] == "required" and _is_shifted(cells, columns, len(rows), end):
        return None
    following = owners[end] if end < len(cells) else owners[-1] + 1
    # What is left of a text that holds the last row belongs to nothing.
    following += end < len(cells) and owners[end - 1] == following
    lead = (run[at - 1].cell,) if at else ()
    return Group("table", tuple(cells[:width]), rows, run[at].headings, lead, cells[0].where), following


def _rows(cells: Sequence[Cell], columns: Sequence[str]) -> tuple[tuple[Row, ...], int]:
    """Part cells into rows, and return where the last of them ends: a row goes on until the next one begins."""
    width = len(columns)
    starts = [place for place in range(width, len(cells)) if _begins(cells, place, columns)]
    rows: list[Row] = []
    end = width
    while end < len(cells) and _begins(cells, end, columns):
        start = end
        after = bisect_right(starts, start + columns.index("type"))
        end = starts[after] if after < len(starts) else min(start + width, len(cells))
        own = list(cells[start:end])
        if len(own) > width:
            own = [*own[: width - 1], joined(own[width - 1 :], "\n")]
        rows.append(Row(tuple(own), own[0].where))
    return tuple(rows), end


def _is_shifted(cells: Sequence[Cell], columns: Sequence[str], rows: int, end: int) -> bool:
    """Tell whether what looks like the last column of a header is the first cell of a row, and so for all rows.

    The row behind the last one that fits has no such cell at its end, or already the second does not fit.
    """
    if end >= len(cells) or not _is_named(cells, end, columns):
        return False
    after = range(end + 1, len(cells))
    return rows == 1 or not any(_begins(cells, place, columns) or is_mark(cells[place].text) for place in after)


def _columns_at(run: Sequence[Text], at: int, *, by_line: bool | None = None) -> list[str]:
    """Return the columns of the header that begins with a text; none where no row follows it."""
    if by_line is None:
        by_line = "\n" in run[at].cell.raw
    cells: list[Cell] = []
    for text in run[at : at + 2 * _MOST]:
        if len(cells) < 2 * _MOST:
            cells += _lines(text, 2 * _MOST) if by_line else [text.cell]
    return _columns(cells)


def _lines(text: Text, most: int = -1) -> list[Cell]:
    where = text.cell.where
    return [
        read_inline(line.strip(), Where(where.file, where.line + at, where.column))
        for at, line in enumerate(text.cell.raw.split("\n", most)[: most if most > 0 else None])
        if line.strip()
    ]


def _columns(cells: Sequence[Cell]) -> list[str]:
    """Return the columns of a header that a row follows: the most cells that name one, each another."""
    columns: list[str] = []
    for cell in cells[:_MOST]:
        meaning = words.column(cell.text) if len(cell.text) <= _LONGEST else ""
        if not meaning or meaning in columns:
            break
        columns.append(meaning)
    while len(columns) >= _FEWEST and "type" in columns:
        if _begins(cells, len(columns), columns):
            return columns
        columns.pop()
    return []


def _begins(cells: Sequence[Cell], at: int, columns: Sequence[str]) -> bool:
    """Tell whether a row begins at a place: a name, a type, and yes or no where those columns are."""
    if not _is_named(cells, at, columns):
        return False
    needed = at + columns.index("required") if "required" in columns else at
    return needed == at or (needed < len(cells) and words.plain(cells[needed].text) in words.YES | words.NO)


def _is_named(cells: Sequence[Cell], at: int, columns: Sequence[str]) -> bool:
    kind = at + columns.index("type")
    if kind >= len(cells) or len(cells[at].text) > _LONGEST or not _NAME.fullmatch(cells[at].text):
        return False
    return _is_kind(cells[kind])


def _is_kind(cell: Cell) -> bool:
    return len(cell.text) <= _LONGEST and may_be_kind(cell.text, cell.codes)
