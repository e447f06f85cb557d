"""Where cells stand: which are on which page, in which row and column, and a page that is too large in parts.

Cells are known here by their positions in the plan, and made one page at a time: a plan may have 100,000.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from teststrip.plan.cells import coordinates_of
from teststrip.plan.model import Plan, Reason
from teststrip.sheet.arrange import WRAP_AT, Arrangement, Part, is_hidden, skipped_places
from teststrip.sheet.boxes import expected_size

Key = tuple[int, ...]
Coordinates = tuple[int, ...]

_SQUARE: Final = (512, 512)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The cells of one page by their positions in the plan, and the places that have none, with the reason.

    `turned` is the key of the page; `skipped` are the places that keep a box though no cell is made.
    """

    turned: Key
    cells: Sequence[int]
    skipped: Sequence[Coordinates]
    excluded: Sequence[tuple[Coordinates, int]]


@dataclass(frozen=True, slots=True)
class Grid:
    """The places of one page: the keys that name rows and columns, in order, and what stands in a place.

    A place is numbered row by row; `cells` has positions in the plan, `reasons` why there is no cell, if known.
    """

    rows: tuple[Key, ...]
    cols: tuple[Key, ...]
    cells: Mapping[int, int]
    reasons: Mapping[int, Reason]

    def number(self, place: tuple[int, int]) -> int:
        """Return the number of a place."""
        return place[0] * len(self.cols) + place[1]


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns of a page."""

    rows: range
    cols: range

    @property
    def size(self) -> int:
        """How many boxes it has."""
        return len(self.rows) * len(self.cols)

    def places(self) -> list[tuple[int, int]]:
        """Return its places, row by row."""
        return [(row, column) for row in self.rows for column in self.cols]


def leaves(plan: Plan, part: Part) -> list[Leaf]:
    """Sort the cells of a part onto its pages, in order; those with a value that is hidden stay away."""
    pages: dict[Key, array[int]] = {}
    skipped: dict[Key, list[Coordinates]] = {}
    excluded: dict[Key, list[tuple[Coordinates, int]]] = {}
    turning = part.arrangement.pages
    hides = any(value.hide for axis in plan.axes for value in axis.values)
    for number, place in enumerate(coordinates_of(plan.cells)):
        if part.grid is not None and part.grid != place[0]:
            continue
        if not hides or not is_hidden(plan, place):
            pages.setdefault(_key(place, turning), array("L")).append(number)
    for place in skipped_places(plan):
        skipped.setdefault(_key(place, turning), []).append(place)
    for place, reason in plan.excluded.items():
        excluded.setdefault(_key(place, turning), []).append((place, reason))
    return [Leaf(key, pages[key], skipped.get(key, ()), excluded.get(key, ())) for key in sorted(pages)]


def grid_of(plan: Plan, arrangement: Arrangement, leaf: Leaf) -> Grid:
    """Give the cells of a page their places."""
    at = [plan.cells[number].coordinates for number in leaf.cells]
    rows = sorted({_key(place, arrangement.rows) for some in (at, leaf.skipped) for place in some})
    cols = sorted({_key(place, arrangement.cols) for some in (at, leaf.skipped) for place in some})
    row_of = {key: position * len(cols) for position, key in enumerate(rows)}
    col_of = {key: position for position, key in enumerate(cols)}
    cells = {
        row_of[_key(place, arrangement.rows)] + col_of[_key(place, arrangement.cols)]: number
        for place, number in zip(at, leaf.cells, strict=True)
    }
    reasons: dict[int, Reason] = {}
    for place, reason in leaf.excluded:
        row, column = row_of.get(_key(place, arrangement.rows)), col_of.get(_key(place, arrangement.cols))
        if row is not None and column is not None:
            reasons[row + column] = plan.reasons[reason]
    return Grid(tuple(rows), tuple(cols), cells, reasons)


def is_wrapped(arrangement: Arrangement, grid: Grid) -> bool:
    """Tell whether one axis runs through all boxes, line after line."""
    return arrangement.wraps and len(grid.cols) > WRAP_AT


def boxes_across(count: int) -> int:
    """Return how long the lines are that so many boxes are broken into: equal, and at most `WRAP_AT`."""
    lines = -(-count // WRAP_AT)
    return -(-count // lines)


def windows(plan: Plan, arrangement: Arrangement, grid: Grid, most: int | None) -> Iterator[Window]:
    """Yield the parts of a page, each of at most `most` boxes; None is for the whole."""
    whole = Window(range(len(grid.rows)), range(len(grid.cols)))
    if most is None or whole.size <= most:
        yield whole
    elif is_wrapped(arrangement, grid):
        across = boxes_across(len(grid.cols))
        step = max(1, most // across) * across
        for start in range(0, len(grid.cols), step):
            yield replace(whole, cols=whole.cols[start : start + step])
    else:
        first = plan.cells[next(iter(grid.cells.values()))]
        yield from _halved(whole, most, expected_size(first.request) or _SQUARE)


def _halved(window: Window, most: int, size: tuple[int, int]) -> Iterator[Window]:
    """Halve a window where it is longest, its pictures being of a size, until it has few enough boxes."""
    if window.size <= most:
        yield window
        return
    rows, cols = window.rows, window.cols
    if len(rows) > 1 and (len(rows) * size[1] >= len(cols) * size[0] or len(cols) == 1):
        middle = len(rows) // 2
        halves = [replace(window, rows=rows[:middle]), replace(window, rows=rows[middle:])]
    else:
        middle = len(cols) // 2
        halves = [replace(window, cols=cols[:middle]), replace(window, cols=cols[middle:])]
    for half in halves:
        yield from _halved(half, most, size)


def _key(coordinates: Coordinates, axes: Sequence[int]) -> Key:
    return tuple(coordinates[axis] for axis in axes)
