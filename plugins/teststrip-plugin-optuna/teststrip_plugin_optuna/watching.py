"""What a person, a script and other plugins hear of a study while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.cli.listening import Hearing
from teststrip.cli.plan_text import place_of
from teststrip.cli.progress import JsonLines
from teststrip.cli.report import say_json, tell
from teststrip.cli.tally import Tally
from teststrip.plan.model import Cell, Plan
from teststrip.run.events import CellStarted, Event, Stopping, Waiting
from teststrip.run.store import Store
from teststrip_plugin_optuna.search import Result


@dataclass(slots=True)
class Watching:
    """Shows what happens. `sent` counts the requests of the round that is going on."""

    plan: Plan
    score: str
    store: Store
    hearing: Hearing
    as_json: bool
    sent: int = 0
    _told: int = field(default=0)

    def round(self, plan: Plan) -> Callable[[Event], None]:
        """Return what hears the events of a round, whose plan is this."""
        self.sent = 0
        lines = JsonLines(plan, Tally(plan, SystemClock().monotonic))

        def hear(event: Event) -> None:
            self.sent += isinstance(event, CellStarted) and event.attempt == 1
            self.hearing.trial(event, plan, self.store)
            if self.as_json:
                lines.show(event)
            elif isinstance(event, Stopping):
                tell(f"stopping: {event.reason}")
            elif isinstance(event, Waiting) and event.seconds >= 1:
                place = place_of(plan, plan.cells[event.cell])
                tell(f"waiting {event.seconds:.0f} s: {event.reason} ({place})")

        return hear

    def result(self, cell: Cell, result: Result, *, best: bool) -> None:
        """Tell what came of a trial; `best` tells that it is the best one so far."""
        self._told += 1
        if self.as_json:
            at: dict[str, Json] = {
                axis.name: self.plan.label(cell, number) for number, axis in enumerate(self.plan.axes)
            }
            told: dict[str, Json] = {"trial": self._told, "at": at, "digest": cell.digest}
            told |= {"standing": result.standing, "value": result.value, "reason": result.reason, "best": best}
            say_json({"event": "trial_scored", **told})
            return
        said = number_text(result.value) if result.value is not None else result.standing
        why = f": {result.reason}" if result.reason else ""
        mark = "  best so far" if best else ""
        tell(f"{self._told:>4}  {said:>10}  {place_of(self.plan, cell)}{why}{mark}")


def number_text(value: float) -> str:
    """Write a score for people."""
    return f"{value:.5g}"
