"""A file of marks, as the commands that take one read it."""

from __future__ import annotations

from pathlib import Path

from teststrip.cli.report import print_problems
from teststrip.errors import MarksError
from teststrip.exchange.marks import Marks, load_marks
from teststrip.plan.cells import digests_of
from teststrip.plan.model import Plan


def marks_of(plan: Plan, file: Path) -> Marks:
    """Read a file of marks for a plan; those of no cell of it are told, and left out. Raises MarksError."""
    numbers: dict[str, int] = {}
    for number, digest in enumerate(digests_of(plan.cells)):
        numbers.setdefault(digest, number)
    found = load_marks(file, numbers, len(plan.cells))
    if found.strange and not found.cells and not found.votes:
        raise MarksError(found.strange)
    if found.strange:
        print_problems(found.strange, err=True)
    return found
