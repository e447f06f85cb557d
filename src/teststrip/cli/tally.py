"""How far a run is, as its events tell it: cells by state, pace, price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from teststrip.base.json import Json
from teststrip.plan.cells import digests_of, repeated
from teststrip.plan.cost import Assumptions, cost_of
from teststrip.plan.model import Plan
from teststrip.plugins.records import Pricer
from teststrip.provider.model import Provider
from teststrip.run.events import CellAccepted, CellFinished, CellStarted, Event
from teststrip.run.state import FINAL, State
from teststrip.run.target import Target

_DONE: Final = frozenset({State.DONE, State.FETCHED})
_ENDED: Final = frozenset({*_DONE, *FINAL})
_WORDS: Final = ("done", "failed", "moderated", "cancelled", "uncertain", "waiting")


@dataclass(frozen=True, slots=True)
class Start:
    """How a plan stands when a run begins: the state of each distinct request, as `RunStarted` tells it.

    `prices` has, for those of a paid target that are to be sent, what each costs in `unit` by the page's estimate,
    None where nobody can tell; it is empty where nothing costs.
    """

    states: Mapping[str, State]
    prices: Mapping[str, Decimal | None]
    unit: str = ""


def price(
    plan: Plan,
    provider: Provider,
    target: Target,
    states: Mapping[str, State],
    assume: Assumptions,
    pricer: Pricer | None = None,
) -> Start:
    """Price what is to be sent, of requests that stand like this."""
    if not target.paid:
        return Start(states, {})
    numbers: dict[str, int] = {}
    for number, digest in enumerate(digests_of(plan.cells)):
        if states[digest] is State.PLANNED:
            numbers.setdefault(digest, number)
    cells = [plan.cells[number] for number in numbers.values()]
    cost = cost_of(replace(plan, cells=cells), provider, lambda _: True, assume, pricer)
    if cost is None:
        return Start(states, {cell.digest: None for cell in cells})
    return Start(states, {cell.digest: cost.of(at) for at, cell in enumerate(cells)}, cost.told.unit)


class Tally:
    """Counts what a run tells; until `begin`, all is waiting. `monotonic` gives seconds that never go back."""

    def __init__(self, plan: Plan, monotonic: Callable[[], float]) -> None:
        self.total = len(plan.cells)
        self._plan = plan
        self._cells: Mapping[str, int] = {}  # of each request that more than one cell has
        self._states: dict[str, State] = {}
        self._counts = Counter({_word(State.PLANNED): self.total})
        self._waiting = 0
        self._to_come: dict[str, Decimal | None] = {}
        self.left = Sum()  # what the requests that are still to be sent cost
        self._now = monotonic
        self._began: float | None = None
        self._ended = 0
        self.unit = ""
        self.paid = False
        self.sent: set[int] = set()  # requests, by the number of their first cell
        self.spent = Sum()
        self.doubtful = Sum()

    def begin(self, start: Start) -> None:
        """Take into account how the requests stand."""
        self._states = dict(start.states)
        self._cells = repeated(self._plan.cells, len(self._states))
        self._counts.clear()
        for state, count in Counter(self._states.values()).items():
            self._counts[_word(state)] += count
            self._waiting += count if state not in _ENDED else 0
        for digest, cells in self._cells.items():
            self._counts[_word(self._states[digest])] += cells - 1
        self._to_come = dict(start.prices)
        for one in start.prices.values():
            self.left.add(one)
        self.unit = start.unit
        self.paid = bool(start.prices)

    def hear(self, event: Event) -> None:
        """Take an event into account."""
        if isinstance(event, CellStarted):
            self._began = self._now() if self._began is None else self._began
            self.sent.add(event.cell)
            self._move(event.digest, State.INTENT)
        elif isinstance(event, CellAccepted):
            self._began = self._now() if self._began is None else self._began
            self._take(event.digest, self.spent)
            self._move(event.digest, State.SUBMITTED)
        elif isinstance(event, CellFinished):
            if event.state is State.UNCERTAIN:
                self._take(event.digest, self.doubtful)
            elif event.state is State.DONE:  # pictures came with the answer, which named no prediction
                self._take(event.digest, self.spent)
            elif event.state in _ENDED:
                self._take(event.digest, None)
            if self._began is not None and event.state in _ENDED and not event.reused:
                self._ended += 1
            self._move(event.digest, event.state)

    def count(self, word: str) -> int:
        """Count the cells that are `done`, `failed`, `moderated`, `cancelled`, `uncertain` or `waiting`."""
        return self._counts[word]

    @property
    def over(self) -> int:
        """The cells that are through."""
        return self.total - self._counts["waiting"]

    def per_minute(self) -> float | None:
        """Return how many requests end in a minute, by those of this run; None before there are some."""
        elapsed = self.elapsed()
        return 60 * self._ended / elapsed if self._ended and elapsed > 0 else None

    def elapsed(self) -> float:
        """Return the seconds since the first request of this run was sent or asked for."""
        return 0.0 if self._began is None else self._now() - self._began

    def seconds_left(self) -> float | None:
        """Return how long the rest takes at this pace; None where there is none."""
        pace = self.per_minute()
        return 60 * self._waiting / pace if pace and self._waiting else None

    def words(self) -> str:
        """Say how many cells stand how: `17 done, 1 failed, 18 waiting`."""
        return ", ".join(
            f"{self._counts[word]:,} {word}" for word in _WORDS if self._counts[word] or word == "done"
        )

    def to_json(self) -> dict[str, Json]:
        """Return the counts, and the price where there is one: decimal numbers as texts."""
        document: dict[str, Json] = {word: self._counts[word] for word in _WORDS}
        if self.paid:
            document["price"] = {
                "unit": self.unit or None,
                "so_far": f"{self.spent.price:f}",
                "uncertain": f"{self.doubtful.price:f}",
                "to_come": f"{self.left.price:f}",
                "unpriced": self.spent.unknown + self.doubtful.unknown + self.left.unknown,
            }
        return document

    def _move(self, digest: str, state: State) -> None:
        old = self._states.get(digest, State.PLANNED)
        if old is state:
            return
        self._states[digest] = state
        self._waiting += (state not in _ENDED) - (old not in _ENDED)
        cells = self._cells.get(digest, 1)
        self._counts[_word(old)] -= cells
        self._counts[_word(state)] += cells

    def _take(self, digest: str, where: Sum | None) -> None:
        """Move a request's price from what is to come to where it belongs; None where it costs nothing."""
        if digest in self._to_come:
            price = self._to_come.pop(digest)
            self.left.add(price, -1)
            if where is not None:
                where.add(price)


@dataclass(slots=True)
class Sum:
    """A price, and how many requests have none."""

    price: Decimal = Decimal(0)
    unknown: int = 0

    def add(self, price: Decimal | None, sign: int = 1) -> None:
        """Add the price of a request, or take it off."""
        if price is None:
            self.unknown += sign
        else:
            self.price += sign * price


def _word(state: State) -> str:
    if state in _DONE:
        return "done"
    return str(state) if state in _ENDED else "waiting"
