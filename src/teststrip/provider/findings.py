"""What a reader found wrong, gathered until all of it can be told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.base.where import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.flags import Flag


class Findings:
    """Gathers the problems of one page, so that reading can go on after the first."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, where: Where, path: str, message: str, suggestion: str | None = None) -> None:
        """Note one problem."""
        self._problems.append(Problem(where, path, message, suggestion))

    def flag(self, flag: Flag) -> None:
        """Note what a reader of documentation has flagged."""
        self._problems.append(flag.as_problem)

    @property
    def problems(self) -> Sequence[Problem]:
        """Everything noted so far."""
        return tuple(self._problems)
