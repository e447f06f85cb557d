"""What the reading of a page's blocks shares: its limits, the rows that are made, the problems that are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.members import Rows
from teststrip.provider.reading.blocks.schema import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from teststrip.base.json import Json
    from teststrip.base.where import Path, Problem, Where
    from teststrip.provider.reading.blocks.tree import Tree
    from teststrip.provider.reading.document import Row
    from teststrip.provider.reading.flags import Flags

_MOST_ROWS: Final = 5_000  # of one page
_MOST_SCHEMAS: Final = 100_000  # that are looked at in one block, however often they are repeated
_MOST_BLOCKS: Final = 400


@dataclass(slots=True)
class Finder:
    """One page's blocks being read: how much of it is left to read, and where problems are told."""

    file: str
    flags: Flags
    rows: int = _MOST_ROWS
    blocks: int = _MOST_BLOCKS

    def maker(self, tree: Tree, source: str) -> Rows:
        """Return what makes the rows of a tree."""
        return Rows(Resolver(tree, _MOST_SCHEMAS), source, self.rows)

    def making(self, tree: Tree, source: str) -> Callable[[Json, Path], list[Row]]:
        """Return what makes the rows of the body at a path of a tree, and counts them."""

        def make(value: Json, path: Path) -> list[Row]:
            rows = self.maker(tree, source).of_body(value, path)
            self.spent(rows)
            return rows

        return make

    def spent(self, rows: Sequence[Row]) -> None:
        """Count rows against what a page may have."""
        self.rows -= len(rows)

    def note(self, problems: Sequence[Problem], understood: set[Where]) -> None:
        """Flag what a block has that its language does not allow."""
        for problem in problems:
            if problem.where not in understood:
                self.flags.add(problem.where, "", "", problem.message)
