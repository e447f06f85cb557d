"""What is asked of the ledger's file, as SQL: each function takes an open connection and changes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from teststrip.base.json import Json
from teststrip.run.duration import elapsed
from teststrip.run.state import State
from teststrip.run.trial import Trial, read_row

_MILLION: Final = 10**6
_LATEST: Final = 2000  # moves that are looked at for how long things take
_AT_ONCE: Final = 500  # digests in one question; SQLite's own limit was 999 for long


def known(connection: sqlite3.Connection, columns: str, digest: str) -> Trial:
    """Return a trial; raises ValueError for a digest never entered."""
    found = connection.execute(f"SELECT {columns} FROM trials WHERE digest = ?", (digest,))  # noqa: S608  our columns
    row = found.fetchone()
    if row is None:
        raise ValueError(f"the ledger does not know {digest}")
    return read_row(row)


def rows_of(connection: sqlite3.Connection, columns: str, digests: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Return these rows of the trials, in the order asked, those never entered left out; digest comes first."""
    wanted = list(digests)
    in_place = sorted(wanted)  # as they lie in the file
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(in_place), _AT_ONCE):
        part = in_place[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        rows = connection.execute(f"SELECT {columns} FROM trials WHERE digest IN ({marks})", part)  # noqa: S608  columns and marks are ours
        found.update((row[0], row) for row in rows)
    return (found[digest] for digest in wanted if digest in found)


def states_of(connection: sqlite3.Connection, digests: Iterable[str]) -> dict[str, State]:
    """Return the states of these requests, in the order asked; those never entered are left out."""
    return {row[0]: _state(*row) for row in rows_of(connection, "digest, state", digests)}


def targets_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the target of every request, by digest."""
    return dict(connection.execute("SELECT digest, target FROM trials ORDER BY digest"))


def request_of(connection: sqlite3.Connection, digest: str) -> dict[str, Json] | None:
    """Return a request as it was entered, or None."""
    row = connection.execute("SELECT request FROM trials WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else json.loads(row[0])


def durations_of(connection: sqlite3.Connection, provider: str, model: str, target: str) -> list[float]:
    """Return the seconds that the latest requests took there, from being sent to being done, oldest first."""
    rows = connection.execute(
        "SELECT latest.digest, latest.new, latest.time "
        "FROM (SELECT * FROM events ORDER BY number DESC LIMIT ?) AS latest JOIN trials USING (digest) "
        "WHERE provider = ? AND model = ? AND target = ? AND latest.new IN ('intent', 'done') "
        "ORDER BY latest.number",
        (_LATEST, provider, model, target),
    ).fetchall()
    return elapsed(rows)


def spent_of(connection: sqlite3.Connection, digests: Iterable[str]) -> dict[str, int]:
    """Return what the latest submits of these requests cost, in millionths: those spent, and with a price."""
    wanted = set(digests)
    rows = connection.execute(
        "SELECT digest, amount FROM money WHERE status = 'spent' AND amount IS NOT NULL ORDER BY digest, attempt"
    )
    return {digest: amount for digest, amount in rows if digest in wanted}


def moved_since(connection: sqlite3.Connection, number: int) -> tuple[int, list[str]]:
    """Return the number of the latest move, and which requests moved after `number`, the first to move first."""
    latest = connection.execute("SELECT COALESCE(MAX(number), 0) FROM events").fetchone()[0]
    rows = connection.execute(
        "SELECT digest FROM events WHERE number > ? AND number <= ? GROUP BY digest ORDER BY MIN(number)",
        (number, latest),
    )
    return latest, [digest for (digest,) in rows]


def prices_of(connection: sqlite3.Connection, digests: Container[str]) -> dict[str, tuple[Decimal, str]]:
    """Return what requests cost or may have cost, over all submits of all runs, with the unit of the last run."""
    rows = connection.execute(
        "SELECT digest, amount, unit FROM money JOIN runs ON runs.id = money.run "
        "WHERE status IN ('spent', 'uncertain') AND amount IS NOT NULL ORDER BY digest, attempt"
    )
    found: dict[str, tuple[Decimal, str]] = {}
    for digest, amount, unit in rows:
        if digest in digests:
            before = found.get(digest, (Decimal(0), ""))[0]
            found[digest] = before + Decimal(amount) / _MILLION, unit
    return found


def took_of(connection: sqlite3.Connection, digests: Container[str]) -> dict[str, float]:
    """Return the seconds from the last submit of requests until they were done."""
    begun: dict[str, datetime] = {}
    took: dict[str, float] = {}
    moves = connection.execute(
        "SELECT digest, new, time FROM events WHERE new IN ('intent', 'done') ORDER BY number"
    )
    for digest, state, time in moves:
        if digest not in digests:
            continue
        if state == "intent":
            begun[digest] = datetime.fromisoformat(time)
        elif digest in begun:
            took[digest] = max(0.0, (datetime.fromisoformat(time) - begun.pop(digest)).total_seconds())
    return took


def log_of(connection: sqlite3.Connection, digest: str) -> list[tuple[str, str | None, str, Mapping[str, Json]]]:
    """Return a trial's history, oldest first: (time, old state, new state, facts)."""
    rows = connection.execute(
        "SELECT time, old, new, detail FROM events WHERE digest = ? ORDER BY number", (digest,)
    ).fetchall()
    return [(time, old, new, json.loads(detail)) for time, old, new, detail in rows]


def lost_with(connection: sqlite3.Connection, dead: Iterable[str]) -> list[str]:
    """Return what was about to be sent by processes that are no more."""
    gone = set(dead)
    rows = connection.execute("SELECT digest, owner FROM trials WHERE state = 'intent'")
    return [digest for digest, owner in rows if owner is None or owner in gone]


def _state(digest: str, word: str) -> State:
    try:
        return State(word)
    except ValueError as error:
        raise sqlite3.DatabaseError(f"malformed row {digest!r}: {error}") from error
