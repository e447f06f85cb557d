"""Which axis goes where: what the recipe asked for, or a choice by the axes' sizes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Final

from teststrip.errors import UsageError
from teststrip.plan.cells import coordinates_of
from teststrip.plan.model import Axis, Cell, Plan
from teststrip.recipe.model import SheetSpec

WRAP_AT: Final = 8  # boxes in a line when one axis alone runs along the columns
_MOST_COLUMNS: Final = 24
_MOST_ROWS: Final = 36
_MOST_ROW_LEVELS: Final = 3
_LONG_SHAPE: Final = 4  # rows for each column
_LONG_LABEL: Final = 24  # characters: a label beyond reads better at the side than over a picture


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Positions of the plan's axes, the outermost first; every axis is in exactly one of the three."""

    rows: tuple[int, ...]
    cols: tuple[int, ...]
    pages: tuple[int, ...]

    @property
    def wraps(self) -> bool:
        """Whether one axis alone runs through the boxes, line after line."""
        return not self.rows and len(self.cols) == 1


@dataclass(frozen=True, slots=True)
class Part:
    """The cells of a plan that are arranged alike: of one of several grids, or (None) of all.

    `turning` are the positions of the axes that tell the pages apart.
    """

    arrangement: Arrangement
    turning: tuple[int, ...]
    grid: int | None = None


def parts_of(plan: Plan, spec: SheetSpec) -> tuple[Part, ...]:
    """Arrange a plan: as the spec asks or, where it names no axis, each grid by the axes that vary in it.

    Raises UsageError as `arrange` does.
    """
    if spec.down or spec.across or spec.pages or not (plan.axes and plan.axes[0].union):
        arrangement = arrange(plan, spec)
        turning = tuple(axis for axis in arrangement.pages if len(plan.axes[axis].values) > 1)
        return (Part(arrangement, turning),)
    used: dict[int, tuple[set[int], ...]] = {}
    for place in itertools.chain(coordinates_of(plan.cells), skipped_places(plan)):
        sets = used.setdefault(place[0], tuple(set() for _ in plan.axes))
        for values, index in zip(sets, place, strict=True):
            values.add(index)
    parts = []
    for grid, sets in sorted(used.items()):
        axes = [
            replace(axis, values=tuple(axis.values[index] for index in sorted(values)))
            for axis, values in zip(plan.axes, sets, strict=True)
        ]
        arrangement = _placed(plan, _chosen(replace(plan, axes=tuple(axes)), spec))
        turning = tuple(axis for axis in arrangement.pages if not axis or len(axes[axis].values) > 1)
        parts.append(Part(replace(arrangement, pages=(0, *(a for a in arrangement.pages if a))), turning, grid))
    return tuple(parts)


def arrange(plan: Plan, spec: SheetSpec) -> Arrangement:
    """Give every axis its place; one that the spec does not name turns pages.

    Raises UsageError for a name that is no axis, or that is used twice.
    """
    return _placed(plan, _chosen(plan, spec))


def _chosen(plan: Plan, spec: SheetSpec) -> SheetSpec:
    """Return the spec with places for the axes: its own, or chosen for all but the one that is animated."""
    if spec.down or spec.across or spec.pages:
        return spec
    still = tuple(axis for axis in plan.axes if axis.name != spec.animate)
    return replace(default_spec(replace(plan, axes=still)), animate=spec.animate)


def _placed(plan: Plan, spec: SheetSpec) -> Arrangement:
    places = {axis.name: position for position, axis in enumerate(plan.axes)}
    moving = (spec.animate,) if spec.animate is not None else ()
    named = (*spec.down, *spec.across, *spec.pages, *moving)
    for position, name in enumerate(named):
        if name not in places:
            known = ", ".join(places) or "none"
            raise UsageError(
                f"the sheet names the axis {name!r}, which the plan does not have (its axes: {known})"
            )
        if name in named[:position]:
            raise UsageError(f"the sheet names the axis {name!r} twice")
    unnamed = tuple(position for name, position in places.items() if name not in named)
    return Arrangement(
        rows=tuple(places[name] for name in spec.down),
        cols=tuple(places[name] for name in spec.across),
        pages=(*(places[name] for name in spec.pages), *unnamed, *(places[name] for name in moving)),
    )


def shown_cells(plan: Plan) -> Iterable[Cell]:
    """Return the cells that a sheet shows: those of which no value is hidden."""
    if not any(value.hide for axis in plan.axes for value in axis.values):
        return plan.cells
    return (cell for cell in plan.cells if not is_hidden(plan, cell.coordinates))


def skipped_places(plan: Plan) -> Iterator[tuple[int, ...]]:
    """Yield the places that keep a box though no cell is made: those of a value that is skipped and not hidden."""
    for place, reason in plan.excluded.items():
        if plan.reasons[reason].kind == "skip" and not is_hidden(plan, place):
            yield place


def is_hidden(plan: Plan, coordinates: Sequence[int]) -> bool:
    """Tell whether a place has a value that sheets do not show."""
    return any(axis.values[at].hide for axis, at in zip(plan.axes, coordinates, strict=True))


def default_spec(plan: Plan) -> SheetSpec:
    """Choose rows, columns and pages when the recipe has no sheet.

    The longest axis runs along the columns (the last of equals; an axis with long labels or too many values
    only if there is no better one). The others nest in the rows, the recipe's first outermost, while at most
    36 rows and three levels come of it. Where that makes many more rows than columns, the outermost of them part
    the columns instead; those left over turn pages. Axes with one value are said in the footer.
    """
    units = _units(plan)
    if not units:
        return SheetSpec()
    columns = max(reversed(units), key=_fitness_for_columns)
    others = [unit for unit in units if unit is not columns]
    lifted = _lifted(columns, others)
    others = [unit for unit in others if unit not in lifted]
    nested = _nested(others)
    return SheetSpec(
        rows=_names(others[len(others) - nested :]),
        cols=_names([columns]),
        pages=_names(others[: len(others) - nested]),
        super_cols=_names(lifted),
    )


def _lifted(columns: tuple[Axis, ...], others: Sequence[tuple[Axis, ...]]) -> list[tuple[Axis, ...]]:
    """Choose what parts the columns: a unit of the rows, the outermost with short labels, or none.

    It does where there are at least four rows to a column (pictures are about as high as wide), at least as many
    rows stay as columns come of it, and those are not too many.
    """
    rows, across = prod(map(_length, others)), _length(columns)
    if len(others) < 2 or rows < _LONG_SHAPE * across:
        return []
    for unit in others:
        parted = across * _length(unit)
        if parted <= _MOST_COLUMNS and parted <= rows // _length(unit) and _is_short(unit):
            return [unit]
    return []


def _units(plan: Plan) -> list[tuple[Axis, ...]]:
    """Return what varies, axes that advance together as one; the axis of a union of grids turns pages anyhow."""
    varying = {axis.name: axis for axis in plan.axes if len(axis.values) > 1 and not axis.union}
    zipped = [tuple(name for name in names if name in varying) for names in plan.zips]
    owner = {name: names for names in zipped for name in names}
    units = dict.fromkeys(owner.get(name, (name,)) for name in varying)
    return [tuple(varying[name] for name in names) for names in units]


def _names(units: Iterable[tuple[Axis, ...]]) -> tuple[str, ...]:
    return tuple(axis.name for unit in units for axis in unit)


def _length(unit: tuple[Axis, ...]) -> int:
    return max(len(axis.values) for axis in unit)


def _is_short(unit: tuple[Axis, ...]) -> bool:
    return max(len(value.label) for axis in unit for value in axis.values) <= _LONG_LABEL


def _fitness_for_columns(unit: tuple[Axis, ...]) -> tuple[bool, bool, int]:
    count = _length(unit)
    return _is_short(unit), count <= _MOST_COLUMNS, count if count <= _MOST_COLUMNS else -count


def _nested(units: Iterable[tuple[Axis, ...]]) -> int:
    """Count how many units, from the last one back, nest in the rows; at least one if there is any."""
    rows, levels, nested = 1, 0, 0
    for unit in reversed(list(units)):
        rows *= _length(unit)
        levels += len(unit)
        if nested and (rows > _MOST_ROWS or levels > _MOST_ROW_LEVELS):
            break
        nested += 1
    return nested
