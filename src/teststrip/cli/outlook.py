"""How a plan stands: each request beside the ledger, what all of it costs, and how long it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from teststrip.base.clock import SystemClock
from teststrip.cli.allowance import Allowance, Standing, allowance_of
from teststrip.plan.cost import Assumptions, Cost, cost_of
from teststrip.plan.model import Plan
from teststrip.plugins.records import Pricer
from teststrip.provider.model import Provider
from teststrip.run.duration import Duration, duration_of
from teststrip.run.folder import LEDGER_NAME, run_folder
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Money
from teststrip.run.purse import BudgetTold
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.target import Target
from teststrip.run.trial import Trial
from teststrip.run.verdict import key_time, verdict


@dataclass(frozen=True, slots=True)
class Outlook:
    """A plan before it is run: what a run would do now, and what that takes.

    `trials` are the requests that the ledger knows, `standings` how they stand; any other request is to be sent.
    `counts` and `again` (sent before, and failed) count distinct requests. `live` is how long the paid API would
    take for all of them, where the target is another; `allowance` how far the budget goes.
    """

    plan: Plan
    provider: Provider
    target: Target
    trials: Mapping[str, Trial]
    standings: Mapping[str, Standing]
    distinct: int
    counts: Mapping[Standing, int]
    again: int
    cost: Cost | None
    duration: Duration | None
    live: Duration | None
    allowance: Allowance | None = None

    @property
    def to_send(self) -> int:
        """How many requests a run would send now."""
        return self.counts.get("send", 0)

    def standing(self, digest: str) -> Standing:
        """Return how a request stands, by its digest."""
        return self.standings.get(digest, "send")

    def state(self, digest: str) -> State:
        """Return the state that the ledger has for a request, by its digest."""
        trial = self.trials.get(digest)
        return State.PLANNED if trial is None else trial.state


def look_out(  # noqa: PLR0913, PLR0917  a plan for a target, and all that its price hangs on
    plan: Plan,
    provider: Provider,
    target: Target,
    runs_dir: Path,
    assume: Assumptions | None = None,
    budget: BudgetTold = None,
    pricer: Pricer | None = None,
) -> Outlook:
    """Hold a plan against the ledger and the page. Raises StorageError for a ledger that cannot be read.

    `budget` is the one of the command line, which goes before the plan's own and that of an earlier run. `pricer`
    is asked for prices before the page.
    """
    digests = dict.fromkeys(cell.digest for cell in plan.cells)
    with read_ledger(runs_dir / LEDGER_NAME, SystemClock()) as ledger:
        trials = ledger.trials(digests)
        now = key_time(provider, ledger.time)
        standings = {digest: _standing(trial, target, now) for digest, trial in trials.items()}
        took = ledger.durations(plan.provider, plan.model, plan.target)
        money = ledger.money(run_folder(runs_dir, plan).name)
    counts = Counter(standings.values())
    counts["send"] += len(digests) - len(standings)
    cost = cost_of(plan, provider, lambda digest: standings.get(digest, "send") == "send", assume, pricer)
    return Outlook(
        plan=plan,
        provider=provider,
        target=target,
        trials=trials,
        standings=standings,
        distinct=len(digests),
        counts=counts,
        again=sum(standings[digest] == "send" and trial.state in _TRIED for digest, trial in trials.items()),
        cost=cost,
        duration=duration_of(counts["send"], provider, target, plan.concurrency, took, plan.rate),
        live=None if target.paid else duration_of(len(digests), provider, _PAID, plan.concurrency, (), plan.rate),
        allowance=allowance_of(
            plan, {} if target.name == "darkroom" else standings, cost, _budget(plan, target, budget, money), money
        ),
    )


def _budget(plan: Plan, target: Target, told: BudgetTold, money: Money | None) -> Decimal | None:
    """Return the budget that a run would keep to; None for no bound. In the darkroom the recipe's is looked at."""
    before = money.budget if money is not None and target.name != "darkroom" else None
    budget = told if told is not None else plan.budget if plan.budget is not None else before
    return None if budget == "none" else budget


_TRIED = frozenset({State.FAILED, State.CANCELLED})  # in vain
# Stands for the paid API where only its pace is asked for.
_PAID = Target("live", "", "", paid=True)


def _standing(trial: Trial, target: Target, now: float) -> Standing:
    wanted = verdict(trial, target, Settings(), now)
    if wanted == "leave":
        left: dict[State, Standing] = {
            State.FAILED: "failed",
            State.MODERATED: "moderated",
            State.CANCELLED: "cancelled",
        }
        return left.get(trial.state, "uncertain")
    if wanted == "follow" and not target.lasting and trial.owner is None:
        return "send"  # what the darkroom had begun ended with it
    by_verdict: dict[str, Standing] = {"send": "send", "reuse": "done", "follow": "waiting"}
    return by_verdict[wanted]
