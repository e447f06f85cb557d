"""A sheet with what a person marked: picks, rejects and notes under the boxes, or the picked cells alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from teststrip.base.json import Json
from teststrip.exchange.marks import Marks
from teststrip.plan.model import Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Run
from teststrip.sheet.model import NOTHING_ADDED, Added

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


def with_marks(plan: Plan, added: Mapping[str, Added] | None, marks: Marks) -> dict[str, Added]:
    """Give every cell a value `marked` for captions: picked or rejected, and the note; empty without a mark."""
    told = {}
    for number, mark in marks.cells.items():
        told[plan.cells[number].digest] = ": ".join(part for part in (_WORDS[mark.kind], mark.note) if part)
    known = added or {}
    marked = {}
    for cell in plan.cells:
        own = known.get(cell.digest, NOTHING_ADDED)
        marked[cell.digest] = replace(own, values={**own.values, _NAME: told.get(cell.digest, "")})
    return marked


def captioned(spec: SheetSpec) -> SheetSpec:
    """Let a sheet's caption say what was marked, below what it says already."""
    own = f"{spec.caption}\n" if spec.caption else ""
    return replace(spec, caption=f"{own}${{{{ scores.{_NAME} }}}}")


def marks_json(marks: Marks) -> Mapping[str, Json]:
    """Return marks as the page reads them: cells by number."""
    return {
        "cells": [[number, mark.kind, mark.note] for number, mark in sorted(marks.cells.items())],
        "votes": [[vote.winner, vote.loser, vote.tie] for vote in marks.votes],
    }
