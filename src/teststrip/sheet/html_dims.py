"""The axes as the page has them: those that advance together are one, so that all that is left is a product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from teststrip.plan.cells import coordinates_of
from teststrip.plan.model import AxisValue, Plan

_JOIN: Final = " · "

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dim:
    """One axis of the page: the positions of the plan's axes that it stands for, and the places on them.

    `places` are those of its values, in order: one index for each of `axes`.
    """

    axes: tuple[int, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Dims:
    """All axes of the page, and the way from a plan's coordinates to those on the page."""

    dims: tuple[Dim, ...]
    _known: tuple[dict[Place, int], ...]

    def place(self, coordinates: Sequence[int]) -> Place:
        """Return where a cell, or an excluded place, stands on the page's axes."""
        return tuple(
            known[tuple(coordinates[axis] for axis in dim.axes)]
            for dim, known in zip(self.dims, self._known, strict=True)
        )

    def of(self, axis: int) -> int:
        """Return the position of the page's axis that an axis of the plan is part of."""
        return next(at for at, dim in enumerate(self.dims) if axis in dim.axes)


def dims_of(plan: Plan) -> Dims:
    """Bring a plan's axes together where they advance together; all others stand for themselves."""
    units = _units(plan)
    seen: list[set[Place]] = [set() for _ in units]
    joined = [(at, unit) for at, unit in enumerate(units) if len(unit) > 1]
    if joined:
        for coordinates in _all_places(plan):
            for at, unit in joined:
                seen[at].add(tuple(coordinates[axis] for axis in unit))
    dims = []
    for unit, found in zip(units, seen, strict=True):
        single = [(index,) for index in range(len(plan.axes[unit[0]].values))]
        dims.append(Dim(unit, tuple(sorted(found) if len(unit) > 1 else single)))
    known = tuple({place: index for index, place in enumerate(dim.places)} for dim in dims)
    return Dims(tuple(dims), known)


def value_of(plan: Plan, dim: Dim, place: Place) -> tuple[AxisValue, ...]:
    """Return the values of the plan's axes that one value of the page stands for."""
    return tuple(plan.axes[axis].values[index] for axis, index in zip(dim.axes, place, strict=True))


def label_of(values: Iterable[AxisValue]) -> str:
    """Name a value of the page: the labels of its parts."""
    return _JOIN.join(value.label.strip() or "(empty)" for value in values)


def name_of(plan: Plan, dim: Dim) -> str:
    """Name an axis of the page: the names of its parts."""
    return _JOIN.join(plan.axes[axis].name for axis in dim.axes)


def _units(plan: Plan) -> list[tuple[int, ...]]:
    position = {axis.name: at for at, axis in enumerate(plan.axes)}
    owner: dict[int, tuple[int, ...]] = {}
    for names in plan.zips:
        unit = tuple(sorted(position[name] for name in names if name in position))
        if any(axis in owner for axis in unit):  # of a union of grids, one that zips them otherwise
            continue
        owner |= dict.fromkeys(unit, unit)
    return list(dict.fromkeys(owner.get(at, (at,)) for at in range(len(plan.axes))))


def _all_places(plan: Plan) -> Iterable[Place]:
    yield from coordinates_of(plan.cells)
    yield from plan.excluded
