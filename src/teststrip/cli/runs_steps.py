"""What steps made of a cell, step by step, for `runs show --cell`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teststrip.base.json import Json, canonical
from teststrip.base.where import Problem
from teststrip.cli.columns import cut, shown
from teststrip.plan.model import Plan
from teststrip.run.finished import FINISH_NAME, Finished, read_finish
from teststrip.run.folder import STORE_NAME
from teststrip.run.results import RESULTS_NAME, Execution, lineage
from teststrip.run.store import Store

_DIGEST: Final = 8  # characters of a picture's SHA-256 that name it
_OPTIONS: Final = 60  # columns


@dataclass(frozen=True, slots=True)
class Steps:
    """What came of the steps of a cell (None: nothing yet), and each execution that is remembered.

    `damage` is what could not be read of that, of whatever cells.
    """

    finished: Finished | None
    executions: tuple[Execution, ...] = ()
    damage: tuple[Problem, ...] = ()


def look_at_steps(folder: Path, plan: Plan, number: int) -> Steps:
    """Read what steps made of a cell of a run. Raises StorageError where what is remembered of them is damaged."""
    runs_dir = folder.parent
    finish, damage = read_finish(folder / FINISH_NAME, plan, Store(runs_dir / STORE_NAME))
    one = finish.cells.get(plan.cells[number].coordinates) if finish is not None else None
    if one is None:
        return Steps(None, damage=damage)
    return Steps(one, tuple(lineage(runs_dir / RESULTS_NAME, one.keys)), damage)


def step_history(steps: Steps) -> Iterator[str]:
    """Say which step made what of which picture."""
    if steps.finished is None:
        return
    for one in steps.executions:
        options = cut(shown(canonical(one.options).decode()), _OPTIONS)
        told = [f"{name} {shown(str(value))}" for name, value in one.scores.items() if value is not None]
        if one.made:
            told.insert(0, f"{_named(one.pictures)} -> {_named(one.made)}")
        yield f"  step {shown(one.step)} {options}  {', '.join(told)}".rstrip()
    if steps.finished.reason:
        yield f"  {steps.finished.standing}: {shown(steps.finished.reason)}"


def steps_json(steps: Steps) -> Json:
    """Return the same for scripts; null where no step has worked on the cell."""
    one = steps.finished
    if one is None:
        return None
    return {
        "standing": one.standing,
        "reason": one.reason,
        "pictures": [picture.sha256 for picture in one.artifacts],
        "scores": dict(one.scores),
        "badges": list(one.badges),
        "executions": [
            {
                "step": done.step,
                "version": done.version,
                "options": dict(done.options),
                "pictures": list(done.pictures),
                "against": list(done.against),
                "made": list(done.made),
                "scores": dict(done.scores),
            }
            for done in steps.executions
        ],
    }


def _named(pictures: tuple[str, ...]) -> str:
    return " ".join(sha256[:_DIGEST] for sha256 in pictures)
