"""The sheet of a study: all that has a score, the best first, whatever the shape of the sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from teststrip.base.json import Json
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Run
from teststrip.sheet.write import write_sheets

FOLDER: Final = "ranking"
BADGE: Final = "best"
FORMATS: Final = ("png", "jpg", "webp")


def marked(run: Run, best: tuple[int, ...] | None) -> Run:
    """Return the run with a badge on the cell at these coordinates, and on no other."""
    if run.finish is None or best is None or best not in run.finish.cells:
        return run
    cells = {**run.finish.cells, best: _badged(run.finish.cells[best])}
    return replace(run, finish=replace(run.finish, cells=cells))


def write_ranking(run: Run, cells: Sequence[Cell]) -> tuple[Path, ...]:
    """Draw these cells of a run in this order, and return the files; they lie in a folder of their own."""
    folder = run.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return write_sheets(
        replace(run, plan=_flat(run.plan, cells), finish=_moved(run.plan, run.finish, cells)), folder
    )


def _badged(one: Finished) -> Finished:
    return one if BADGE in one.badges else replace(one, badges=(BADGE, *one.badges))


def _flat(plan: Plan, cells: Sequence[Cell]) -> Plan:
    """Return a plan for drawing only, with one axis that has these cells in order.

    Their requests lack what the labels tell, which the foot of the sheet would tell once more.
    """
    varying = [number for number, axis in enumerate(plan.axes) if len(axis.values) > 1]
    single = tuple(axis for axis in plan.axes if len(axis.values) == 1)
    labels = [f"{rank}. {_labels(plan, varying, cell)}" for rank, cell in enumerate(cells, 1)]
    ranks = Axis("rank", tuple(AxisValue(label) for label in labels), parameter=False)
    told = frozenset(plan.axes[axis].name for axis in varying if _tells(plan.axes[axis]))
    spec = plan.sheets[0] if plan.sheets else SheetSpec()
    formats = tuple(form for form in spec.formats if form in FORMATS) or FORMATS[:1]
    return replace(
        plan,
        axes=(ranks, *single),
        cells=tuple(
            Cell(_place(plan, rank), _rest(cell.request, told), cell.digest) for rank, cell in enumerate(cells)
        ),
        sheets=(SheetSpec(formats=formats, theme=spec.theme, title=spec.title, author=spec.author),),
        reasons=(),
        excluded={},
        zips=(),
        after=(),
    )


def _tells(axis: Axis) -> bool:
    """Tell whether each label of a parameter's axis is the value itself."""
    return axis.parameter and all(value.label == f"{value.value}" for value in axis.values)


def _rest(request: Mapping[str, Json], told: frozenset[str]) -> dict[str, Json]:
    return {name: value for name, value in request.items() if name not in told}


def _labels(plan: Plan, axes: Sequence[int], cell: Cell) -> str:
    return ", ".join(f"{plan.axes[axis].name} {plan.label(cell, axis)}" for axis in axes)


def _moved(plan: Plan, finish: Finish | None, cells: Sequence[Cell]) -> Finish | None:
    """Return what steps made of these cells, by where they stand in the flat plan."""
    if finish is None:
        return None
    found: dict[tuple[int, ...], Finished] = {
        _place(plan, rank): finish.cells[cell.coordinates]
        for rank, cell in enumerate(cells)
        if cell.coordinates in finish.cells
    }
    return replace(finish, cells=found)


def _place(plan: Plan, rank: int) -> tuple[int, ...]:
    return (rank, *(0 for axis in plan.axes if len(axis.values) == 1))
