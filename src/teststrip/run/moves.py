"""A move on paper: the trial's row, the event in the log, and what it means for the run's money."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from teststrip.base.json import canonical
from teststrip.run.money import settle
from teststrip.run.state import State
from teststrip.run.trial import COLUMNS, Entry, Trial, difference, write_row

_MEMBERS: Final = ", ".join(f"{name} = ?" for name in COLUMNS.split(", ")[1:])
_UPDATE: Final = f"UPDATE trials SET {_MEMBERS}, updated = ? WHERE digest = ?"  # noqa: S608  our columns


def entry_rows(entries: Iterable[Entry], now: str) -> list[tuple[str, ...]]:
    """Return what is written of requests that are planned; made before the file is locked for it."""
    return [
        (e.digest, e.provider, e.model, e.target, canonical(e.request).decode(), State.PLANNED, now, now)
        for e in entries
    ]


def insert_entries(connection: sqlite3.Connection, rows: Sequence[tuple[str, ...]]) -> None:
    """Write down requests as planned; those already known are left as they are."""
    connection.executemany(
        "INSERT OR IGNORE INTO trials (digest, provider, model, target, request, state, created, updated) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def write_move(
    connection: sqlite3.Connection, old: Trial, new: Trial, what: str, now: str, owner: str | None
) -> None:
    """Write down how a trial stands, what changed and by whom, and settle its money."""
    digest, *members = write_row(new)
    connection.execute(_UPDATE, (*members, now, digest))
    detail = json.dumps(difference(old, new), ensure_ascii=False)
    connection.execute(
        "INSERT INTO events (time, digest, old, new, what, detail, owner) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (now, digest, old.state, new.state, what, detail, owner),
    )
    if new.state is not old.state:
        settle(connection, new)
