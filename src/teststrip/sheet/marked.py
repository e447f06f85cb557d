"""A sheet with what a person marked: picks, rejects and notes under the boxes, or the picked cells alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from teststrip.base.json import Json
from teststrip.exchange.marks import Marks
from teststrip.recipe.model import SheetSpec
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Run
from teststrip.sheet.stepped import artifacts_of

_WORDS: Final = {"pick": "picked", "reject": "rejected", "": ""}
_NAME: Final = "marked"


def only_picked(run: Run, marks: Marks) -> Run:
    """Return a run that has the picked cells only."""
    cells = tuple(run.plan.cells[number] for number in marks.of("pick"))
    outcomes = {cell.digest: run.outcomes[cell.digest] for cell in cells if cell.digest in run.outcomes}
    plan = replace(run.plan, cells=cells, excluded={}, reasons=())
    return replace(run, plan=plan, outcomes=outcomes)


def renumbered(marks: Marks) -> Marks:
    """Return the marks of a run that was `only_picked`."""
    place = {number: at for at, number in enumerate(marks.of("pick"))}
    votes = tuple(
        replace(vote, winner=place[vote.winner], loser=place[vote.loser])
        for vote in marks.votes
        if vote.winner in place and vote.loser in place
    )
    return Marks({place[number]: mark for number, mark in marks.cells.items() if number in place}, votes)


def with_marks(run: Run, marks: Marks) -> Run:
    """Return a run whose cells have a score `marked` for captions: picked or rejected, and the note, if any."""
    known = run.finish or Finish({}, {})
    cells = {}
    for number, cell in enumerate(run.plan.cells):
        own = known.cells.get(cell.coordinates) or Finished(artifacts_of(run, cell))
        mark = marks.cells.get(number)
        told = "" if mark is None else ": ".join(part for part in (_WORDS[mark.kind], mark.note) if part)
        cells[cell.coordinates] = replace(own, scores={**own.scores, _NAME: told})
    return replace(run, finish=replace(known, cells=cells))


def captioned(spec: SheetSpec) -> SheetSpec:
    """Let a sheet's caption say what was marked, below what it says already."""
    own = f"{spec.caption}\n" if spec.caption else ""
    return replace(spec, caption=f"{own}${{{{ scores.{_NAME} }}}}")


def marks_json(marks: Marks) -> Mapping[str, Json]:
    """Return marks as the page reads them: cells by number."""
    return {
        "cells": [[number, mark.kind, mark.note] for number, mark in sorted(marks.cells.items())],
        "votes": [[vote.winner, vote.loser, vote.tie, vote.id] for vote in marks.votes],
    }
