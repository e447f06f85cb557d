"""What steps on pictures made of a cell, as words under it: scores, badges, and a step that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from teststrip.plan.model import Cell
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Artifact, Run
from teststrip.steps.model import Score, ScoreValue


def scores_of(run: Run, cell: Cell) -> Mapping[str, ScoreValue]:
    """Return what steps found of a cell: it hangs on its place, since an axis may sweep a step's option."""
    finished = _finished(run, cell)
    return {} if finished is None else finished.scores


def artifacts_of(run: Run, cell: Cell) -> tuple[Artifact, ...]:
    """Return the pictures that a cell shows: those that steps made of its own, where they did."""
    finished = _finished(run, cell)
    if finished is not None:
        return finished.artifacts
    outcome = run.outcomes.get(cell.digest)
    return () if outcome is None else outcome.artifacts


def _finished(run: Run, cell: Cell) -> Finished | None:
    return None if run.finish is None else run.finish.cells.get(cell.coordinates)


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
