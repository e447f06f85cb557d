"""Places of a sweep as few boxes: each is a sweep of its own, a choice of values on every axis.

To find the fewest is hard in general (for two axes, it parts a bipartite graph into complete ones). So where the
places are few it is searched for, within a bound on the work; else the largest box is taken again and again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from math import prod
from typing import Final, TypeAlias

Point: TypeAlias = tuple[int, ...]
"""Where a request stands: for each factor, the number of its value."""

Box: TypeAlias = tuple[tuple[int, ...], ...]
"""The numbers of some values on each axis: it holds all their combinations."""

_MOST_ORDERS: Final = 120  # orders of axes that are tried for a box
_MOST_SEEDS: Final = 40  # places from which the next box may begin
_FEW: Final = 40  # places that are searched through
_MOST_WORK: Final = 20_000  # boxes that are tried
_SPARSE: Final = 3  # places of a whole sweep for each that is wanted


def fewest_boxes(points: AbstractSet[Point]) -> tuple[Box, ...]:
    """Part places into boxes that hold nothing else, each place once: as few as are found."""
    found = tuple(_largest_first(points))
    if len(points) > _FEW or len(found) < 3:  # two are the fewest where one does not do, and one is always found
        return found
    search = _Search()
    for count in range(max(2, _least(frozenset(points))), len(found)):
        better = search.parted(frozenset(points), count)
        if better is not None:
            return tuple(sorted(better))
        if search.tired():
            break
    return found


def holes(points: AbstractSet[Point], whole: Box) -> tuple[Box, ...]:
    """Cover with boxes what of a whole sweep is no place; empty where nothing is, or too much."""
    size = prod(map(len, whole))
    if not len(points) < size <= _SPARSE * len(points) + _FEW:
        return ()
    return fewest_boxes(set(itertools.product(*whole)) - points)


class _Search:
    """Looks for a partition into a number of boxes, as long as it is not `tired`."""

    def __init__(self) -> None:
        self._work = 0

    def tired(self) -> bool:
        """Whether as much was tried as may be."""
        return self._work > _MOST_WORK

    def parted(self, left: frozenset[Point], count: int) -> list[Box] | None:
        """Part places into at most `count` boxes; None where that cannot be done, or was not found in time."""
        if not left:
            return []
        if self.tired() or _least(left) > count:
            return None
        hardest = min(left, key=lambda point: (sum(map(len, _beside(point, left))), point))
        for box in _around(hardest, left):
            self._work += 1
            rest = self.parted(left.difference(itertools.product(*box)), count - 1)
            if rest is not None:
                return [box, *rest]
            if self.tired():
                break
        return None


def _least(left: frozenset[Point]) -> int:
    """Count places of which no two can be in one box: there are at least as many boxes."""
    apart: list[Point] = []
    for point in sorted(left, key=lambda point: (sum(map(len, _beside(point, left))), point)):
        if not any(_together(point, other, left) for other in apart):
            apart.append(point)
    return len(apart)


def _together(one: Point, other: Point, left: frozenset[Point]) -> bool:
    return all(place in left for place in itertools.product(*zip(one, other, strict=True)))


def _beside(point: Point, left: AbstractSet[Point]) -> list[list[int]]:
    """Return for each axis the other values at which there is a place, all else being equal."""
    values = [sorted({other[axis] for other in left}) for axis in range(len(point))]
    return [
        [value for value in values[axis] if value != point[axis] and _moved(point, axis, value) in left]
        for axis in range(len(point))
    ]


def _moved(point: Point, axis: int, value: int) -> Point:
    return (*point[:axis], value, *point[axis + 1 :])


def _around(point: Point, left: frozenset[Point], sides: Box = ()) -> Iterator[Box]:
    """Yield every box that has a place in it and no place that is not left, those with long first sides first."""
    axis = len(sides)
    if axis == len(point):
        yield sides
        return
    after = point[axis + 1 :]
    others = [
        value
        for value in _beside(point, left)[axis]
        if all((*before, value, *after) in left for before in itertools.product(*sides))
    ]
    for count in range(len(others), -1, -1):
        for chosen in itertools.combinations(others, count):
            yield from _around(point, left, (*sides, tuple(sorted((point[axis], *chosen)))))


def _largest_first(points: AbstractSet[Point]) -> Iterator[Box]:
    """Take the largest box that is found, again and again."""
    left = set(points)
    while left:
        box = max(
            (_grown(point, left, order) for point in sorted(left)[:_MOST_SEEDS] for order in _orders(len(point))),
            key=lambda box: prod(map(len, box)),
        )
        left -= set(itertools.product(*box))
        yield box


def _orders(count: int) -> list[tuple[int, ...]]:
    return list(itertools.islice(itertools.permutations(range(count)), _MOST_ORDERS))


def _grown(point: Point, left: AbstractSet[Point], order: Sequence[int]) -> Box:
    """Let a box grow from a point, along one axis after the other, as far as all of it is left."""
    sides: list[tuple[int, ...]] = [(index,) for index in point]
    for axis in order:
        candidates = sorted({other[axis] for other in left})
        sides[axis] = tuple(
            index
            for index in candidates
            if index == point[axis]
            or all(found in left for found in itertools.product(*(*sides[:axis], (index,), *sides[axis + 1 :])))
        )
    return tuple(sides)
