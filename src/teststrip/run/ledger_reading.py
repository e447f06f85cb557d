"""The ledger as it is read: how requests stand, what they cost, how long they took. Nothing here writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from teststrip.base.clock import Clock
from teststrip.base.json import Json
from teststrip.run import query
from teststrip.run.model import Money
from teststrip.run.money import money_of, units
from teststrip.run.owner import Seat, dead_owners
from teststrip.run.sqlite import told
from teststrip.run.state import State
from teststrip.run.tables import schema_version
from teststrip.run.trial import Trial, columns_of, read_row

ENDED: Final = "the run ended while the request was on its way; it may have been accepted and billed"
_SHARED: Final = 2  # the schema version that brought several processes, and money


class LedgerReading:
    """What is asked of an open ledger; `seat` is this process's, None where the ledger is only read."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock, seat: Seat | None) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock
        self._seat = seat
        self._version = schema_version(connection, path)  # an older one where it is only read
        self._columns = columns_of(self._version)

    @property
    def time(self) -> float:
        """The time by the ledger's clock, in seconds since 1970."""
        return self._clock.now().timestamp()

    def get(self, digest: str) -> Trial | None:
        """Return how a request stands, or None when the ledger has never met it."""
        return self.trials([digest]).get(digest)

    def known(self, digest: str) -> Trial:
        """Return how a request stands; raises ValueError when the ledger has never met it."""
        with told(self.path):
            return query.known(self._connection, self._columns, digest)

    def trials(self, digests: Iterable[str]) -> dict[str, Trial]:
        """Return how these requests stand, in the order asked; those never met are left out.

        Where the ledger is only read, what a process that is no more was sending is told as the next run will
        find it: uncertain; and what it followed is told as followed by nobody.
        """
        with told(self.path):
            found = {row[0]: read_row(row) for row in query.rows_of(self._connection, self._columns, digests)}
            if self._seat is None:
                dead = self._dead(self.time)
                for digest in self._left_by(dead, found):
                    lost = found[digest]
                    found[digest] = lost._replace(state=State.UNCERTAIN, reason=ENDED, may_have_cost=True)
                gone = frozenset(dead)
                found |= {name: one._replace(owner=None) for name, one in found.items() if one.owner in gone}
            return found

    def states(self, digests: Iterable[str]) -> dict[str, State]:
        """Return the states of these requests, in the order asked, as `trials` would tell them."""
        with told(self.path):
            found = query.states_of(self._connection, digests)
            if self._seat is None:
                found |= dict.fromkeys(self._left_by(self._dead(self.time), found), State.UNCERTAIN)
            return found

    def targets(self) -> dict[str, str]:
        """Return the target of every request that was ever entered, by digest."""
        with told(self.path):
            return query.targets_of(self._connection)

    def request(self, digest: str) -> dict[str, Json] | None:
        """Return a request as it was entered, or None when the ledger has never met it."""
        with told(self.path):
            return query.request_of(self._connection, digest)

    def durations(self, provider: str, model: str, target: str) -> list[float]:
        """Return the seconds that the latest requests took there, from being sent to being done, oldest first."""
        with told(self.path):
            return query.durations_of(self._connection, provider, model, target)

    def spent(self, digests: Iterable[str]) -> dict[str, Decimal]:
        """Return what the latest submits of these requests cost, of those that were spent and have a price."""
        if self._version < _SHARED:
            return {}
        with told(self.path):
            return {digest: units(amount) for digest, amount in query.spent_of(self._connection, digests).items()}

    def prices(self, digests: Iterable[str]) -> dict[str, tuple[Decimal, str]]:
        """Return what these requests cost or may have cost, with the unit; those without a price are left out."""
        if self._version < _SHARED:
            return {}
        with told(self.path):
            return query.prices_of(self._connection, frozenset(digests))

    def took(self, digests: Iterable[str]) -> dict[str, float]:
        """Return the seconds from the last submit of each of these requests until it was done."""
        with told(self.path):
            return query.took_of(self._connection, frozenset(digests))

    def log(self, digest: str) -> list[tuple[str, str | None, str, Mapping[str, Json]]]:
        """Return a trial's history, oldest first: (time, old state, new state, facts)."""
        with told(self.path):
            return query.log_of(self._connection, digest)

    def key_since(self, trial: Trial) -> float:
        """Return when a trial's idempotency key was sent first, in seconds since 1970; 0 where nobody knows."""
        times = (
            time for time, _, _, facts in self.log(trial.digest) if facts.get("idempotency") == trial.idempotency
        )
        first = next(times, None)
        return 0.0 if first is None else datetime.fromisoformat(first).timestamp()

    def moved_since(self, number: int) -> tuple[int, list[str]]:
        """Return the number of the latest move of all, and the digests of what moved after `number`."""
        with told(self.path):
            return query.moved_since(self._connection, number)

    def money(self, run: str) -> Money | None:
        """Add up a run's money, without the estimate; None for a run that was never written down."""
        if self._version < _SHARED:
            return None
        with told(self.path):
            row = self._connection.execute("SELECT unit FROM runs WHERE id = ?", (run,)).fetchone()
            return None if row is None else money_of(self._connection, run, row[0])

    def _dead(self, now: float) -> list[str]:
        if self._version < _SHARED:
            return []
        own = "" if self._seat is None else self._seat.owner.id
        return dead_owners(self._connection, self.path.parent, now, own)

    def _left_by(self, dead: Iterable[str], asked: Container[str]) -> list[str]:
        """Return those of these requests that nobody is sending any more, though they stand as if."""
        lost = query.lost_with(self._connection, dead) if self._version >= _SHARED else ()
        return [digest for digest in lost if digest in asked]
