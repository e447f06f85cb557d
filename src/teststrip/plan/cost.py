"""What a plan costs by the page's estimate: every distinct request once, however many cells want it. Pure.

The expression is reckoned once for each combination of the parameters that it depends on, of which a sweep has far
fewer than cells; all else is counting, and sums are exact. A plugin that sets prices is asked before the page,
once for each distinct request, since nobody knows what it looks at.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, localcontext
from typing import Final, TypeAlias

from teststrip.base.json import Json
from teststrip.plan.model import Plan
from teststrip.plugins.records import Pricer
from teststrip.provider.model import Provider
from teststrip.provider.price import Quote, price_members, quote
from teststrip.provider.wire import Price

Assumptions: TypeAlias = Mapping[str, bool | Decimal]
_Counts: TypeAlias = "Counter[int]"  # by twice the position of a quote, and one more for a request that waits
UNIT: Final = "units"
"""What a plugin's prices are in, where the page states none."""
_DIGITS: Final = 60  # as in the page's expressions: sums of a million requests are exact


@dataclass(frozen=True, slots=True)
class Tally:
    """Some distinct requests: how many, what those cost that have a price, and how many have none."""

    requests: int
    price: Decimal
    unknown: int


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Requests for which the page cannot tell a price, for one reason.

    `blame` says on what it hung in the first of them (see `provider.price.Quote`), `kinds` how many different
    values of those names there are.
    """

    blame: tuple[tuple[str, Json | Decimal], ...]
    requests: int
    kinds: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan costs, in `told.unit`, under what `assume` says.

    `by_axis[k][i]` is of the cells with value i of axis k; a request that several values share counts for each.
    `least` and `most` are of one request; None when none has a price.
    """

    told: Price
    assume: Assumptions
    total: Tally
    to_send: Tally
    by_axis: tuple[tuple[Tally, ...], ...]
    least: Decimal | None
    most: Decimal | None
    unpriced: tuple[Unpriced, ...]
    quotes: tuple[Quote, ...]
    which: Sequence[int]  # by cell number: the position of its quote

    def of(self, number: int) -> Decimal | None:
        """Return what the request of a cell costs, by the cell's number; None when nobody can tell."""
        return self.quotes[self.which[number]].amount


def cost_of(
    plan: Plan,
    provider: Provider,
    waits: Callable[[str], bool],
    assume: Assumptions | None = None,
    pricer: Pricer | None = None,
) -> Cost | None:
    """Reckon what a plan costs; None for a page that states no price.

    `waits` tells by its digest whether a request is still to be sent. `assume` replaces what the page assumes,
    `pricer` is asked before the page. Raises UsageError that names the plugin whose price is none.
    """
    told = provider.price or (Price(UNIT, "none") if pricer is not None else None)
    if told is None:
        return None
    assumed = {name: (assume or {}).get(name, value) for name, value in told.assume.items()}
    quotes = Quotes(provider, plan.model, assumed, pricer)
    which, total, by_axis = _count(plan, quotes, waits)
    made = tuple(quotes.made)
    amounts = [one.amount for one in made if one.amount is not None]
    with localcontext(Context(prec=_DIGITS)):
        return Cost(
            told=told,
            assume=assumed,
            total=_tally(total, made),
            to_send=_tally(Counter({key: count for key, count in total.items() if key % 2}), made),
            by_axis=tuple(
                tuple(_tally(counts[at], made) for at in range(len(axis.values)))
                for axis, counts in zip(plan.axes, by_axis, strict=True)
            ),
            least=min(amounts, default=None),
            most=max(amounts, default=None),
            unpriced=_unpriced(total, made, quotes.varying()),
            quotes=made,
            which=which,
        )


@dataclass(slots=True)
class Quotes:
    """Asks for a price once for each combination of what the price depends on: the `pricer`, then the page.

    What was answered is kept, so that a request costs at the end what it cost when the budget was looked at.
    """

    provider: Provider
    model: str
    assume: Assumptions
    pricer: Pricer | None = None
    made: list[Quote] = field(default_factory=list)
    _members: tuple[str, ...] = field(init=False)
    _known: dict[object, int] = field(init=False, default_factory=dict)
    _seen: list[tuple[object, ...]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._members = price_members(self.provider)

    def position(self, request: Mapping[str, Json]) -> int:
        """Return the position of a request's quote among those made."""
        get = request.get
        members = tuple([_hashable(get(name)) for name in self._members])
        key = members if self.pricer is None else _hashable(request)
        position = self._known.get(key)
        if position is None:
            position = len(self.made)
            self.made.append(self._quoted(request))
            self._known[key] = position
            self._seen.append(members)
        return position

    def _quoted(self, request: Mapping[str, Json]) -> Quote:
        set_price = self.pricer(self.provider, self.model, request) if self.pricer is not None else None
        if set_price is not None:
            return Quote(set_price)
        return quote(self.provider, self.model, request, self.assume)

    def amount(self, request: Mapping[str, Json]) -> Decimal | None:
        """Return what a request costs; None when the page cannot tell."""
        return self.made[self.position(request)].amount

    def varying(self) -> frozenset[str]:
        """Return the names that had more than one value so far."""
        columns = zip(self._members, zip(*self._seen, strict=True), strict=False)
        return frozenset(name for name, values in columns if len(set(values)) > 1)


def _hashable(value: Json) -> object:
    """Return what stands for a value in a key; true is not 1 there, though Python has them equal."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "{", *((name, _hashable(member)) for name, member in sorted(value.items()))
    if isinstance(value, Sequence):
        return "[", *map(_hashable, value)
    return value.__class__, value


def _count(
    plan: Plan, quotes: Quotes, waits: Callable[[str], bool]
) -> tuple[array[int], _Counts, list[defaultdict[int, _Counts]]]:
    """Walk the cells once: each one's quote, and how many requests have which, in all and for each axis value."""
    which = array("L")
    total: _Counts = Counter()
    by_axis: list[defaultdict[int, _Counts]] = [defaultdict(Counter) for _ in plan.axes]
    first: dict[str, int] = {}
    again: defaultdict[int, list[int]] = defaultdict(list)
    for number, cell in enumerate(plan.cells):
        digest = cell.digest
        before = first.setdefault(digest, number)
        if before != number:
            which.append(which[before])
            again[before].append(number)
            continue
        position = quotes.position(cell.request)
        which.append(position)
        key = 2 * position + waits(digest)
        total[key] += 1
        for counts, at in zip(by_axis, cell.coordinates, strict=True):
            counts[at][key] += 1
    for before, numbers in again.items():
        key = 2 * which[before] + waits(plan.cells[before].digest)
        places = [plan.cells[number].coordinates for number in (before, *numbers)]
        for counts, (at, *others) in zip(by_axis, zip(*places, strict=True), strict=True):
            for other in {*others} - {at}:
                counts[other][key] += 1
    return which, total, by_axis


def _tally(counts: _Counts, quotes: Sequence[Quote]) -> Tally:
    requests, price, unknown = 0, Decimal(0), 0
    for key, count in counts.items():
        amount = quotes[key // 2].amount
        requests += count
        if amount is None:
            unknown += count
        else:
            price += amount * count
    return Tally(requests, price, unknown)


def _unpriced(total: _Counts, quotes: Sequence[Quote], varying: frozenset[str]) -> tuple[Unpriced, ...]:
    """Gather the quotes without a price by what they hung on, in the order of the cells.

    Where some of that varies in the plan and some does not, what varies is to blame.
    """
    requests: Counter[object] = Counter()
    alike: dict[object, dict[object, Unpriced]] = {}
    for position, one in enumerate(quotes):
        if one.amount is not None:
            continue
        blame = tuple(pair for pair in one.blame if pair[0] in varying) or one.blame
        reason = tuple((name, value is None) for name, value in blame)
        alike.setdefault(reason, {}).setdefault(str(blame), Unpriced(blame, 0, 0))
        requests[reason] += total[2 * position] + total[2 * position + 1]
    return tuple(
        replace(next(iter(kinds.values())), requests=requests[reason], kinds=len(kinds))
        for reason, kinds in alike.items()
    )
