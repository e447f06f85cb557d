"""Two runs as one, so that the page can lay them side by side: an axis tells which, and the others are shared."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeGuard

from teststrip.base.json import ABSENT, Json, canonical, digest
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.plan.union import NOWHERE
from teststrip.recipe.model import SheetSpec
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Outcome, Run
from teststrip.sheet.arrange import default_spec
from teststrip.steps.model import Score

RUN: Final = "run"  # the axis that tells the two apart
_OTHER: Final = "which run"


@dataclass(slots=True)
class _Shared:
    """An axis of either run, or of both: equal values are one."""

    name: str
    parameter: bool
    values: list[AxisValue] = field(default_factory=list)
    known: dict[bytes, int] = field(default_factory=dict)

    def take(self, plan: Plan) -> None:
        """Take in the values that a plan has on this axis, or the one that its requests stand at."""
        own = next((axis.values for axis in plan.axes if axis.name == self.name), None)
        for value in own or (_standing(plan, self.name),):
            self.index(value)

    def sort(self) -> None:
        """Put values in order where all are plain numbers, so that those of two runs stand among each other."""
        if all(_is_number(value.value) or value.label == NOWHERE for value in self.values):
            self.values.sort(key=lambda value: float(value.value) if _is_number(value.value) else math.inf)
            self.known = {_key(value): at for at, value in enumerate(self.values)}

    def index(self, value: AxisValue) -> int:
        """Return the position of a value, which is added when no equal one is there."""
        key = _key(value)
        at = self.known.setdefault(key, len(self.values))
        if at == len(self.values):
            self.values.append(value)
        return at


def side_by_side(one: Run, two: Run) -> tuple[Run, SheetSpec]:
    """Bring two runs together, and say how the page lays them out: the two of a place beside each other.

    A run that lacks an axis of the other stands at the value that its requests have there, if that is one and the
    same, else at a value of its own. Axes that advance together do so no more, unless they do in both.
    """
    shared: dict[str, _Shared] = {}
    for run in (one, two):
        for axis in run.plan.axes:
            shared.setdefault(axis.name, _Shared(axis.name, axis.parameter))
    for joined in shared.values():
        for run in (one, two):
            joined.take(run.plan)
        joined.sort()
    cells: list[Cell] = []
    excluded: dict[tuple[int, ...], int] = {}
    outcomes: dict[str, Outcome] = {}
    scores: dict[str, Score] = {}
    finished: dict[tuple[int, ...], Finished] = {}
    reasons = [*one.plan.reasons, *two.plan.reasons]
    lifts = [_lift(run.plan, shared) for run in (one, two)]
    for which, run in enumerate((one, two)):
        lift = lifts[which]
        cells += [Cell((*lift(cell.coordinates), which), cell.request, cell.digest) for cell in run.plan.cells]
        if run.finish is not None:
            scores |= run.finish.scores
            finished |= {(*lift(place), which): one for place, one in run.finish.cells.items()}
        for place, reason in run.plan.excluded.items():
            excluded[*lift(place), which] = reason + (len(one.plan.reasons) if which else 0)
        outcomes |= run.outcomes
    name = RUN if RUN not in shared else _OTHER
    which_axis = Axis(name, tuple(AxisValue(label) for label in _labels(one, two)), parameter=False)
    axes = tuple(Axis(axis.name, tuple(axis.values), axis.parameter) for axis in shared.values())
    plan = replace(
        one.plan,
        title=one.plan.title if one.plan.title == two.plan.title else f"{one.plan.title} | {two.plan.title}",
        target=one.plan.target if one.plan.target == two.plan.target else f"{one.plan.target} | {two.plan.target}",
        axes=(*axes, which_axis),
        cells=tuple(cells),
        sheets=(),
        digest=digest([one.plan.digest, two.plan.digest]),
        reasons=tuple(reasons),
        excluded=excluded,
        zips=one.plan.zips if one.plan.zips == two.plan.zips else (),
        files=tuple({file.sha256: file for file in (*one.plan.files, *two.plan.files)}.values()),
        after=(),
    )
    chosen = default_spec(replace(plan, axes=axes)) if axes else SheetSpec()
    spec = SheetSpec(rows=chosen.rows, cols=(*chosen.cols, name), pages=chosen.pages)
    return Run(one.folder, plan, outcomes, sent=0, finish=Finish(scores, finished) if finished else None), spec


class _Lift:
    """Takes the coordinates of one run's plan to those of both together."""

    def __init__(self, plan: Plan, shared: Mapping[str, _Shared]) -> None:
        own = {axis.name: at for at, axis in enumerate(plan.axes)}
        self._tables: list[tuple[int, list[int]]] = []
        for axis in shared.values():
            at = own.get(axis.name)
            if at is None:
                self._tables.append((-1, [axis.index(_standing(plan, axis.name))]))
            else:
                self._tables.append((at, [axis.index(value) for value in plan.axes[at].values]))

    def __call__(self, coordinates: Sequence[int]) -> tuple[int, ...]:
        return tuple(table[0] if at < 0 else table[coordinates[at]] for at, table in self._tables)


_lift = _Lift


def _standing(plan: Plan, name: str) -> AxisValue:
    """Return the value that all requests of a plan have for an axis that it does not have."""
    found: dict[bytes, Json] = {}
    for cell in plan.cells:
        if name not in cell.request:
            return AxisValue(NOWHERE)
        found[canonical(cell.request[name])] = cell.request[name]
        if len(found) > 1:
            return AxisValue(NOWHERE)
    value = next(iter(found.values()), None)
    label = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return AxisValue(label, value) if found else AxisValue(NOWHERE)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(value: AxisValue) -> bytes:
    """Return what makes two values one: what they do; of one that only has a title, that."""
    plain = value.value is not ABSENT and value.sets is None and value.replace is None
    own = [] if value.value is ABSENT else [value.value]
    return canonical([own, value.sets, value.replace, value.replace_in, "" if plain else value.label])


def _labels(one: Run, two: Run) -> tuple[str, str]:
    """Name the two: by their titles if these differ, else by their targets, else by their folders."""
    for names in (
        (one.plan.title, two.plan.title),
        (one.plan.target, two.plan.target),
    ):
        if names[0] != names[1]:
            return names
    return one.folder.name, two.folder.name
