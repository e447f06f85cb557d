"""A plugin of teststrip: after every run it leaves a line in the run's folder."""

from __future__ import annotations

from teststrip.hookspecs import hookimpl
from teststrip.run.model import Run
from teststrip.run.state import State


@hookimpl
def teststrip_run_done(run: Run) -> None:
    """Append the recipe's title and the count of finished cells to `notes.txt`."""
    line = f"{run.plan.title}: {run.count(State.DONE)} of {len(run.plan.cells)} cells done\n"
    with (run.folder / "notes.txt").open("a", encoding="utf-8") as notes:
        notes.write(line)
