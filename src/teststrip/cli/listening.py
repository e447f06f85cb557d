"""What plugins hear of a run: records that are theirs to look at, and whose changing reaches nobody else."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self, overload

import pluggy

from teststrip.cli.report import tell
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.plugins.telling import Event as Told
from teststrip.plugins.telling import Listeners
from teststrip.run.events import CellFinished, CellsReused, CellStarted, Event
from teststrip.run.model import Outcome, Run
from teststrip.run.store import Store


class Hearing:
    """The listeners of one command; a context manager. Each method tells of one thing, and returns at once."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._listeners = Listeners(manager, tell)
        self._started = self._listeners.hears("teststrip_trial_started")
        self._done = self._listeners.hears("teststrip_trial_done")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listeners.__exit__(kind, error, trace)

    def plan_made(self, plan: Plan) -> None:
        """Tell that a plan has been made."""
        self._listeners.tell_several("teststrip_plan_made", lambda: ({"plan": guarded(plan)},))

    def trial(self, event: Event, plan: Plan, store: Store) -> None:
        """Tell what an event of a run is about, if anybody wants to hear it."""
        if self._started and isinstance(event, CellStarted):
            started = event
            self._listeners.tell_several("teststrip_trial_started", lambda: (_started(started, plan),))
        elif self._done and isinstance(event, CellFinished):
            ended = event
            self._listeners.tell_several("teststrip_trial_done", lambda: (_done(ended, store),))
        elif self._done and isinstance(event, CellsReused):
            reused = event
            self._listeners.tell_several(
                "teststrip_trial_done", lambda: (_done(one, store) for one in reused.each())
            )

    def sheet_written(self, path: Path) -> None:
        """Tell that a sheet is on disk."""
        self._listeners.tell("teststrip_sheet_written", path=path)

    def run_done(self, run: Run) -> None:
        """Tell that a run is over."""
        self._listeners.tell_several("teststrip_run_done", lambda: ({"run": _guarded_run(run)},))

    def report(self) -> None:
        """Print which plugins failed so far; not while a bar is drawn."""
        self._listeners.report()


def _started(event: CellStarted, plan: Plan) -> Told:
    return {
        "digest": event.digest,
        "cell": event.cell,
        "attempt": event.attempt,
        "request": copy.deepcopy(dict(plan.cells[event.cell].request)),
    }


def _done(event: CellFinished, store: Store) -> Told:
    artifacts = tuple(store.artifact(one.sha256, one.media_type, one.size) for one in event.kept)
    outcome = Outcome(event.digest, event.state, artifacts, event.reason, event.prediction)
    return {"outcome": outcome, "cell": event.cell, "reused": event.reused}


def guarded(plan: Plan) -> Plan:
    """Return a plan of which nothing leads back to the one that is run: what it holds is copied, or read only."""
    return replace(
        plan,
        axes=tuple(_own_axis(axis) for axis in plan.axes),
        cells=_OwnCells(plan.cells),
        excluded=MappingProxyType(dict(plan.excluded)),
        page_request=copy.deepcopy(dict(plan.page_request)),
    )


def _guarded_run(run: Run) -> Run:
    finish = run.finish
    if finish is not None:
        finish = replace(
            finish, scores=MappingProxyType(dict(finish.scores)), cells=MappingProxyType(dict(finish.cells))
        )
    return replace(run, plan=guarded(run.plan), outcomes=MappingProxyType(run.outcomes), finish=finish)


def _own_axis(axis: Axis) -> Axis:
    if not any(map(_holds, axis.values)):
        return axis
    return replace(axis, values=tuple(copy.deepcopy(value) if _holds(value) else value for value in axis.values))


def _holds(value: AxisValue) -> bool:
    """Tell whether a value holds anything that could be changed."""
    return bool(value.sets or value.replace) or isinstance(value.value, list | Mapping)


class _OwnCells(Sequence[Cell]):
    """The cells of a plan, each a copy that belongs to whoever asked for it."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells

    def __len__(self) -> int:
        return len(self._cells)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        return _own(self._cells[index])

    def __iter__(self) -> Iterator[Cell]:
        return map(_own, self._cells)


def _own(cell: Cell) -> Cell:
    return Cell(
        cell.coordinates,
        lambda: copy.deepcopy(dict(cell.request)),
        cell.digest,
        lambda: copy.deepcopy(dict(cell.variables)),
    )
