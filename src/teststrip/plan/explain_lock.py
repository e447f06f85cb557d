"""What a lock knows of why its plan is as it is: labels, reasons and requests, but not the recipe behind them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from teststrip.base.json import ABSENT, Json
from teststrip.base.where import Path, Where
from teststrip.plan.explain import GridStory, Hold, Labels, Loss, PlaceStory, Spot
from teststrip.plan.model import Plan
from teststrip.plan.origins import CellStory, Member, Origin, cells_alike
from teststrip.plan.pick import Wanted
from teststrip.plan.sweep import FIRST_EXCLUDED

WhereOf = Callable[[Path], Where]
"""Finds the place of a member of the lock."""


def tell_locked_grids(plan: Plan, where: WhereOf) -> tuple[GridStory, ...]:
    """Say what a locked plan has; of several grids together, since a lock does not tell them apart."""
    united = any(axis.union for axis in plan.axes)
    owner = {name: names for names in plan.zips for name in names}
    dims = tuple(dict.fromkeys(owner.get(axis.name, (axis.name,)) for axis in plan.axes))
    sizes = {axis.name: len(axis.values) for axis in plan.axes}
    places = None if united else math.prod(sizes[names[0]] for names in dims)
    losses = [_loss(plan, at, where) for at in range(len(plan.reasons))]
    if places is not None:
        unsampled = places - len(plan.cells) - sum(reason.places for reason in plan.reasons)
        if unsampled > 0:
            losses.append(
                Loss("sample", "the lock does not say why; by a sample, most likely", "", None, unsampled)
            )
    return (GridStory("", plan.axes, dims, places, tuple(losses), len(plan.cells)),)


def tell_locked_cell(plan: Plan, number: int, where: WhereOf) -> CellStory:
    """Say of a cell of a locked plan what its axes decide."""
    cell = plan.cells[number]
    return CellStory(
        number=number,
        labels=locked_labels(plan, cell.coordinates),
        digest=cell.digest,
        members=tuple(_member(plan, cell.coordinates, *member, where) for member in cell.request.items()),
        alike=cells_alike(plan.cells, number),
    )


def tell_locked_place(plan: Plan, coordinates: tuple[int, ...], where: WhereOf) -> PlaceStory:
    """Say why a place is no cell, as far as the lock tells: only the first reason is known."""
    hold = Hold(_loss(plan, plan.excluded[coordinates], where, firsts=False))
    return PlaceStory(locked_labels(plan, coordinates), (hold,))


def locked_places_at(wanted: Wanted, plan: Plan) -> Iterator[tuple[int, ...]]:
    """Yield the coordinates of places that are no cells and that labels ask for."""
    for coordinates in plan.excluded:
        if all(coordinates[axis] in values for axis, values in wanted.items()):
            yield coordinates


def locked_labels(plan: Plan, coordinates: Sequence[int]) -> Labels:
    """Return where something stands on the axes of a plan."""
    return tuple((axis.name, axis.values[at].label) for axis, at in zip(plan.axes, coordinates, strict=True))


def _loss(plan: Plan, at: int, where: WhereOf, *, firsts: bool = True) -> Loss:
    reason = plan.reasons[at]
    first: list[Labels] = []
    for coordinates, why in plan.excluded.items() if firsts else ():
        if why == at and len(first) < FIRST_EXCLUDED:
            first.append(locked_labels(plan, coordinates))
    return Loss(
        reason.kind, reason.text, "", Spot(where(("reasons",)), f"reasons[{at}]"), reason.places, tuple(first)
    )


def _member(plan: Plan, coordinates: Sequence[int], name: str, value: Json, where: WhereOf) -> Member:
    for position, (axis, at) in enumerate(zip(plan.axes, coordinates, strict=True)):
        swept = axis.values[at]
        spot = Spot(where(("axes", position)), f"axes.{axis.name}")
        if axis.parameter and axis.name == name and swept.value is not ABSENT:
            return Member(name, value, Origin("axis", spot))
        if name in (swept.sets or ()):
            return Member(name, value, Origin("set", spot))
    return Member(name, value, Origin("lock"))
