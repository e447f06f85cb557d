"""The steps on pictures, for the commands that run: they work when the pictures are here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from teststrip.base.json import Json
from teststrip.base.near import listed
from teststrip.base.signals import polite_end
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted
from teststrip.cli.sending import LOCAL
from teststrip.errors import UsageError
from teststrip.finish.perform import finish_run
from teststrip.finish.ready import Ready
from teststrip.finish.work import Hands
from teststrip.plan.cells import coordinates_of
from teststrip.plan.model import Cell
from teststrip.plugins.extensions import Extensions
from teststrip.run.events import OnEvent
from teststrip.run.finished import FINISH_NAME, Finish, write_finish
from teststrip.run.folder import STORE_NAME
from teststrip.run.lock import shared_turn
from teststrip.run.model import Run
from teststrip.run.results import RESULTS_NAME, open_results
from teststrip.run.store import Store

_TOLD: Final = 3  # cells whose failed steps are told one by one


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where steps work: the runs folder that keeps what they make, who hears of it, and where processes come from.

    None stands for processes of this machine. `limit` is how long a step may take for one cell, in seconds.
    """

    runs_dir: Path
    on_event: OnEvent
    processes: Callable[[], Executor] | None = None
    limit: float | None = None


def executor_named(name: str, extensions: Extensions) -> Callable[[], Executor] | None:
    """Return what makes the executor of a name; None for this machine's own processes. Raises UsageError."""
    if name == LOCAL:
        return None
    made = extensions.executors.get(name)
    if made is None:
        there = listed([LOCAL, *extensions.executors])
        raise UsageError(f"--executor {name}: there is none of that name; there are: {there}")
    return made


def finished(run: Run, steps: Sequence[Ready], work: Workplace, *, executing: bool) -> Run:
    """Let the steps of a run work, write down what came of it, and return the run with that.

    Without `executing`, as for a run that was interrupted, only what is known already is shown. Ctrl-C and SIGTERM
    leave the rest for another time. Raises StorageError when what steps make cannot be kept.
    """
    if not steps:
        return run
    with shared_turn(work.runs_dir):  # so that nobody removes what is made before the run's own file tells of it
        finish = asyncio.run(_perform(run, steps, work, executing=executing))
        write_finish(run.folder / FINISH_NAME, run.plan, finish)
    return replace(run, finish=finish)


async def _perform(run: Run, steps: Sequence[Ready], work: Workplace, *, executing: bool) -> Finish:
    with (
        open_results(work.runs_dir / RESULTS_NAME) as results,
        Hands(work.processes, work.limit) as hands,
        polite_end(),
    ):
        return await finish_run(
            run,
            steps,
            results=results,
            store=Store(work.runs_dir / STORE_NAME),
            hands=hands,
            on_event=work.on_event,
            executing=executing,
        )


def step_lines(run: Run) -> Iterator[str]:
    """Say what the steps on pictures did, and what kept some of them from it."""
    finish = run.finish
    if finish is None:
        return
    done, known = counted(finish.executed, "step"), f"{finish.reused:,} known from before"
    yield f"after: {done} done on {counted(len(finish.cells), 'cell')}" + (f", {known}" if finish.reused else "")
    failed = [(at, one) for at, one in finish.cells.items() if one.standing == "failed"]
    if failed:
        yield f"  {counted(len(failed), 'cell')} with a step that failed; each keeps its pictures as they were"
        for at, one in failed[:_TOLD]:
            yield f"    {place_of(run.plan, Cell(at, {}, ''))}: {one.reason}"
        if len(failed) > _TOLD:
            yield f"    and {len(failed) - _TOLD:,} more: they are on the sheet"
    if waiting := finish.count("waiting"):
        yield f"  {counted(waiting, 'cell')} not finished: run again to go on, at no cost"


def finish_json(run: Run) -> Json:
    """Return what the steps did; null where there are none."""
    finish = run.finish
    if finish is None:
        return None
    numbers = {at: number for number, at in enumerate(coordinates_of(run.plan.cells))}
    return {
        "executed": finish.executed,
        "reused": finish.reused,
        "done": finish.count("done"),
        "failed": [
            {"cell": numbers[at], "reason": one.reason}
            for at, one in finish.cells.items()
            if one.standing == "failed"
        ],
        "waiting": finish.count("waiting"),
    }
