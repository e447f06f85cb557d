"""The memory of all runs: one SQLite file in which every move of every trial is written before it counts.

A *trial* row is how a request stands; the *events* log is how it came to stand so, and is only appended to.
Both are written in one transaction, together with what the move means for money (see `money`), and synced to disk
(WAL, synchronous=FULL) before `move` returns, so that no crash can lose a paid prediction's id. Several processes
may use it at once: `begin` and `take` claim a trial for this one (see `owner`). The key is never among what is
written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Self, Unpack

from teststrip.base.clock import Clock
from teststrip.base.json import Json, canonical
from teststrip.errors import StorageError
from teststrip.run.duration import elapsed
from teststrip.run.lock import one_at_a_time
from teststrip.run.model import Money
from teststrip.run.money import BudgetWish, Charge, money_of, reserve, set_budget, settle
from teststrip.run.owner import Seat, dead_owners, enlist, is_enlisted, renew, strike_off
from teststrip.run.sqlite import connect_to_read, connect_to_write, told
from teststrip.run.state import HELD, State, may_move
from teststrip.run.tables import MIGRATIONS, RunRow, schema_version, write_run
from teststrip.run.trial import (
    COLUMNS,
    OLD_COLUMNS,
    Entry,
    Facts,
    Taken,
    Trial,
    difference,
    moved,
    read_row,
    write_row,
)

_LATEST: Final = 2000  # moves that are looked at for how long things take
_ENDED: Final = "the run ended while the request was on its way; it may have been accepted and billed"
_STRUCK_OFF: Final = "another process has taken this one for dead, and goes on in its place; run again"
_AT_ONCE: Final = 500  # digests in one question; SQLite's own limit was 999 for long


class Ledger:
    """An open ledger; made by `open_ledger` and `read_ledger`, and to be closed."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock, seat: Seat | None) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock
        self._seat = seat
        self._enlisted = False
        self._old = schema_version(connection, path) < len(
            MIGRATIONS
        )  # opened to read, and not brought up to date
        self._columns = OLD_COLUMNS if self._old else COLUMNS

    def get(self, digest: str) -> Trial | None:
        """Return how a request stands, or None when the ledger has never met it."""
        return self.trials([digest]).get(digest)

    def known(self, digest: str) -> Trial:
        """Return how a request stands; raises ValueError when the ledger has never met it."""
        with told(self.path):
            return self._known(digest)

    def trials(self, digests: Iterable[str]) -> dict[str, Trial]:
        """Return how these requests stand, in the order asked; those never met are left out."""
        with told(self.path):
            return {row[0]: read_row(row) for row in self._rows(self._columns, digests)}

    def states(self, digests: Iterable[str]) -> dict[str, State]:
        """Return the states of these requests, in the order asked; those never met are left out."""
        with told(self.path):
            return {row[0]: _state(*row) for row in self._rows("digest, state", digests)}

    def targets(self) -> dict[str, str]:
        """Return the target of every request that was ever entered, by digest."""
        with told(self.path):
            return dict(self._connection.execute("SELECT digest, target FROM trials ORDER BY digest"))

    def request(self, digest: str) -> dict[str, Json] | None:
        """Return a request as it was entered, or None when the ledger has never met it."""
        with told(self.path):
            row = self._connection.execute("SELECT request FROM trials WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else json.loads(row[0])

    def durations(self, provider: str, model: str, target: str) -> list[float]:
        """Return the seconds that the latest requests took there, from being sent to being done, oldest first."""
        with told(self.path):
            rows = self._connection.execute(
                "SELECT latest.digest, latest.new, latest.time "
                "FROM (SELECT * FROM events ORDER BY number DESC LIMIT ?) AS latest JOIN trials USING (digest) "
                "WHERE provider = ? AND model = ? AND target = ? AND latest.new IN ('intent', 'done') "
                "ORDER BY latest.number",
                (_LATEST, provider, model, target),
            ).fetchall()
        return elapsed(rows)

    def enter(self, entries: Iterable[Entry]) -> None:
        """Write down requests as planned, all in one transaction; those already known are left as they are."""
        now = self._now()
        rows = [
            (e.digest, e.provider, e.model, e.target, canonical(e.request).decode(), State.PLANNED, now, now)
            for e in entries
        ]
        with self._transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO trials (digest, provider, model, target, request, state, created, updated) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def open_run(self, run: RunRow, budget: BudgetWish = None) -> None:
        """Write down a run, by its folder's name; `budget` in millionths, "none" for no bound, None as it was."""
        now = self._now()
        with self._transaction():
            write_run(self._connection, run, now)
            if budget is not None:
                set_budget(self._connection, run.id, None if budget == "none" else budget)

    def close_run(self, run: str, stopped: str) -> None:
        """Write down that an execution of a run ended, and why before its time, if so."""
        with self._transaction():
            self._connection.execute(
                "UPDATE runs SET updated = ?, stopped = ? WHERE id = ?", (self._now(), stopped, run)
            )

    def money(self, run: str) -> Money | None:
        """Add up a run's money, without the estimate; None for a run that was never written down."""
        if self._old:
            return None
        with told(self.path):
            row = self._connection.execute("SELECT unit FROM runs WHERE id = ?", (run,)).fetchone()
            return None if row is None else money_of(self._connection, run, row[0])

    def begin(self, digest: str, may: Callable[[Trial], bool], charge: Charge | None = None) -> Trial:
        """Claim a trial for sending: its intent and its money, in one transaction; durable when this returns.

        `may` says of the trial as it stands now whether it may be sent. Raises Taken when it may not or another
        process has it, OverBudget when the run's budget has no room; then nothing is written.
        """
        with self._claiming():
            trial = self._known(digest)
            if not self._is_free(trial) or trial.state is State.INTENT or not may(trial):
                raise Taken(trial)
            if trial.state is not State.PLANNED:
                trial = self._write(trial, moved(trial, State.PLANNED, {}))
            begun = self._write(trial, moved(trial, State.INTENT, {}))
            if charge is not None:
                reserve(self._connection, digest, begun.attempts, charge)
            return begun

    def take(self, digest: str) -> Trial:
        """Claim an accepted trial for following. Raises Taken when it is none, or another process follows it."""
        with self._claiming():
            trial = self._known(digest)
            if not self._is_free(trial) or trial.state is not State.SUBMITTED:
                raise Taken(trial)
            self._connection.execute("UPDATE trials SET owner = ? WHERE digest = ?", (self._owner, digest))
            return replace(trial, owner=self._owner)

    def let_go(self, digest: str) -> None:
        """Follow an accepted trial no more; others may."""
        with self._transaction():
            self._connection.execute(
                "UPDATE trials SET owner = NULL WHERE digest = ? AND owner = ? AND state = 'submitted'",
                (digest, self._owner),
            )

    def others_have(self, trial: Trial) -> bool:
        """Tell whether another process has a trial on its way, or follows it."""
        return trial.state in HELD and not self._is_free(trial)

    def renew(self) -> None:
        """Move this process's lease on."""
        if self._enlisted and self._seat is not None:
            with self._transaction():
                renew(self._connection, self._seat.owner, self._clock.now().timestamp())

    def move(self, digest: str, new: State, **facts: Unpack[Facts]) -> Trial:
        """Move a trial, and log the move; durable when this returns.

        Going back to `planned` the row forgets the attempt before, and the log keeps it. Raises ValueError for
        a move that the table of states does not have, and for a digest never entered.
        """
        with self._transaction():
            trial = self._known(digest)
            if not may_move(trial.state, new):
                raise ValueError(f"no trial goes from {trial.state} to {new} ({digest})")
            if not self._is_free(trial):
                raise StorageError(f"{self.path}: {_STRUCK_OFF}")
            return self._write(trial, moved(trial, new, facts))

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """Let moves be synced to disk with the next that is, not each by itself.

        For what is told anew at no cost if the machine loses its power meanwhile: a prediction whose id is
        durable.
        """
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def note(self, digest: str, reason: str) -> Trial:
        """Write down why a trial stays as it is; logged like a move."""
        with self._transaction():
            trial = self._known(digest)
            return self._write(trial, replace(trial, reason=reason))

    def recover(self) -> int:
        """Tell the truth about processes that ended, and return how many of their trials are uncertain.

        Those are what was about to be sent; what such a process followed is anybody's to follow.
        """
        now = self._clock.now().timestamp()
        with told(self.path):
            dead = [] if self._seat is None else dead_owners(self._connection, self._seat.owner, now)
            lost = self._lost(dead)
        if not dead and not lost:
            return 0
        with self._transaction():
            lost = self._lost(dead)
            for digest in lost:
                trial = self._known(digest)
                facts: Facts = {"reason": _ENDED, "may_have_cost": True}
                self._write(trial, moved(trial, State.UNCERTAIN, facts))
            for name in dead:
                strike_off(self._connection, name)
        return len(lost)

    def log(self, digest: str) -> list[tuple[str, str | None, str, Mapping[str, Json]]]:
        """Return a trial's history, oldest first: (time, old state, new state, facts)."""
        with told(self.path):
            rows = self._connection.execute(
                "SELECT time, old, new, detail FROM events WHERE digest = ? ORDER BY number", (digest,)
            ).fetchall()
        return [(time, old, new, json.loads(detail)) for time, old, new, detail in rows]

    def close(self) -> None:
        """Close the file and let the runs folder go."""
        if self._enlisted:
            with (
                suppress(StorageError),
                self._transaction(),
            ):  # whoever comes next sees that this process is no more
                strike_off(self._connection, self._owner or "")
        self._connection.close()
        if self._seat is not None:
            self._seat.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _owner(self) -> str | None:
        return None if self._seat is None else self._seat.owner.id

    def _is_free(self, trial: Trial) -> bool:
        return trial.owner is None or trial.owner == self._owner

    @contextmanager
    def _claiming(self) -> Iterator[None]:
        """Make a transaction of an owner; raises StorageError for one that was taken for dead."""
        if self._seat is None:
            raise StorageError(f"{self.path}: it was opened only to read")
        if not self._enlisted:
            with self._transaction():
                enlist(self._connection, self._seat.owner, self._clock.now().timestamp())
            self._enlisted = True
        with self._transaction():
            if not is_enlisted(self._connection, self._seat.owner):
                raise StorageError(f"{self.path}: {_STRUCK_OFF}")
            yield

    def _lost(self, dead: Sequence[str]) -> list[str]:
        """Return what was about to be sent by processes that are no more."""
        rows = self._connection.execute("SELECT digest, owner FROM trials WHERE state = 'intent'")
        return [digest for digest, owner in rows if owner is None or owner in dead]

    def _known(self, digest: str) -> Trial:
        found = self._connection.execute(f"SELECT {self._columns} FROM trials WHERE digest = ?", (digest,))  # noqa: S608  our columns
        row = found.fetchone()
        if row is None:
            raise ValueError(f"the ledger does not know {digest}")
        return read_row(row)

    def _rows(self, columns: str, digests: Iterable[str]) -> Iterator[tuple[str, ...]]:
        wanted = list(digests)
        in_place = sorted(wanted)  # as they lie in the file
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(in_place), _AT_ONCE):
            part = in_place[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(f"SELECT {columns} FROM trials WHERE digest IN ({marks})", part)  # noqa: S608  columns and marks are ours
            found.update((row[0], row) for row in rows)
        return (found[digest] for digest in wanted if digest in found)

    def _write(self, old: Trial, new: Trial) -> Trial:
        now = self._now()
        new = replace(new, owner=self._owner if new.state in HELD else None)
        digest, *members = write_row(new)
        self._connection.execute(
            "UPDATE trials SET state = ?, reason = ?, prediction = ?, poll_url = ?, may_have_cost = ?, "
            "pictures = ?, attempts = ?, owner = ?, updated = ? WHERE digest = ?",
            (*members, now, digest),
        )
        detail = json.dumps(difference(old, new), ensure_ascii=False)
        self._connection.execute(
            "INSERT INTO events (time, digest, old, new, detail, owner) VALUES (?, ?, ?, ?, ?, ?)",
            (now, digest, old.state, new.state, detail, self._owner),
        )
        if new.state is not old.state:
            settle(self._connection, new)
        return new

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds")


def _state(digest: str, word: str) -> State:
    try:
        return State(word)
    except ValueError as error:
        raise sqlite3.DatabaseError(f"malformed row {digest!r}: {error}") from error


def open_ledger(path: Path, clock: Clock) -> Ledger:
    """Open the ledger to write, made when missing; several processes may.

    Raises UsageError when another program has the folder for itself, StorageError when the file cannot be used.
    """
    seat = Seat(path.parent)
    try:
        with one_at_a_time(path.parent / ".owners" / "opening"), told(path):
            return Ledger(path, connect_to_write(path), clock, seat)
    except BaseException:
        seat.release()
        raise


def read_ledger(path: Path, clock: Clock) -> Ledger:
    """Open the ledger only to read, also while a run holds the folder. A missing one reads as empty.

    Raises StorageError when the file is there and cannot be read.
    """
    with told(path):
        return Ledger(path, connect_to_read(path), clock, None)
