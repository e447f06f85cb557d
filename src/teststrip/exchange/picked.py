"""Picked requests as few sweeps: what all share, and grids of what differs that hold just these requests.

Which grids, `picked_boxes` finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from teststrip.base.json import Json, canonical
from teststrip.exchange.picked_boxes import Box, Point, fewest_boxes, holes


@dataclass(frozen=True, slots=True)
class Factor:
    """Members of the requests that vary together, and their values side by side; the first member names it."""

    names: tuple[str, ...]
    values: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Requests taken apart: each is the `shared` members with one value of each factor, at a point of a box.

    A box has for each factor the numbers of its values; the boxes hold every request once. Or there is one that
    holds more: those that are in the boxes of `without` are not wanted.
    """

    shared: Mapping[str, Json]
    factors: tuple[Factor, ...]
    points: tuple[Point, ...]
    boxes: tuple[Box, ...]
    without: tuple[Box, ...] = ()


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
    return Sweeps(shared, tuple(factors), points, fewest_boxes(set(points)))


def all_but(sweeps: Sweeps) -> Sweeps | None:
    """Return the same as one sweep of all values without some places; None where most places would be such."""
    whole = tuple(tuple(range(len(factor.values))) for factor in sweeps.factors)
    without = holes(set(sweeps.points), whole)
    return replace(sweeps, boxes=(whole,), without=without) if without else None


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
