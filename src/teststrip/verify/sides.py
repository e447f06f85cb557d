"""What a run took and cost, for the two sides of a comparison: from its ledger, or from its cassette."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Final

from teststrip.base.clock import SystemClock
from teststrip.base.json import canonical
from teststrip.cassette.model import Blob, Exchange, body_digest
from teststrip.cassette.read import Cassette
from teststrip.errors import ExchangeError, StorageError
from teststrip.plan.model import Plan
from teststrip.provider.body import wire_body
from teststrip.provider.model import Provider
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Run
from teststrip.run.reply import read_reply

_INTENT: Final = "intent"
_DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a run, the seconds that each request took from its submit to its pictures, and its price.

    `prices` are by the provider page's price when it was sent; both have only the requests of which it is known.
    """

    run: Run
    seconds: Mapping[str, float] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)

    def median(self, digests: Iterable[str]) -> float | None:
        """Return the median of the seconds of some requests; None when none is known."""
        known = [self.seconds[digest] for digest in digests if digest in self.seconds]
        return median(known) if known else None

    def price(self, digests: Iterable[str]) -> Decimal | None:
        """Add the prices of some requests up; None unless each is known."""
        wanted = list(digests)
        if not wanted or any(digest not in self.prices for digest in wanted):
            return None
        return sum((self.prices[digest] for digest in wanted), Decimal(0))


def side_of(run: Run, provider: Provider, cassette: Cassette | None = None) -> Side:
    """Gather what a run took and cost; of one that was played, the cassette has what it took."""
    with read_ledger(run.folder.parent / LEDGER_NAME, SystemClock()) as ledger:
        prices = ledger.spent(run.outcomes)
        logs = {} if cassette is not None else {digest: ledger.log(digest) for digest in run.outcomes}
    if cassette is not None:
        return Side(run, seconds_on(cassette, run.plan, provider), prices)
    found = {digest: _seconds([(time, new) for time, _, new, _ in log]) for digest, log in logs.items()}
    return Side(run, {digest: one for digest, one in found.items() if one is not None}, prices)


def seconds_on(cassette: Cassette, plan: Plan, provider: Provider) -> dict[str, float]:
    """Return the seconds from the last submit of each request to the last look at its prediction.

    Requests with pictures in them are left out: what is on the cassette has those, and the plan their digests.
    """
    ends = _ends(cassette, provider)
    found = {}
    for cell in plan.cells:
        body = canonical(wire_body(provider, plan.model, cell.request))
        took = ends.get(body_digest("application/json", body))
        if took is not None:
            found[cell.digest] = took
    return found


def _ends(cassette: Cassette, provider: Provider) -> dict[str, float]:
    """Return by the digest of a submit's body how long it was from its beginning to the prediction's end."""
    begun: dict[str, tuple[str, float]] = {}  # by the prediction's id
    found: dict[str, float] = {}
    for one in cassette.exchanges():
        if one.asked.digest:
            found[one.asked.digest] = one.took
            prediction = _id(cassette, one, provider)
            if prediction:
                begun[prediction] = (one.asked.digest, one.at)
            continue
        for name in _named(one.asked.url, begun):
            digest, at = begun[name]
            found[digest] = one.at + one.took - at
    return found


def _named(url: str, ids: Mapping[str, object]) -> Sequence[str]:
    parts = {part for piece in url.split("?") for part in piece.replace("=", "/").replace("&", "/").split("/")}
    return [part for part in parts if part in ids]


def _id(cassette: Cassette, one: Exchange, provider: Provider) -> str | None:
    try:
        body = cassette.blobs.read(one.answer) if isinstance(one.answer, Blob) else one.answer
        return read_reply(provider, json.loads(body)).id if isinstance(body, bytes) else None
    except (ValueError, RecursionError, StorageError, ExchangeError):
        return None


def _seconds(log: Sequence[tuple[str, str]]) -> float | None:
    """Return the seconds from the last intent of a trial's history to its end; None for one that is not done."""
    begun = None
    for time, state in log:
        if state == _INTENT:
            begun = time
        elif state == _DONE and begun is not None:
            return (datetime.fromisoformat(time) - datetime.fromisoformat(begun)).total_seconds()
    return None
