"""A cell of a recipe as a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from teststrip.cli.report import plain
from teststrip.errors import TeststripError
from teststrip.testing.goldens import goldens_of
from teststrip.testing.plugin import attach, failures_of, runs_of
from teststrip.testing.runs import check_recorded


class CellFailure(Exception):  # noqa: N818  a test's failure, told in its own words
    """What is wrong with a cell, a line each."""


class RecipeCell(pytest.Item):
    """A cell: its pictures are there, what the recipe demands is so, and it looks like its golden picture."""

    def __init__(self, *, number: int, **more: Any) -> None:
        super().__init__(**more)
        self.number = number

    def runtest(self) -> None:
        """Play the recipe, once for all its cells, and look at this one."""
        recipe: Path = self.path
        runs = runs_of(self.config)
        if not runs.manner.record:
            check_recorded(recipe)
        cell = runs.run(recipe).numbered(self.number)
        told = [f"it is {cell.state}: {cell.reason}"] if not cell.done and not cell.failures else []
        told += [f"assert: {words}" for words in cell.failures]
        goldens = goldens_of(
            recipe, failures_of(self.config, recipe), update=self.config.getoption("--teststrip-update")
        )
        if cell.done and goldens.wanted:
            for one in goldens.check(cell):
                told.append(one.words)
                if one.picture is not None:
                    told.append(f"side by side: {one.picture}")
                    attach(self, one.picture)
        if told:
            raise CellFailure("\n".join(told))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell what a person can do something about without a traceback."""
        if isinstance(excinfo.value, CellFailure | TeststripError):
            return plain(f"{self.name}\n{excinfo.value}")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the cell is from."""
        return self.path, 0, f"{self.path.name}: {self.name}"
