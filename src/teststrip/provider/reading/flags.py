"""What a reader cannot decide, or finds wrong, gathered until all of it can be told at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from teststrip.base.where import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing on a page that a person has to look at.

    `path` is the parameter, `cell` the text in question, `candidates` the readings it could have, in words. Of a flag
    for a whole table (`joined`), `path` is empty, and `candidates` are its rows, each with what it is taken for.
    """

    where: Where
    path: str
    cell: str
    problem: str
    candidates: tuple[str, ...] = ()
    joined: bool = False

    @property
    def as_problem(self) -> Problem:
        """The flag as a problem, for a page that has to be right."""
        return Problem(self.where, self.path, self.problem)


class CellError(Exception):
    """One cell cannot be understood; the sentence says why. Never leaves the reader: it becomes a Flag."""

    def __init__(self, problem: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.candidates = tuple(candidates)


class Flags:
    """Gathers the flags of one page, so that reading can go on after the first."""

    def __init__(self) -> None:
        self._flags: dict[Flag, None] = {}
        self._joined: dict[tuple[Where, str], dict[tuple[int, str, str], None]] = {}

    def add(self, where: Where, path: str, cell: str, problem: str, candidates: Sequence[str] = ()) -> None:
        """Note one thing; the same thing is noted once."""
        self._flags[Flag(where, path, cell, problem, tuple(candidates))] = None

    def join(self, table: Where, problem: str, path: str, line: int, reading: str) -> None:
        """Note what is one doubt for a whole table: `reading` is what the row of `path` on `line` is taken for."""
        self._joined.setdefault((table, problem), {})[line, path, reading] = None

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Everything noted so far, in page order; what is one doubt for a table is one flag, with its rows."""
        joined = (_joined(where, problem, sorted(rows)) for (where, problem), rows in self._joined.items())
        return tuple(sorted(chain(self._flags, joined), key=lambda flag: (flag.where, flag.path, flag.problem)))


def _joined(table: Where, problem: str, rows: Sequence[tuple[int, str, str]]) -> Flag:
    """Make one flag of the rows of a table; of one row alone it is that row's."""
    if len({line for line, _, _ in rows}) == 1:
        line, path, _ = rows[0]
        return Flag(Where(table.file, line, 1), path, path, problem, tuple(reading for _, _, reading in rows))
    paths = dict.fromkeys(path for _, path, _ in rows)
    told = tuple(f"{path} (line {line}): {reading}" for line, path, reading in rows)
    return Flag(table, "", ", ".join(paths), problem, told, joined=True)
