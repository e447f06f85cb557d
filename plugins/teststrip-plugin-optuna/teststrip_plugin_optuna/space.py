"""A plan's sweep as a search sees it: dims with choices, and which cell each place is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from teststrip.plan.cells import coordinates_of
from teststrip.plan.model import Axis, Plan


@dataclass(frozen=True, slots=True)
class Dim:
    """One thing to choose: an axis, or axes that advance together.

    `choices` has for each choice the positions of the values on these axes. In an `ordered` dim they are sorted by
    a number, so that what is near in the list is near in the sweep.
    """

    name: str
    axes: tuple[int, ...]
    choices: tuple[tuple[int, ...], ...]
    ordered: bool


Place = tuple[int, ...]
"""A choice on each dim, by its position."""


@dataclass(frozen=True, slots=True)
class Space:
    """All places that a search may ask for; `numbers` has those that are cells, by their number in the plan."""

    dims: tuple[Dim, ...]
    numbers: Mapping[Place, int]

    @property
    def places(self) -> int:
        """How many places there are, cells or not."""
        return math.prod(len(dim.choices) for dim in self.dims)


def space_of(plan: Plan, unordered: frozenset[str] = frozenset()) -> Space:
    """Look at a plan as a space. `unordered` are axes whose numbers are names, as those of a seed are."""
    groups = list(_groups(plan))
    seen: list[dict[tuple[int, ...], None]] = [{} for _ in groups]
    places = list(coordinates_of(plan.cells))
    for place in places:
        for group, choices in zip(groups, seen, strict=True):
            choices.setdefault(tuple(place[axis] for axis in group))
    dims = [
        _dim(plan, group, tuple(choices), unordered)
        for group, choices in zip(groups, seen, strict=True)
        if len(choices) > 1
    ]
    positions = [{choice: at for at, choice in enumerate(dim.choices)} for dim in dims]
    numbers: dict[Place, int] = {}
    for number, place in enumerate(places):
        own = tuple(
            known[tuple(place[axis] for axis in dim.axes)] for dim, known in zip(dims, positions, strict=True)
        )
        numbers.setdefault(own, number)
    return Space(tuple(dims), numbers)


def _groups(plan: Plan) -> Iterator[tuple[int, ...]]:
    """Yield the positions of the axes that advance together, each axis once; zips that share one are one."""
    together: list[set[str]] = []
    for zipped in plan.zips:
        joined = set(zipped)
        for other in [one for one in together if one & joined]:
            together.remove(other)
            joined |= other
        together.append(joined)
    done: set[str] = set()
    for axis in plan.axes:
        if axis.name in done:
            continue
        names: set[str] = next((one for one in together if axis.name in one), {axis.name})
        done |= names
        yield tuple(at for at, other in enumerate(plan.axes) if other.name in names)


def _dim(
    plan: Plan, group: tuple[int, ...], choices: tuple[tuple[int, ...], ...], unordered: frozenset[str]
) -> Dim:
    name = " and ".join(plan.axes[axis].name for axis in group)
    for at, axis in enumerate(group):
        if plan.axes[axis].name in unordered:
            continue
        numbers = _numbers(plan.axes[axis], [choice[at] for choice in choices])
        if numbers is not None:
            order = sorted(range(len(choices)), key=numbers.__getitem__)
            return Dim(name, group, tuple(choices[position] for position in order), ordered=True)
    return Dim(name, group, choices, ordered=False)


def _numbers(axis: Axis, positions: Sequence[int]) -> list[float] | None:
    """Return the numbers of these values; None unless they are numbers, each another."""
    found: list[float] = []
    for position in positions:
        value = axis.values[position].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        found.append(value)
    return found if len(set(found)) == len(found) else None
