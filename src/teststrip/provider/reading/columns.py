"""One row held against its header: which cell belongs to which column, when there are too many or too few of them.

The Markdown rules pad a short row on the right and drop what is too much. Authors mean something else: a pipe that
was not escaped, a column that was forgotten. So every way to fit the cells is weighed by what the columns can hold.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.cells.required import read_required
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, joined, plain_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from teststrip.provider.reading.document import Group, Row
    from teststrip.provider.reading.flags import Flags

_MOST_EXTRA: Final = 24  # cells too many; beyond that it is no row of this table
_NAME: Final = Pattern(r"[^A-Za-z_]{0,8}[A-Za-z_$][\w.\[\]*-]*\W*")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A row's cells, one for each column; `unsure` when several ways to fit them are equally good."""

    cells: tuple[Cell, ...]
    unsure: bool = False


def fit(row: Row, columns: Sequence[str]) -> Fitted:
    """Give each column its cell."""
    wanted = len(columns)
    if len(row.cells) == wanted:
        return Fitted(row.cells)
    if len(row.masked) == wanted:
        return Fitted(row.masked)
    cells = row.masked or row.cells
    if len(cells) < wanted:
        return _padded(cells, columns)
    if len(cells) > wanted and all(not cell.text for cell in cells[wanted:]):
        return Fitted(cells[:wanted])
    if len(cells) - wanted > _MOST_EXTRA:
        return Fitted((*cells[: wanted - 1], joined(list(cells[wanted - 1 :]), " | ")), unsure=True)
    return _best(list(_merged(cells, wanted)), columns)


def check_shape(group: Group, flags: Flags) -> None:
    """Flag what a page of ours may not have: unknown columns, and rows with cells too many or too few."""
    seen: set[str] = set()
    for cell in group.header:
        meaning = words.column(cell.text)
        if not meaning:
            flags.add(cell.where, "", cell.text, f'"{cell.text}" is not a column of a parameter table')
        elif meaning in seen:
            flags.add(cell.where, "", cell.text, f'"{cell.text}" says {meaning} a second time')
        seen.add(meaning)
    for row in group.rows:
        if len(row.cells) != len(group.header):
            problem = (
                f"this row has {len(row.cells)} cells and the table's header {len(group.header)}; "
                r"write a | that belongs to a cell as \|, and - for an empty cell"
            )
            flags.add(row.where, "", " | ".join(cell.text for cell in row.cells), problem)


def _padded(cells: Sequence[Cell], columns: Sequence[str]) -> Fitted:
    """Put empty cells where the row's own ones leave room; on the right unless another place is clearly meant."""
    missing = len(columns) - len(cells)
    empty = plain_cell("", cells[-1].where)
    right = (*cells, *[empty] * missing)
    ways = [right]
    if len(columns) <= 12 and missing <= 3:
        for gaps in itertools.combinations(range(1, len(columns)), missing):
            rest = iter(cells)
            ways.append(tuple(empty if index in gaps else next(rest) for index in range(len(columns))))
    scored = [(_score(way, columns), -index) for index, way in enumerate(ways)]
    best = max(scored)
    return Fitted(ways[-best[1]]) if best[0] > scored[0][0] + 0.9 else Fitted(right)


def _merged(cells: Sequence[Cell], wanted: int) -> Iterator[tuple[Cell, ...]]:
    """Give every way to join neighbours so that `wanted` cells remain, with at most two columns taking the surplus."""
    extra = len(cells) - wanted
    for first in range(wanted):
        yield _joined(cells, {first: extra})
        for second in range(first + 1, wanted):
            for share in range(1, extra):
                yield _joined(cells, {first: share, second: extra - share})


def _joined(cells: Sequence[Cell], surplus: Mapping[int, int]) -> tuple[Cell, ...]:
    made: list[Cell] = []
    at = 0
    column = 0
    while at < len(cells):
        take = 1 + surplus.get(column, 0)
        part = list(cells[at : at + take])
        made.append(part[0] if take == 1 else joined(part, " | "))
        at += take
        column += 1
    return tuple(made)


def _best(ways: Sequence[tuple[Cell, ...]], columns: Sequence[str]) -> Fitted:
    scores = [_score(way, columns) for way in ways]
    top = max(scores)
    best = [way for way, score in zip(ways, scores, strict=True) if score == top]
    last = best[-1]  # of equals, the one that leaves the surplus to the last column: a description
    return Fitted(last, unsure=len(best) > 1 and any(_texts(way)[:-1] != _texts(last)[:-1] for way in best))


def _texts(way: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in way]


def _score(cells: Sequence[Cell], columns: Sequence[str]) -> float:
    return sum(_FITS.get(column, _any)(cell) for cell, column in zip(cells, columns, strict=True))


def _fits_name(cell: Cell) -> float:
    return 2.0 if _NAME.fullmatch(cell.text) else 0.0


def _fits_type(cell: Cell) -> float:
    if cell.text in words.NOTHING:
        return 0.5
    try:
        # Of two ways to part `string | array | Words`, the one with more of the types.
        more = 0.1 * cell.text.count(" | ")
        return 3.0 + more if read_kind(cell.text, cell.codes).kind else 0.0
    except CellError:
        return -1.0


def _fits_required(cell: Cell) -> float:
    if not cell.text:
        return 0.4
    reading = read_required(cell)
    return -1.0 if reading is None else 2.0 if cell.text not in words.NOTHING else 1.0


def _fits_default(cell: Cell) -> float:
    if cell.text in words.NOTHING:
        return 1.0
    return 0.8 if len(cell.text) <= 40 and " | " not in cell.text else -0.5


def _fits_range(cell: Cell) -> float:
    if not cell.text:
        return 0.6
    if cell.text in words.NOTHING or read_limits(cell.text) is not None:
        return 1.5
    return 1.2 if read_listing(cell) is not None or cell.text.lower().startswith("see ") else -0.5


def _fits_description(cell: Cell) -> float:
    return 1.0 if len(cell.text.split()) >= 3 or not cell.text.isascii() else 0.3 if cell.text else 0.2


def _any(cell: Cell) -> float:
    return 0.3 if cell.text else 0.2


_FITS: Final[Mapping[str, Callable[[Cell], float]]] = {
    "name": _fits_name,
    "type": _fits_type,
    "required": _fits_required,
    "default": _fits_default,
    "range": _fits_range,
    "description": _fits_description,
}
