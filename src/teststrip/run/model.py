"""What a run leaves behind, as frozen records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from teststrip.base.where import Problem
from teststrip.plan.cells import repeated
from teststrip.plan.model import Plan
from teststrip.run.state import State

if TYPE_CHECKING:  # which needs the record of a picture from here
    from teststrip.run.finished import Finish


@dataclass(frozen=True, slots=True)
class Artifact:
    """A picture kept by its SHA-256; `place` is its path in the store, absolute."""

    sha256: str
    media_type: str
    size: int  # bytes
    place: str  # a text, since of many thousands few are looked at

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a cell's trial stands: `reason` is what a person reads when it is not done."""

    digest: str
    state: State
    artifacts: tuple[Artifact, ...] = ()
    reason: str = ""
    prediction: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """What a run comes to by the page's price, in `unit`, over all its resumes and processes.

    `reserved` is for what is on its way, `uncertain` for what may have cost and gave no picture; `unpriced` counts
    the submits that have no price. `estimate` is of what was to be sent when this execution began.
    """

    unit: str
    budget: Decimal | None
    reserved: Decimal
    spent: Decimal
    uncertain: Decimal
    unpriced: int
    estimate: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal | None:
        """What the budget has left; None without one."""
        if self.budget is None:
            return None
        return max(Decimal(0), self.budget - self.reserved - self.spent - self.uncertain)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a plan; `outcomes` has one entry for each distinct cell digest.

    `stopped` says why the run ended before every cell had its turn, and is empty when it did not.
    `money` is None where requests cost nothing, or were not sent by this execution. `finish` is what steps made of
    its pictures, None where there are no steps; `damage` is what could not be read of that.
    """

    folder: Path
    plan: Plan = field(repr=False)  # asyncio writes down what it lets go of, and these may have 100,000 members
    outcomes: Mapping[str, Outcome] = field(repr=False)
    sent: int  # submits that left in this execution
    stopped: str = ""
    money: Money | None = None
    finish: Finish | None = None
    damage: tuple[Problem, ...] = ()

    def count(self, *states: State) -> int:
        """Count the cells (not the distinct requests) that are in one of these states."""
        counts = self.counts()
        return sum(counts[state] for state in states)

    def counts(self) -> Counter[State]:
        """Count the cells by their state."""
        repeats = repeated(self.plan.cells, len(self.outcomes))
        counts: Counter[State] = Counter()
        for digest, outcome in self.outcomes.items():
            counts[outcome.state] += repeats.get(digest, 1)
        return counts
