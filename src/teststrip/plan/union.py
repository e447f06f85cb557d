"""Several grids as one plan: their axes brought together, and where a cell of each grid stands on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, cast

from teststrip.base.json import ABSENT, Absent, Json, Scalar, canonical
from teststrip.plan.draft import Draft
from teststrip.plan.model import Axis, AxisValue
from teststrip.plan.sweep import Sweep

GRID: Final = "grid"  # the axis that tells the grids apart, and turns the pages of a sheet
NOWHERE: Final = "–"  # on an axis that a grid has not, and whose parameter differs from cell to cell

Lift = Callable[[tuple[int, ...]], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Union:
    """The axes of a plan and, for each grid, what makes coordinates on them of its own."""

    axes: tuple[Axis, ...]
    lifts: tuple[Lift, ...]


def unite(sweeps: Sequence[Sweep]) -> Union:
    """Bring the axes of grids together; a single grid keeps its own.

    An axis has the values of all grids, equal ones once. A grid that lacks an axis stands at the value that its
    requests have there, if that is one and the same, or at a value of its own.
    """
    if len(sweeps) == 1:
        return Union(tuple(placed.axis for placed in sweeps[0].axes), (_same,))
    titles = [sweep.title for sweep in sweeps]
    merged: dict[str, _Merged] = {}
    for sweep in sweeps:
        for placed in sweep.axes:
            axis = merged.setdefault(placed.axis.name, _Merged(placed.axis.name, []))
            axis.parameter = axis.parameter or placed.axis.parameter
            for value in placed.axis.values:
                axis.index(value)
    lifts = tuple(_lift(number, sweep, list(merged.values())) for number, sweep in enumerate(sweeps))
    first = Axis(GRID, tuple(AxisValue(title) for title in titles), parameter=False, union=True)
    return Union((first, *(axis.whole() for axis in merged.values())), lifts)


def known_axes(sweeps: Sequence[Sweep | None]) -> list[Axis]:
    """Return the axes of all grids that can be swept, each name once, with the values of all."""
    found: dict[str, Axis] = {}
    for sweep in sweeps:
        for placed in sweep.axes if sweep is not None else ():
            known = found.get(placed.axis.name)
            found[placed.axis.name] = placed.axis if known is None else _with_values_of(known, placed.axis)
    return list(found.values())


def check_names(draft: Draft) -> None:
    """Report an axis that has the name of the one that tells grids apart."""
    if len(draft.recipe.grids) < 2:
        return
    for grid in draft.recipe.grids:
        for axis in grid.axes:
            if axis.name == GRID:
                said = f"with several grids, `{GRID}` is the axis that tells them apart; choose another name"
                draft.report(axis.path, said, on_key=True)


@dataclass(slots=True)
class _Merged:
    name: str
    values: list[AxisValue]
    parameter: bool = False
    _places: dict[tuple[bytes, str, bool], int] = field(default_factory=dict)

    def index(self, value: AxisValue) -> int:
        """Return the position of a value, which is added when no equal one is there."""
        at = self._places.setdefault(_key(value), len(self.values))
        if at == len(self.values):
            self.values.append(value)
        return at

    def whole(self) -> Axis:
        return Axis(self.name, tuple(self.values), self.parameter)


def _with_values_of(known: Axis, other: Axis) -> Axis:
    # Looked up, and not held against every other: with 10,000 values that is a hundred million comparisons.
    seen = {_hashable(value) for value in known.values}
    return replace(known, values=known.values + tuple(v for v in other.values if _hashable(v) not in seen))


def _hashable(value: AxisValue) -> Hashable:
    """Return what is equal for two values just when they are."""
    return tuple(_frozen(getattr(value, part.name)) for part in fields(value) if part.compare)


def _frozen(written: Json | Absent) -> Hashable:
    if isinstance(written, Mapping):
        return frozenset((name, _frozen(member)) for name, member in written.items())
    if isinstance(written, list | tuple):
        return tuple(_frozen(item) for item in written)
    return cast("Scalar | Absent", written)


def _key(value: AxisValue) -> tuple[bytes, str, bool]:
    """Return what makes two values one: what they do, whether they are shown, and of a titled one its label."""
    plain = value.value is not ABSENT and value.sets is None and value.replace is None
    own = [] if value.value is ABSENT else [value.value]
    does = canonical([own, value.sets, value.replace, value.replace_in])
    return does, "" if plain else value.label, value.hide


def _lift(number: int, sweep: Sweep, axes: Sequence[_Merged]) -> Lift:
    own = {placed.axis.name: at for at, placed in enumerate(sweep.axes)}
    tables: list[tuple[int, list[int]]] = []
    for axis in axes:
        at = own.get(axis.name)
        if at is None:
            tables.append((-1, [axis.index(_standing(axis.name, sweep))]))
        else:
            tables.append((at, [axis.index(value) for value in sweep.axes[at].axis.values]))

    def lift(coordinates: tuple[int, ...]) -> tuple[int, ...]:
        return (number, *(table[0] if at < 0 else table[coordinates[at]] for at, table in tables))

    return lift


def _standing(name: str, sweep: Sweep) -> AxisValue:
    """Return the value at which a grid stands on an axis that it has not."""
    pieces = sweep.pieces
    track = pieces.track_of.get(name)
    if track is not None and not pieces.tracks[track].dims:
        values = pieces.piece(track, [0] * len(pieces.space.dims)).values
        if name in values:
            return AxisValue(_label(values[name]), values[name])
    return AxisValue(NOWHERE)


def is_nowhere(value: AxisValue) -> bool:
    """Tell whether a value is that of a grid which has no such axis."""
    return value.label == NOWHERE and value.value is ABSENT and value.sets is None


def _label(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _same(coordinates: tuple[int, ...]) -> tuple[int, ...]:
    return coordinates
