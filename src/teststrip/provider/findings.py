"""What a reader found wrong, gathered until all of it can be told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.base.where import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Sequence


class CellError(Exception):
    """One cell cannot be understood; the sentence says why. Never leaves the reader: it becomes a Problem."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


class Findings:
    """Gathers the problems of one page, so that reading can go on after the first."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, where: Where, path: str, message: str, suggestion: str | None = None) -> None:
        """Note one problem."""
        self._problems.append(Problem(where, path, message, suggestion))

    @property
    def problems(self) -> Sequence[Problem]:
        """Everything noted so far."""
        return tuple(self._problems)
