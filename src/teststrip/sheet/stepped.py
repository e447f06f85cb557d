"""What steps on pictures made of a cell, as words under it: scores, badges, and a step that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from teststrip.plan.model import Cell
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Run
from teststrip.sheet.model import NOTHING_ADDED, Added
from teststrip.steps.model import Score, ScoreValue


def added_to(run: Run, cell: Cell, others: Mapping[str, Added]) -> Added:
    """Return what steps made of a cell: it hangs on its place, since an axis may sweep a step's option.

    `others` has by digest what else is to be said of it.
    """
    other = others.get(cell.digest, NOTHING_ADDED)
    finished = run.finish.cells.get(cell.coordinates) if run.finish is not None else None
    if finished is None:
        return other
    return Added(
        {**finished.scores, **other.values}, finished.artifacts if other.artifacts is None else other.artifacts
    )


def stepped(finish: Finish, one: Finished, *, scores: bool) -> Iterator[str]:
    """Yield the lines; `scores` tells whether those that steps want to be shown stand there."""
    if scores:
        told = [
            f"{score.title} {shown_score(score, one.scores[name])}"
            for name, score in finish.scores.items()
            if score.shown and one.scores.get(name) is not None
        ]
        if told:
            yield ", ".join(told)
    if one.badges:
        yield ", ".join(f"[{badge}]" for badge in one.badges)
    if one.standing == "failed":
        yield f"step failed: {one.reason}"
    elif one.standing == "waiting":
        yield f"not finished: {one.reason}"


def shown_score(score: Score, value: ScoreValue) -> str:
    """Write a score as sheets do: a number with as many digits after the point as its step wants."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return f"{value:.{min(max(score.digits, 0), 9)}f}" if isinstance(value, float) else value
