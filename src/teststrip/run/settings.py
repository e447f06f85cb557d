"""How a run goes about it, and what its parts share."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from teststrip.base.clock import Clock
from teststrip.plan.cost import Assumptions
from teststrip.plan.model import Plan
from teststrip.plugins.records import Pricer
from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.events import OnEvent, Stopping
from teststrip.run.journal import Journal
from teststrip.run.ledger import Ledger
from teststrip.run.pace import Spacing
from teststrip.run.purse import BudgetTold, Purse
from teststrip.run.retry import Random
from teststrip.run.store import Store
from teststrip.run.target import Target
from teststrip.run.width import Width


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may choose for one run.

    `concurrency` None leaves it to the plan, then to the target. `resend_uncertain` sends again what may have
    been paid for already; `retry_failed` what failed or was refused and may have cost. `attempts` bounds the
    submits of one request within a run, and the downloads of its pictures. `random` draws the jitter, from
    [0, 1); no picture depends on it. `grace` is how long, in seconds, a run that is interrupted waits for the
    answer to a submit on its way.

    `budget` is the most that the run may spend, in the unit of the page's price, "none" for no bound; None leaves
    it to the plan, then to what an earlier execution of the run was told. `assume` replaces what the page's price
    assumes, and `pricer` is asked for a price before the page. `rate` is a number of submits in a time (see
    `base.rate`), which unlike the plan's may be faster than the page's pace.
    """

    concurrency: int | None = None
    resend_uncertain: bool = False
    retry_failed: bool = False
    attempts: int = 6
    grace: float = 10.0
    random: Random = field(default=random.random)
    budget: BudgetTold = None
    assume: Assumptions = field(default_factory=dict)
    rate: str | None = None
    pricer: Pricer | None = None


class Halt:
    """Says to all workers of a run that nothing more is to be submitted, and why.

    `reason` is for a person, `error` is what has to be raised in the end, if anything.
    """

    def __init__(self, tell: OnEvent) -> None:
        self.reason = ""
        self.error: Exception | None = None
        self._tell = tell

    def halted(self) -> bool:
        """Tell whether nothing more is to be submitted."""
        return bool(self.reason)

    def stop(self, reason: str) -> None:
        """Submit nothing more; what is under way goes on. The first reason stays."""
        if not self.reason:
            self.reason = reason
            self._tell(Stopping(reason))

    def fail(self, error: Exception) -> None:
        """Stop, wait for nothing more, and raise this in the end. The first error stays, others are told.

        Another may name a prediction that could not be written down, and that is then nowhere else.
        """
        if self.error is None:
            self.error = error
        elif str(error) != str(self.error):
            self._tell(Stopping(str(error)))
        self.reason = self.reason or str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class Bench:
    """What the trials of one run share. While the journal is open, the ledger is used through it."""

    plan: Plan
    provider: Provider
    target: Target
    client: Client
    ledger: Ledger
    journal: Journal
    store: Store
    clock: Clock
    settings: Settings
    spacing: Spacing
    width: Width
    halt: Halt
    purse: Purse
    tell: OnEvent
