"""What advances in a sweep: each axis by itself, or axes that are zipped, as one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from teststrip.base.near import near
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.recipe.model import Zip


@dataclass(frozen=True, slots=True)
class Dim:
    """One thing that advances; `axes` are the positions of its axes, all of which have `size` values."""

    axes: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Space:
    """All places of a sweep: the product of its dims, the last one fastest.

    A place is a position in it, from 0 to `count` - 1; its indices are those of its value on each dim, and its
    coordinates those on each axis.
    """

    dims: tuple[Dim, ...]
    axes: int  # how many axes there are

    @property
    def count(self) -> int:
        """How many places there are."""
        return math.prod(dim.size for dim in self.dims)

    def indices(self, place: int) -> list[int]:
        """Return the indices of a place, one for each dim."""
        found = [0] * len(self.dims)
        for position in range(len(self.dims) - 1, -1, -1):
            place, found[position] = divmod(place, self.dims[position].size)
        return found

    def place(self, indices: Sequence[int]) -> int:
        """Return the place that has these indices."""
        place = 0
        for dim, index in zip(self.dims, indices, strict=True):
            place = place * dim.size + index
        return place

    def coordinates(self, indices: Sequence[int]) -> tuple[int, ...]:
        """Return the coordinates, one for each axis, of the place with these indices."""
        found = [0] * self.axes
        for dim, index in zip(self.dims, indices, strict=True):
            for axis in dim.axes:
                found[axis] = index
        return tuple(found)

    def of_axes(self, axes: frozenset[int]) -> tuple[int, ...]:
        """Return the dims (by position) that move any of these axes."""
        return tuple(at for at, dim in enumerate(self.dims) if not axes.isdisjoint(dim.axes))


def space_of(draft: Draft, axes: Sequence[PlacedAxis], zips: Sequence[Zip]) -> Space | None:
    """Join zipped axes into dims; None after reporting what is wrong with a zip.

    A zip stands where the first of its axes does. An axis that is broken is left out: that is told already.
    """
    places = {placed.axis.name: position for position, placed in enumerate(axes)}
    groups = list(_groups(draft, axes, zips, places))
    if None in groups:
        return None
    owner = {axis: group for group in groups if group is not None for axis in group}
    dims: list[Dim] = []
    for position, placed in enumerate(axes):
        group = owner.get(position, (position,))
        if position == min(group):
            dims.append(Dim(group, len(placed.places)))
    return Space(tuple(dims), len(axes))


def _groups(
    draft: Draft, axes: Sequence[PlacedAxis], zips: Sequence[Zip], places: dict[str, int]
) -> Iterator[tuple[int, ...] | None]:
    broken = {source.name for source in draft.recipe.axes} - places.keys()
    used: dict[str, Zip] = {}
    for group in zips:
        sound = True
        for position, name in enumerate(group.names):
            path = (*group.path, position)
            if name in broken:
                continue
            if name not in places:
                there = ", ".join(places) or "none"
                draft.report(path, f"{name!r} is no axis here; there are: {there}", near(name, list(places)))
                sound = False
            elif name in used:
                draft.report(path, f"{name} advances with other axes already; an axis is in one zip only")
                sound = False
            used.setdefault(name, group)
        known = [name for name in group.names if name in places]
        sizes = {name: len(axes[places[name]].places) for name in known}
        whole = not any(source.unsound for source in draft.recipe.axes if source.name in sizes)
        if sound and whole and len(set(sizes.values())) > 1:
            told = " and ".join(f"{name} has {size}" for name, size in sizes.items())
            draft.report(group.path, f"axes that advance together have equally many values, and {told}")
            sound = False
        yield tuple(places[name] for name in known) if sound else None
