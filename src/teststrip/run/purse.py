"""What the requests of one run cost: reckoned from the page, and held against the run's budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal, TypeAlias

from teststrip.base.json import Json
from teststrip.errors import UsageError
from teststrip.plan.cost import UNIT, Assumptions, Quotes
from teststrip.plan.lock import DARKROOM
from teststrip.plan.model import Plan
from teststrip.plugins.records import Pricer
from teststrip.provider.model import Provider
from teststrip.run.model import Money
from teststrip.run.money import BudgetWish, Charge, OverBudget, millionths, units, written
from teststrip.run.target import Target

BudgetTold: TypeAlias = Decimal | Literal["none"] | None


class Purse:
    """The money of one run, by the name of its folder.

    The price is a plugin's where one sets it, and else the page's. The darkroom costs nothing, so nothing is
    reckoned there; an emulator elsewhere pretends to bill as the paid API would, or a budget could not be tried
    out.
    """

    def __init__(  # noqa: PLR0913  whose money it is, and all that a price hangs on
        self,
        plan: Plan,
        provider: Provider,
        target: Target,
        *,
        run: str,
        budget: BudgetTold,
        assume: Assumptions,
        pricer: Pricer | None = None,
    ) -> None:
        self.run = run
        self.counts = not target.identity.startswith(DARKROOM)  # a replay reckons as what was recorded did
        no_unit = UNIT if pricer is not None else ""
        self.unit = provider.price.unit if provider.price is not None else no_unit
        self.estimate = 0
        self._quotes = Quotes(provider, plan.model, assumed(provider, assume), pricer)
        self._budget = plan.budget if budget is None else budget

    def wish(self) -> BudgetWish:
        """Return the budget that the command line or else the recipe names; None for that of an earlier run."""
        if not self.counts or self._budget is None:
            return None
        if self._budget == "none":
            return "none"
        most = millionths(self._budget)
        if most is None:
            raise UsageError(f"a budget of {self._budget} is more than can be reckoned with")
        return most

    def charge(self, request: Mapping[str, Json]) -> Charge | None:
        """Return what a submit of a request costs; None where nothing costs anything."""
        if not self.counts:
            return None
        amount = self._quotes.amount(request)
        return Charge(self.run, None if amount is None else millionths(amount))

    def check(self, requests: Iterable[Mapping[str, Json]], budget: Decimal | None) -> None:
        """Add up the estimate. Raises UsageError when there is a budget, and a request without a price.

        Also when a plugin's price is none: all are asked for here, and so before anything is sent.
        """
        if not self.counts:
            return
        unknown = 0
        for request in requests:
            charge = self.charge(request)
            amount = None if charge is None else charge.amount
            unknown += amount is None
            self.estimate += amount or 0
        if unknown and budget is not None:
            raise UsageError(unpriced_words(unknown, budget, self.unit))

    def over(self, error: OverBudget) -> str:
        """Say that a budget is used up."""
        unit = f" {self.unit}" if self.unit else ""
        wanted = "has no price" if error.amount is None else f"would cost {written(error.amount)}"
        return (
            f"the budget of {written(error.most)}{unit} is reached: {written(error.held)} are spent or held, and "
            f"the next request {wanted}; --budget N allows more"
        )

    def sums(self, money: Money | None) -> Money | None:
        """Add the estimate to what the ledger has; None where nothing costs anything."""
        return replace(money, estimate=units(self.estimate)) if money is not None and self.counts else None


def assumed(provider: Provider, assume: Assumptions) -> Assumptions:
    """Return what the page assumes, with what a person says instead."""
    told = provider.price.assume if provider.price is not None else {}
    return {name: assume.get(name, value) for name, value in told.items()}


def unpriced_words(requests: int, budget: Decimal, unit: str) -> str:
    """Say why a budget cannot be kept."""
    if not unit:
        budgeted = f"the budget of {_plain(budget)}"
        return f"{budgeted} cannot be kept, since the page states no price; --budget none takes it off"
    count = "1 request has" if requests == 1 else f"{requests:,} requests have"
    return (
        f"the budget of {_plain(budget)} {unit} cannot be kept: {count} no price (`teststrip plan` says why); "
        "change them, say more with --assume, or take the budget off with --budget none"
    )


def _plain(amount: Decimal) -> str:
    """Write an amount without zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
