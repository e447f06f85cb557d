"""The memory of all runs: one SQLite file in which every move of every trial is written before it counts.

A *trial* row is how a request stands; the *events* log is how it came to stand so, and is only appended to.
Both are written in one transaction, synced to disk (WAL, synchronous=FULL) before `move` returns, so that no
crash can lose a paid prediction's id. The key is never among what is written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Self, Unpack

from teststrip.base.clock import Clock
from teststrip.base.json import Json, canonical
from teststrip.run.duration import elapsed
from teststrip.run.lock import FolderLock
from teststrip.run.sqlite import connect_to_read, connect_to_write, told
from teststrip.run.state import State, may_move
from teststrip.run.trial import COLUMNS, Entry, Facts, Trial, difference, moved, read_row, write_row

_LATEST: Final = 2000  # moves that are looked at for how long things take
_AT_ONCE: Final = 500  # digests in one question; SQLite's own limit was 999 for long


class Ledger:
    """An open ledger; made by `open_ledger` and `read_ledger`, and to be closed."""

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Clock, lock: FolderLock | None) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock
        self._lock = lock

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
            return {row[0]: read_row(row) for row in self._rows(COLUMNS, digests)}

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

    def move(self, digest: str, new: State, **facts: Unpack[Facts]) -> Trial:
        """Move a trial, and log the move; durable when this returns.

        Going back to `planned` the row forgets the attempt before, and the log keeps it. Raises ValueError for
        a move that the table of states does not have, and for a digest never entered.
        """
        with self._transaction():
            trial = self._known(digest)
            if not may_move(trial.state, new):
                raise ValueError(f"no trial goes from {trial.state} to {new} ({digest})")
            return self._write(trial, moved(trial, new, facts))

    def note(self, digest: str, reason: str) -> Trial:
        """Write down why a trial stays as it is; logged like a move."""
        with self._transaction():
            trial = self._known(digest)
            return self._write(trial, replace(trial, reason=reason))

    def recover(self) -> int:
        """Tell the truth about a crash: what was about to be sent is uncertain. Returns how many there were."""
        with told(self.path):
            rows = self._connection.execute("SELECT digest FROM trials WHERE state = 'intent'").fetchall()
        for (digest,) in rows:
            self.move(
                digest,
                State.UNCERTAIN,
                reason="the run ended while the request was on its way; it may have been accepted and billed",
                may_have_cost=True,
            )
        return len(rows)

    def log(self, digest: str) -> list[tuple[str, str | None, str, Mapping[str, Json]]]:
        """Return a trial's history, oldest first: (time, old state, new state, facts)."""
        with told(self.path):
            rows = self._connection.execute(
                "SELECT time, old, new, detail FROM events WHERE digest = ? ORDER BY number", (digest,)
            ).fetchall()
        return [(time, old, new, json.loads(detail)) for time, old, new, detail in rows]

    def close(self) -> None:
        """Close the file and let the runs folder go."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _known(self, digest: str) -> Trial:
        found = self._connection.execute(f"SELECT {COLUMNS} FROM trials WHERE digest = ?", (digest,))  # noqa: S608  our columns
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
        digest, *members = write_row(new)
        self._connection.execute(
            "UPDATE trials SET state = ?, reason = ?, prediction = ?, poll_url = ?, may_have_cost = ?, "
            "pictures = ?, attempts = ?, updated = ? WHERE digest = ?",
            (*members, now, digest),
        )
        detail = json.dumps(difference(old, new), ensure_ascii=False)
        self._connection.execute(
            "INSERT INTO events (time, digest, old, new, detail) VALUES (?, ?, ?, ?, ?)",
            (now, digest, old.state, new.state, detail),
        )
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
    """Open the ledger to write, made when missing; holds its folder until closed.

    Raises UsageError when another run holds the folder, StorageError when the file cannot be used.
    """
    lock = FolderLock(path.parent)
    try:
        with told(path):
            return Ledger(path, connect_to_write(path), clock, lock)
    except BaseException:
        lock.release()
        raise


def read_ledger(path: Path, clock: Clock) -> Ledger:
    """Open the ledger only to read, also while a run holds the folder. A missing one reads as empty.

    Raises StorageError when the file is there and cannot be read.
    """
    with told(path):
        return Ledger(path, connect_to_read(path), clock, None)
