"""The memory of all runs: one SQLite file in which every move of every trial is written before it counts.

A *trial* row is how a request stands; the *events* log is how it came to stand so, and is only appended to: each
event has the happening and the members that it changed, so that the log, from its beginning, gives the row. Both
are written in one transaction, together with what the move means for money (see `money`), and synced to disk (WAL,
synchronous=FULL) before `move` returns, so that no crash can lose a paid prediction's id. Several steps may share
one transaction, and one sync (see `journal`). Several processes may use it at once: `begin` and `take` claim a
trial for this one (see `owner`). The key is never among what is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self, Unpack

from teststrip.base.clock import Clock
from teststrip.errors import StorageError
from teststrip.run import query
from teststrip.run.ledger_reading import ENDED, LedgerReading
from teststrip.run.lock import one_at_a_time
from teststrip.run.money import BudgetWish, Charge, reserve, set_budget
from teststrip.run.moves import entry_rows, insert_entries, write_move
from teststrip.run.owner import Seat, enlist, is_enlisted, renew, strike_off
from teststrip.run.sqlite import connect_to_read, connect_to_write, told
from teststrip.run.state import HELD, Happening, State, after
from teststrip.run.tables import RunRow, write_run
from teststrip.run.transactions import Transactions
from teststrip.run.trial import Entry, Facts, Taken, Trial, moved
from teststrip.run.turns import claim_turn, put_off

_NOTE: Final = "note"
_STRUCK_OFF: Final = "another process has taken this one for dead, and goes on in its place; run again"


class Ledger(LedgerReading):
    """An open ledger; made by `open_ledger` and `read_ledger`, and to be closed."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, clock: Clock, seat: Seat | None, *, lasting: bool = True
    ) -> None:
        super().__init__(path, connection, clock, seat)
        self.lasting = lasting
        self._writing = Transactions(path, connection, lasting=lasting)
        self._transaction = self._writing.step
        self._enlisted = False
        self._new = False  # enlisted by the group that is open

    def enter(self, entries: Iterable[Entry]) -> None:
        """Write down requests as planned, all in one transaction; those already known are left as they are."""
        rows = entry_rows(entries, self._now())
        with self._transaction():
            insert_entries(self._connection, rows)

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

    def begin(
        self, digest: str, may: Callable[[Trial], bool], charge: Charge | None = None, remembered: float = 0.0
    ) -> Trial:
        """Claim a trial for sending: its intent and its money, in one transaction; durable when this returns.

        `may` says of the trial as it stands now whether it may be sent. `remembered` is for how many seconds the
        server knows an idempotency key, 0 where it takes none: the trial comes back with the key to send, which
        is that of its latest submit as long as that may not be paid for twice. Raises Taken when it may not be
        sent or another process has it, OverBudget when the run's budget has no room; then nothing is written.
        """
        with self._claiming():
            trial = self.known(digest)
            if not self._is_free(trial) or trial.state is State.INTENT or not may(trial):
                raise Taken(trial)
            now = self.time
            same = bool(remembered) and trial.repeatable(now)
            # What may be paid for already stays so: that this try is turned away says nothing of the one before.
            facts: Facts = {"may_have_cost": trial.may_have_cost} if same else {}
            if remembered and not same:
                facts = {
                    "idempotency": f"{digest[:40]}-{trial.attempts + 1}",
                    "repeat_until": now + remembered,
                }
            if charge is not None:
                reserve(self._connection, digest, trial.attempts + 1, charge, same=same)
            if trial.state is not State.PLANNED:
                trial = self._happen(trial, Happening.RETRY, {})
            return self._happen(trial, Happening.SEND, facts)

    def take(self, digest: str) -> Trial:
        """Claim an accepted trial for following. Raises Taken when it is none, or another process follows it."""
        with self._claiming():
            trial = self.known(digest)
            if not self._is_free(trial) or trial.state is not State.SUBMITTED:
                raise Taken(trial)
            self._connection.execute("UPDATE trials SET owner = ? WHERE digest = ?", (self._owner, digest))
            return trial._replace(owner=self._owner)

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

    def has(self, trial: Trial) -> bool:
        """Tell whether this process has a trial on its way, or follows it."""
        return self._owner is not None and trial.owner == self._owner

    def renew(self) -> None:
        """Move this process's lease on."""
        if self._enlisted and self._seat is not None:
            with self._transaction():
                renew(self._connection, self._seat.owner, self.time)

    def move(self, digest: str, what: Happening, **facts: Unpack[Facts]) -> Trial:
        """Move a trial, and log the move; durable when this returns.

        Going back to `planned` the row forgets the attempt before, and the log keeps it. Raises ValueError for
        what cannot happen to it as it stands, and for a digest never entered.
        """
        with self._transaction():
            trial = self.known(digest)
            if after(trial.state, what) is None:
                if self._is_struck_off():
                    raise StorageError(f"{self.path}: {_STRUCK_OFF}")
                raise ValueError(f"to {what} is nothing that happens to a trial that is {trial.state} ({digest})")
            if not self._is_free(trial):
                raise StorageError(f"{self.path}: {_STRUCK_OFF}")
            return self._happen(trial, what, facts)

    def note(self, digest: str, reason: str) -> Trial:
        """Write down why a trial stays as it is; logged like a move."""
        with self._transaction():
            trial = self.known(digest)
            return self._write(trial, trial._replace(reason=reason), _NOTE)

    def bound_key(self, digest: str, until: float) -> Trial:
        """Write down that a trial's idempotency key is known until then only (seconds since 1970)."""
        with self._transaction():
            trial = self.known(digest)
            return self._write(trial, trial._replace(repeat_until=until), _NOTE)

    def recover(self) -> int:
        """Tell the truth about processes that ended, and return how many of their trials are uncertain.

        Those are what was about to be sent; what such a process followed is anybody's to follow.
        """
        now = self.time
        with told(self.path):
            dead = self._dead(now)
            lost = query.lost_with(self._connection, dead)
        if not dead and not lost:
            return 0
        with self._transaction():
            lost = query.lost_with(self._connection, dead)
            for digest in lost:
                facts: Facts = {"reason": ENDED, "may_have_cost": True}
                self._happen(self.known(digest), Happening.LOSE_ANSWER, facts)
            for name in dead:
                strike_off(self._connection, name)
        return len(lost)

    def turn(self, target: str, gap: float) -> float:
        """Claim the next turn to submit to a target, `gap` seconds after the last; return the seconds until then.

        Of all processes that use this ledger. Raises StorageError.
        """
        with self._transaction():
            return claim_turn(self._connection, target, gap, self.time)

    def slow_down(self, target: str, seconds: float) -> None:
        """Let no process submit to a target for so long."""
        with self._transaction():
            put_off(self._connection, target, self.time + seconds)

    def open_group(self, *, durable: bool, patient: bool = True) -> bool:
        """Begin a transaction that the steps to come share (see `transactions`); False where it was not begun."""
        return self._writing.open_group(durable=durable, patient=patient)

    def close_group(self) -> None:
        """Commit what the steps since `open_group` wrote. Raises StorageError, and then none of it is written."""
        try:
            self._writing.commit()
            self._new = False
        finally:
            self.drop_group()

    def drop_group(self) -> None:
        """Undo what the steps since `open_group` wrote, unless it is committed."""
        if self._new:
            self._enlisted = self._new = False
        self._writing.drop_group()

    def close(self) -> None:
        """Close the file and let the runs folder go."""
        if self._enlisted:
            # Whoever comes next sees that this process is no more.
            with suppress(StorageError), self._transaction():
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
                enlist(self._connection, self._seat.owner, self.time)
            self._enlisted = True
            self._new = self._writing.grouped
        with self._transaction():
            if self._is_struck_off():
                raise StorageError(f"{self.path}: {_STRUCK_OFF}")
            yield

    def _is_struck_off(self) -> bool:
        return self._seat is not None and self._enlisted and not is_enlisted(self._connection, self._seat.owner)

    def _happen(self, trial: Trial, what: Happening, facts: Facts) -> Trial:
        return self._write(trial, moved(trial, what, facts), what)

    def _write(self, old: Trial, new: Trial, what: str) -> Trial:
        now = self._now()
        new = new._replace(owner=self._owner if new.state in HELD else None)
        write_move(self._connection, old, new, what, now, self._owner)
        return new

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds")


def open_ledger(path: Path, clock: Clock, *, lasting: bool = True) -> Ledger:
    """Open the ledger to write, made when missing; several processes may.

    One that is not `lasting` is a replay's: nothing in it was paid for, so nothing is synced.
    Raises UsageError when another program has the folder for itself, StorageError when the file cannot be used.
    """
    seat = Seat(path.parent)
    try:
        with one_at_a_time(path.parent / ".owners" / "opening"), told(path):
            return Ledger(path, connect_to_write(path, lasting=lasting), clock, seat, lasting=lasting)
    except BaseException:
        seat.release()
        raise


def read_ledger(path: Path, clock: Clock) -> Ledger:
    """Open the ledger only to read, also while a run holds the folder. A missing one reads as empty.

    Raises StorageError when the file is there and cannot be read.
    """
    with told(path):
        return Ledger(path, connect_to_read(path), clock, None)
