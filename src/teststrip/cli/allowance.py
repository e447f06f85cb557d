"""How far a budget goes: where a run would stop that sends a plan's requests in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from teststrip.plan.cost import Cost
from teststrip.plan.model import Plan
from teststrip.run.model import Money
from teststrip.run.money import millionths, units

Standing = Literal["send", "done", "waiting", "failed", "moderated", "cancelled", "uncertain"]
"""What a run would do about a request, or why it would leave it as it is."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A budget beside a plan, of which `held` is spent or held already.

    Of the `requests` to send, `beyond` would not be. `unpriced` of them have no price: with one of those nothing
    is sent.
    """

    budget: Decimal
    held: Decimal
    requests: int
    beyond: int
    unpriced: int


def allowance_of(
    plan: Plan, standings: Mapping[str, Standing], cost: Cost | None, budget: Decimal | None, money: Money | None
) -> Allowance | None:
    """Reckon how far a budget goes, as a run does: in millionths, each rounded up; None without one."""
    if budget is None:
        return None
    held = Decimal(0) if money is None else money.reserved + money.spent + money.uncertain
    left = (millionths(budget) or 0) - (millionths(held) or 0)
    fits = unpriced = total = 0
    over = False
    seen: set[str] = set()
    for number, cell in enumerate(plan.cells):
        if cell.digest in seen or standings.get(cell.digest, "send") != "send":
            continue
        seen.add(cell.digest)
        total += 1
        price = None if cost is None else cost.of(number)
        amount = None if price is None else millionths(price)
        if amount is None:
            unpriced += 1
            continue
        over = over or amount > left
        fits += not over
        left -= amount
    return Allowance(budget, units(millionths(held) or 0), total, total - fits, unpriced)
