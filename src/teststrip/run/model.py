"""What a run leaves behind, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from teststrip.plan.model import Plan
from teststrip.run.state import State


@dataclass(frozen=True, slots=True)
class Artifact:
    """A picture kept by its SHA-256; `path` is absolute, in the store."""

    sha256: str
    media_type: str
    size: int  # bytes
    path: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a cell's trial stands: `reason` is what a person reads when it is not done."""

    digest: str
    state: State
    artifacts: tuple[Artifact, ...] = ()
    reason: str = ""
    prediction: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a plan; `outcomes` has one entry for each distinct cell digest.

    `stopped` says why the run ended before every cell had its turn, and is empty when it did not.
    """

    folder: Path
    plan: Plan
    outcomes: Mapping[str, Outcome]
    sent: int  # submits that left in this execution
    stopped: str = ""

    def count(self, *states: State) -> int:
        """Count the cells (not the distinct requests) that are in one of these states."""
        return sum(1 for cell in self.plan.cells if self.outcomes[cell.digest].state in states)
