"""What a plan costs and how long it takes, as lines of text for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from teststrip.base.json import Json
from teststrip.cli.allowance import Allowance
from teststrip.cli.assume import assumed
from teststrip.cli.columns import WIDTH, cut, cut_middle, filled, shown, width_of
from teststrip.cli.outlook import Outlook
from teststrip.cli.report import counted
from teststrip.plan.cost import Cost, Tally, Unpriced
from teststrip.plan.model import Axis
from teststrip.run.duration import Duration
from teststrip.sheet.text import wrap

_WIDEST_LABEL: Final = 40
_VALUES_SHOWN: Final = 8
_FIRST: Final = 5  # of those that are shown; the others are the last ones
_REASONS_SHOWN: Final = 4
_VALUE: Final = 32  # columns of a parameter's value in a reason
_TINY: Final = Decimal("0.0001")
_HEAD: Final = 7  # columns of `price: `, `live:  `, `time:  `


def price_lines(outlook: Outlook) -> Iterator[str]:
    """Say what the requests cost, by the page's estimate, and how long they take."""
    cost, target = outlook.cost, outlook.target
    if target.paid:
        yield from _set("price: ", _total(cost, to_send=True))
    else:
        yield f"price: nothing, {'in the darkroom' if target.name == 'darkroom' else 'from an emulator'}"
        yield from _set("live:  ", _total(cost, to_send=False) + _live_time(outlook.live))
    for line in _about(cost) if cost is not None else ():
        yield from _set(" " * _HEAD, line)
    if outlook.allowance is not None:
        for line in wrap(_allowed(outlook.allowance, cost), WIDTH, width_of):
            yield line
    if outlook.duration is not None and outlook.to_send:
        yield from _set("time:  ", _time(outlook.duration))
    if cost is not None:
        yield from _by_axis(outlook.plan.axes, cost)


def amount(price: Decimal | None) -> str:
    """Write a price: as it is, to four decimals at most; `?` for one that nobody can tell."""
    if price is None:
        return "?"
    text = f"{price:,.4f}" if not price or abs(price) >= _TINY else f"{price:.2g}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def reason(unpriced: Unpriced) -> str:
    """Say why requests have no price: what they do not say, or for which values the page has none."""
    given = [f"{name} {_value(value)}" for name, value in unpriced.blame if value is not None]
    absent = [name for name, value in unpriced.blame if value is None]
    if given:
        more = f" (and {unpriced.kinds - 1:,} more)" if unpriced.kinds > 1 else ""
        return f"the page has none for {', '.join(given)}{more}"
    return f"it depends on {', '.join(absent)}, not given" if absent else "the page has none"


def seconds(count: float) -> str:
    """Write a length of time in its two largest units, rounded up: `45 s`, `3 min 20 s`, `2 h`."""
    left = max(1, int(-(-count // 1)))
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if left >= size and len(parts) < 2:
            parts.append(f"{left // size:,} {unit}")
            left %= size
        elif parts:
            break
    return " ".join(parts)


def _allowed(allowance: Allowance, cost: Cost | None) -> str:
    """Say how far a budget goes."""
    if cost is None:
        return f"budget {amount(allowance.budget)}: it cannot be kept, since this page states no price"
    head = f"budget {amount(allowance.budget)} {cost.told.unit}"
    if allowance.held:
        head += f", {amount(allowance.held)} of it spent or held"
    if allowance.unpriced:
        return f"{head}: it cannot be kept, since {counted(allowance.unpriced, 'request')} would have no price"
    if not allowance.requests:
        return head
    if allowance.beyond:
        return f"{head}: would stop before {allowance.beyond:,} of {counted(allowance.requests, 'request')}"
    return f"{head}: enough for all of them"


def _set(head: str, text: str) -> Iterator[str]:
    """Wrap a text, hanging from its head."""
    for line in wrap(text, WIDTH - _HEAD, width_of):
        yield head + line
        head = " " * _HEAD


def _total(cost: Cost | None, *, to_send: bool) -> str:
    if cost is None:
        return "unknown: this page states none"
    part = cost.to_send if to_send else cost.total
    text = _sum(part, cost)
    if to_send and part != cost.total:
        text += f" to send, {_sum(cost.total, cost)} in all"
    return text + (", an estimate" if cost.told.estimate and part.unknown < part.requests else "")


def _sum(tally: Tally, cost: Cost) -> str:
    if tally.requests and tally.unknown == tally.requests:
        return "unknown"
    about = "about " if cost.told.estimate and tally.price else ""
    priced = tally.requests - tally.unknown
    some = f" for {priced:,} of {counted(tally.requests, 'request')}" if tally.unknown else ""
    return f"{about}{amount(tally.price)} {cost.told.unit}{some}"


def _about(cost: Cost) -> Iterator[str]:
    """Say what one request costs, on what that rests, and why there is no price where there is none."""
    if cost.least is not None and cost.most is not None and cost.total.requests > 1:
        spread = amount(cost.least) if cost.least == cost.most else f"{amount(cost.least)} to {amount(cost.most)}"
        yield f"{spread} {cost.told.unit} a request"
    if cost.assume:
        named = ", ".join(f"{name}={assumed(value)}" for name, value in cost.assume.items())
        yield f"assuming {named} (see --assume)"
    if cost.told.note:
        yield shown(cost.told.note)
    for unpriced in cost.unpriced[:_REASONS_SHOWN]:
        yield f"{counted(unpriced.requests, 'request')} without a price: {reason(unpriced)}"
    if len(cost.unpriced) > _REASONS_SHOWN:
        yield f"and {counted(len(cost.unpriced) - _REASONS_SHOWN, 'more reason')}"


def _value(value: Json | Decimal) -> str:
    if isinstance(value, bool | Decimal):
        return assumed(value)
    return cut(shown(value) if isinstance(value, str) else str(value), _VALUE)


def _time(duration: Duration) -> str:
    pace = f"{duration.concurrency} at once"
    if duration.per_minute is not None:
        pace += f", {duration.per_minute:g} a minute"
    if duration.measured:
        return f"about {seconds(duration.seconds)}, {pace}, by the last {counted(duration.measured, 'request')}"
    return f"at least {seconds(duration.seconds)}, at this pace: {pace}"


def _live_time(duration: Duration | None) -> str:
    return f"; at least {seconds(duration.seconds)}" if duration is not None else ""


def _by_axis(axes: Sequence[Axis], cost: Cost) -> Iterator[str]:
    """Set a table for each axis by whose values the price differs."""
    for axis, tallies in zip(axes, cost.by_axis, strict=True):
        if len({(tally.price, tally.unknown) for tally in tallies}) > 1:
            yield ""
            yield from _by_value(axis, tallies, cost.told.unit)


def _by_value(axis: Axis, tallies: Sequence[Tally], unit: str) -> Iterator[str]:
    """Set a table of an axis's values: how many requests, and what they cost together."""
    more = len(tallies) - _VALUES_SHOWN
    shown_values = [
        position for position in range(len(tallies)) if more <= 1 or not _FIRST <= position < _FIRST + more
    ]
    rows = [(cut_middle(shown(axis.name), _WIDEST_LABEL), "requests", unit)]
    rows += [
        (
            cut_middle(shown(axis.values[position].label) or "(empty)", _WIDEST_LABEL),
            f"{tallies[position].requests:,}",
            _sum_alone(tallies[position]),
        )
        for position in shown_values
    ]
    widths = [max(width_of(row[column]) for row in rows) for column in range(3)]
    for number, (label, requests, price) in enumerate(rows):
        if more > 1 and number == _FIRST + 1:
            yield f"  … {counted(more, 'more value')}"
        right = filled(requests, widths[1], right=True), filled(price, widths[2], right=True)
        yield f"  {filled(label, widths[0])}  {'  '.join(right)}"


def _sum_alone(tally: Tally) -> str:
    if tally.unknown == tally.requests:
        return "?" if tally.requests else "0"
    return amount(tally.price) + (" + ?" if tally.unknown else "")
