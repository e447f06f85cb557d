"""Picked requests as few sweeps: what all share, and grids of what differs that hold just these requests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from teststrip.base.json import Json, canonical

_MOST_ORDERS: Final = 120  # orders of axes that are tried for a box
_MOST_SEEDS: Final = 40  # requests from which the next box may begin

Point = tuple[int, ...]
"""Where a request stands: for each factor, the number of its value."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Members of the requests that vary together, and their values side by side; the first member names it."""

    names: tuple[str, ...]
    values: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Requests taken apart: each is the `shared` members with one value of each factor, at a point of a box.

    A box has for each factor the numbers of its values; the boxes hold every request once.
    """

    shared: Mapping[str, Json]
    factors: tuple[Factor, ...]
    points: tuple[Point, ...]
    boxes: tuple[tuple[tuple[int, ...], ...], ...]


def sweeps_of(requests: Sequence[Mapping[str, Json]], *, joined: bool = False) -> Sweeps:
    """Take distinct requests apart into few sweeps; `joined` makes one factor of all that varies."""
    keys = [{name: canonical(value) for name, value in request.items()} for request in requests]
    names = list(dict.fromkeys(name for request in requests for name in request))
    varying = [name for name in names if len({key.get(name) for key in keys}) > 1]
    shared = {name: requests[0][name] for name in names if name not in varying}
    groups = [tuple(varying)] if joined and varying else _groups(varying, keys)
    factors, columns = [], []
    for group in groups:
        factor, column = _factor(group, requests, keys)
        factors.append(factor)
        columns.append(column)
    points = tuple(zip(*columns, strict=True)) if columns else ((),) * len(requests)
    return Sweeps(shared, tuple(factors), points, tuple(_boxes(set(points))))


def _groups(varying: Sequence[str], keys: Sequence[Mapping[str, bytes]]) -> list[tuple[str, ...]]:
    """Put members together of which one decides the others; what decides most comes first in its group."""
    distinct = {name: len({key.get(name) for key in keys}) for name in varying}
    groups: list[list[str]] = []
    for name in sorted(varying, key=lambda name: (-distinct[name], varying.index(name))):
        deciding = [group for group in groups if _decides(group[0], name, keys)]
        if deciding:
            min(deciding, key=lambda group: distinct[group[0]]).append(name)
        else:
            groups.append([name])
    groups.sort(key=lambda group: varying.index(group[0]))
    return [tuple(group) for group in groups]


def _decides(one: str, other: str, keys: Sequence[Mapping[str, bytes]]) -> bool:
    seen: dict[bytes | None, bytes | None] = {}
    return all(seen.setdefault(key.get(one), key.get(other)) == key.get(other) for key in keys)


def _factor(
    names: tuple[str, ...], requests: Sequence[Mapping[str, Json]], keys: Sequence[Mapping[str, bytes]]
) -> tuple[Factor, list[int]]:
    """Give numbers to the values of a group, in the order in which they are met."""
    known: dict[tuple[bytes | None, ...], int] = {}
    values: list[Mapping[str, Json]] = []
    column = []
    for request, key in zip(requests, keys, strict=True):
        together = tuple(key.get(name) for name in names)
        if together not in known:
            known[together] = len(values)
            values.append({name: request[name] for name in names if name in request})
        column.append(known[together])
    return Factor(names, tuple(values)), column


def _boxes(points: set[Point]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Cover points with boxes that hold nothing else, each point once: always the largest that is found."""
    left = set(points)
    while left:
        box = max(
            (_grown(point, left, order) for point in sorted(left)[:_MOST_SEEDS] for order in _orders(len(point))),
            key=_size,
        )
        left -= set(itertools.product(*box))
        yield box


def _orders(count: int) -> list[tuple[int, ...]]:
    return list(itertools.islice(itertools.permutations(range(count)), _MOST_ORDERS))


def _size(box: Sequence[Sequence[int]]) -> int:
    size = 1
    for side in box:
        size *= len(side)
    return size


def _grown(point: Point, left: set[Point], order: Sequence[int]) -> tuple[tuple[int, ...], ...]:
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
