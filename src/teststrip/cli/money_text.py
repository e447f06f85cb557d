"""What a run came to, as text for a person and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from teststrip.base.json import Json
from teststrip.cli.plan_price import amount
from teststrip.cli.report import counted
from teststrip.run.model import Money


def money_lines(money: Money | None) -> Iterator[str]:
    """Say what a run came to by the page's price, over all its executions; nothing where nothing has a price."""
    if money is None or not money.unit:
        return
    parts = [f"{amount(money.spent)} {money.unit} spent"]
    parts += [f"{amount(money.reserved)} reserved"] if money.reserved else []
    parts += [f"{amount(money.uncertain)} uncertain"] if money.uncertain else []
    parts.append(f"estimate {amount(money.estimate)}")
    yield f"by the page's price: {', '.join(parts)}"
    if money.unpriced:
        yield f"  {counted(money.unpriced, 'request')} without a price"
    if money.budget is not None and money.left is not None:
        yield f"budget {amount(money.budget)} {money.unit}: {amount(money.left)} left"


def money_json(money: Money | None) -> Json:
    """Return what a run came to; amounts as texts, exact, and null where nothing costs anything."""
    if money is None:
        return None
    return {
        "unit": money.unit,
        "budget": _exact(money.budget),
        "estimate": _exact(money.estimate),
        "reserved": _exact(money.reserved),
        "spent": _exact(money.spent),
        "uncertain": _exact(money.uncertain),
        "left": _exact(money.left),
        "unpriced": money.unpriced,
    }


def _exact(price: Decimal | None) -> str | None:
    if price is None:
        return None
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
