"""How a run ended: what was done, what it cost by the page's estimate, what is open, and what to do about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from teststrip.base.json import Json
from teststrip.cli.finishing import finish_json, step_lines
from teststrip.cli.given import CHANGES, HOW, WHERE, Given
from teststrip.cli.money_text import money_json, money_lines
from teststrip.cli.options import DEFAULT_RUNS
from teststrip.cli.progress import summed
from teststrip.cli.report import counted, where_from_here
from teststrip.cli.tally import Tally
from teststrip.run.model import Run
from teststrip.run.state import State
from teststrip.run.target import Target

INTERRUPTED: Final = 130
_STOPPED: Final = 3
_WAITING: Final = (State.PLANNED, State.INTENT, State.FETCHED)
_OPEN: Final = {
    State.SUBMITTED: "accepted and not finished; fetching them costs nothing",
    State.PLANNED: "not sent yet",
}


@dataclass(frozen=True)
class Ending:
    """A run that is over or was interrupted; `asked` is the recipe or lock that a person named, if any.

    `given` is what was said with it, `record` the folder of the cassette that it was put on.
    """

    run: Run
    tally: Tally
    runs_dir: Path
    target: Target
    asked: Path | None
    interrupted: bool
    record: Path | None = None
    given: Given = field(default_factory=Given)

    @cached_property  # there may be 100,000
    def counts(self) -> Mapping[State, int]:
        """The cells by their state."""
        return self.run.counts()

    def count(self, *states: State) -> int:
        """Count the cells that are in one of these states."""
        return sum(self.counts.get(state, 0) for state in states)

    def again(self, more: str = "") -> str:
        """Return the command that goes on with this run."""
        named, where = self._named()
        # `--uncertain` and `--retry-failed` are not said again: what they pay for twice is asked for each time.
        parts = [*self._program, "resume", named, *self.given.of(*WHERE, *HOW), *where]
        # Without it the cassette would have half of the run, and tell so only when it is played.
        parts += ["--record", where_from_here(self.record)] if self.record is not None else []
        return shlex.join(parts) + more

    def look(self) -> str:
        """Return the command that lists every cell."""
        named, where = self._named()
        if self.asked is None:
            return shlex.join([*self._program, "runs", "show", named, *where])
        recipe = where_from_here(self.asked)
        said = self.given.of(*CHANGES, *WHERE, "assume", "runs_dir")
        return shlex.join([*self._program, "plan", recipe, *said, "--cells"])

    @property
    def _program(self) -> tuple[str, ...]:
        return ("teststrip", *self.given.program)

    def _named(self) -> tuple[str, tuple[str, ...]]:
        """Name the run: by a name where commands look for it, else by its folder; and say where they look."""
        folder = self.run.folder
        if folder.parent != self.runs_dir:
            return where_from_here(folder), ()
        elsewhere = self.runs_dir != DEFAULT_RUNS
        return folder.name, ("--runs-dir", where_from_here(self.runs_dir)) if elsewhere else ()


def ending_json(ending: Ending, sheets: Sequence[Path]) -> dict[str, Json]:
    """Return the last event of a run."""
    run = ending.run
    document: dict[str, Json] = {
        "event": "run_done",
        "run": str(run.folder),
        "cells": len(run.plan.cells),
        "sent": run.sent,
        "done": ending.count(State.DONE),
        "failed": ending.count(State.FAILED),
        "moderated": ending.count(State.MODERATED),
        "cancelled": ending.count(State.CANCELLED),
        "uncertain": ending.count(State.UNCERTAIN),
        "waiting": ending.count(State.SUBMITTED, *_WAITING),
        "stopped": run.stopped,
        "money": money_json(run.money),
        "interrupted": ending.interrupted,
        "after": finish_json(run),
        "sheets": [str(sheet) for sheet in sheets],
        "resume": ending.again() if exit_code(ending) else None,
    }
    price = ending.tally.to_json().get("price")
    return document | ({"price": price} if price is not None else {})


def exit_code(ending: Ending) -> int:
    """Return 0 when all cells and steps are done, 1 when not, 3 when the server said no, 130 when interrupted."""
    run = ending.run
    if ending.interrupted:
        return INTERRUPTED
    if run.stopped:
        return _STOPPED
    stepped = run.finish is None or run.finish.count("done") == len(run.finish.cells)
    return 0 if ending.count(State.DONE) == len(run.plan.cells) and stepped else 1


def summary_lines(ending: Ending, sheets: Sequence[Path]) -> Iterator[str]:
    """Say how a run ended, for a person."""
    run = ending.run
    cells, done = len(run.plan.cells), ending.count(State.DONE)
    sent = f"{counted(run.sent, 'request')} sent"
    if not run.sent:
        sent = "nothing was sent" + (": every picture was there" if done == cells else "")
    yield f"{done:,} of {counted(cells, 'cell')} done; {sent}"
    yield from money_lines(run.money) if run.money is not None else _cost(ending.tally)
    yield from _not_done(ending)
    yield from step_lines(run)
    if run.stopped:
        yield f"stopped early: {run.stopped}"
    for sheet in sheets:
        yield f"sheet: {where_from_here(sheet)}"
    yield ""
    yield from _next(ending)


def _cost(tally: Tally) -> Iterator[str]:
    """Say what this execution cost."""
    if tally.paid and tally.sent:
        told = f"about {summed(tally.spent)} {tally.unit}, by the page's estimate"
        if tally.doubtful.price or tally.doubtful.unknown:
            told += f"; and perhaps {summed(tally.doubtful)} for what is uncertain"
        yield told


def _not_done(ending: Ending) -> Iterator[str]:
    """Name each state that is not done, with what to do about it."""
    if failed := ending.count(State.FAILED):
        yield f"  {failed:,} failed: mend the recipe, or send again what failed with --retry-failed"
    if moderated := ending.count(State.MODERATED):
        yield f"  {moderated:,} moderated: the server refused the content; reword the prompt"
    if cancelled := ending.count(State.CANCELLED):
        yield f"  {cancelled:,} cancelled: called off at the server; send again with --retry-failed"
    if uncertain := ending.count(State.UNCERTAIN):
        yield f"  {uncertain:,} uncertain: may have been paid for without an answer; only your account at the"
        yield "    server can tell. To send again, at the risk of paying twice:"
        yield f"    {ending.again(' --uncertain resend')}"
    ended = () if ending.target.lasting else (State.SUBMITTED,)  # with the darkroom that had begun them
    if not ended and (submitted := ending.count(State.SUBMITTED)):
        yield f"  {submitted:,} submitted: {_OPEN[State.SUBMITTED]}"
    if planned := ending.count(*_WAITING, *ended):
        yield f"  {planned:,} planned: {_OPEN[State.PLANNED]}"


def _next(ending: Ending) -> Iterator[str]:
    if ending.interrupted or ending.count(State.SUBMITTED, *_WAITING):
        # What the darkroom had begun ended with it.
        yield f"To go on{' (what was accepted is fetched, not sent again)' if ending.target.lasting else ''}:"
        yield f"  {ending.again()}"
    elif ending.asked is not None:
        yield "Next: open the sheet; change the recipe and run it again, and only what is new"
        yield "      is sent. This lists every cell:"
        yield f"  {ending.look()}"
    else:
        yield "Next: open the sheet; this says what came of each cell:"
        yield f"  {ending.look()}"
