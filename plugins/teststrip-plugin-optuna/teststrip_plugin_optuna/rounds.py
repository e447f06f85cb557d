"""Doing what a search asks for: each round is a run of some more cells of the same plan, in the same folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from teststrip.cli.finishing import Workplace, finished
from teststrip.cli.locked import Opened
from teststrip.cli.session import Order, perform
from teststrip.finish.ready import Ready
from teststrip.plan.cells import coordinates_of
from teststrip.plan.model import Plan
from teststrip.plan.part import part_of
from teststrip.run.finished import FINISH_NAME, Finish, write_finish
from teststrip.run.folder import load_run
from teststrip.run.model import Outcome, Run
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip_plugin_optuna.search import Result
from teststrip_plugin_optuna.watching import Watching

WHY: Final = "optuna did not ask for it"
_THROUGH: Final = frozenset({State.DONE, State.FAILED, State.MODERATED, State.CANCELLED, State.UNCERTAIN})


@dataclass(slots=True)
class Rounds:
    """The rounds of one study.

    `visited` are the cells that were asked for so far, and those that steps compare them with.
    `processes` makes what steps run in that need processes, None for this machine's own.
    `cut_off` tells that somebody interrupted the last round, `stopped` why the server or the budget did.
    """

    opened: Opened
    steps: Sequence[Ready]
    settings: Settings
    runs_dir: Path
    folder: Path
    score: str
    watching: Watching
    processes: Callable[[], Executor] | None = None
    visited: set[int] = field(default_factory=set)
    sent: int = 0
    estimate: Decimal = Decimal(0)
    run: Run | None = None
    cut_off: bool = False
    _numbers: dict[tuple[int, ...], int] = field(init=False)

    def __post_init__(self) -> None:
        """Remember where each cell stands."""
        plan = self.opened.plan
        self._numbers = {place: number for number, place in enumerate(coordinates_of(plan.cells))}

    @property
    def stopped(self) -> str:
        """Why the server or the budget ended the last round early, "" where nothing did."""
        return self.run.stopped if self.run is not None else ""

    def do(self, asked: Sequence[int]) -> dict[int, Result]:
        """Bring these cells to their scores; those that are not through are left out.

        What the ledger has is not sent again, and what steps made before is not made again.
        """
        opened, together = self.opened, self._with_references(asked)
        self.visited |= together
        plan = part_of(opened.plan, self.visited, WHY)
        order = Order(
            plan, opened.provider, opened.target, self.runs_dir, self.settings, opened.files, self.folder
        )
        on_event = self.watching.round(plan)
        done = asyncio.run(perform(order, on_event))
        self.cut_off = done is None
        run = done if done is not None else load_run(self.folder)
        self.sent += run.sent if done is not None else self.watching.sent
        some = replace(run, plan=part_of(opened.plan, together, WHY), finish=None)
        some = finished(
            some, self.steps, Workplace(self.runs_dir, on_event, self.processes), executing=done is not None
        )
        self.estimate += run.money.estimate if run.money is not None else 0
        self.run = replace(run, finish=_merged(self.run, some.finish))
        self._keep(plan)
        if some.finish is not None and some.finish.count("waiting"):
            self.cut_off = True
        results = {number: self._result(number) for number in asked}
        return {number: result for number, result in results.items() if result is not None}

    def _keep(self, plan: Plan) -> None:
        """Write down what the steps made of all that was visited."""
        if self.run is not None and self.run.finish is not None:
            write_finish(self.folder / FINISH_NAME, plan, self.run.finish)

    def _with_references(self, asked: Iterable[int]) -> set[int]:
        """Return the cells, and those that steps compare them with: these have to be there too."""
        plan, found = self.opened.plan, set(asked)
        waiting = list(found)
        while waiting:
            place = plan.cells[waiting.pop()].coordinates
            for use in plan.after:
                other = list(place)
                for axis, at in use.against.axes if use.against is not None else ():
                    other[axis] = at
                number = self._numbers.get(tuple(other))
                if number is not None and number not in found:
                    found.add(number)
                    waiting.append(number)
        return found

    def _result(self, number: int) -> Result | None:
        """Say what came of a cell; None for one that is not through."""
        assert self.run is not None
        cell = self.opened.plan.cells[number]
        outcome = self.run.outcomes.get(cell.digest)
        if outcome is None or outcome.state not in _THROUGH:
            return None
        if outcome.state is not State.DONE:
            return _without(outcome)
        one = self.run.finish.cells.get(cell.coordinates) if self.run.finish is not None else None
        if one is None or one.standing != "done":
            waits = one is not None and one.standing == "waiting"
            return None if waits else Result("failed", reason=one.reason if one is not None else "no picture came")
        value = one.scores.get(self.score)
        if isinstance(value, int | float):
            return Result("scored", float(value))
        said = "nothing" if value is None else f"the text {value!r}"
        return Result("failed", reason=f"{self.score} is {said}, and no number")


def _without(outcome: Outcome) -> Result:
    standing = "moderated" if outcome.state is State.MODERATED else "failed"
    state = "" if outcome.state is State.FAILED or standing == "moderated" else f"{outcome.state}: "
    reason = f"{state}{outcome.reason}".removesuffix(": ")
    return Result("moderated" if standing == "moderated" else "failed", reason=reason)


def _merged(before: Run | None, now: Finish | None) -> Finish | None:
    old = before.finish if before is not None else None
    if old is None or now is None:
        return now or old
    return Finish(
        now.scores,
        {**old.cells, **now.cells},
        old.executed + now.executed,
        old.reused + now.reused,
    )
