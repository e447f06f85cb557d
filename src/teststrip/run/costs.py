"""What each request came to: its price by the page, and the seconds from its submit to its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from teststrip.base.clock import SystemClock
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Run


@dataclass(frozen=True, slots=True)
class Cost:
    """A request's price over all its submits, in `unit`, and how long the last one took; None is not known.

    What may have cost is counted in. It may have been paid by another run that asked for the same.
    """

    price: Decimal | None = None
    unit: str = ""
    seconds: float | None = None


def costs_of(run: Run) -> Mapping[str, Cost]:
    """Read from the ledger beside a run's folder what its requests came to, by digest; {} without a ledger.

    Raises StorageError when the ledger cannot be read.
    """
    with read_ledger(run.folder.parent / LEDGER_NAME, SystemClock()) as ledger:
        prices = ledger.prices(run.outcomes)
        took = ledger.took(run.outcomes)
    found: dict[str, Cost] = {}
    for digest in run.outcomes:
        if digest in prices or digest in took:
            price, unit = prices.get(digest, (None, ""))
            found[digest] = Cost(price, unit, took.get(digest))
    return found


def priced(costs: Mapping[str, Cost]) -> tuple[dict[str, Decimal], str]:
    """Return the prices alone, by digest, of the requests that have one, and their unit."""
    prices = {digest: one.price for digest, one in costs.items() if one.price is not None}
    return prices, next((one.unit for one in costs.values() if one.unit), "")
