"""Whose turn it is to submit, over all processes that share a ledger.

A target's row in `pace` has the time when the next request may leave: a token bucket that holds one token, as
the generic cell rate algorithm keeps it (ITU-T I.371, annex A, as virtual scheduling). Times are seconds since
1970, by the machine's clock; all of this happens within the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Final

# Seconds that the next turn may be away, beyond what many processes in line would explain: a server that asks for
# more than ten minutes ends a run, and a clock that was set back must not stop all runs until it has caught up.
_FARTHEST: Final = 660.0
_PROCESSES: Final = 16


def claim_turn(connection: sqlite3.Connection, target: str, gap: float, now: float) -> float:
    """Take the next turn, which puts the one after it off by `gap`; return the seconds until it comes."""
    row = connection.execute("SELECT next FROM pace WHERE target = ?", (target,)).fetchone()
    mine = now if row is None else max(now, row[0])
    if mine - now > _FARTHEST + _PROCESSES * gap:
        mine = now
    _set(connection, target, mine + gap)
    return mine - now


def put_off(connection: sqlite3.Connection, target: str, until: float) -> None:
    """Let the next turn come no earlier than `until`."""
    row = connection.execute("SELECT next FROM pace WHERE target = ?", (target,)).fetchone()
    if row is None or row[0] < until:
        _set(connection, target, until)


def _set(connection: sqlite3.Connection, target: str, following: float) -> None:
    connection.execute(
        "INSERT INTO pace (target, next) VALUES (?, ?) ON CONFLICT (target) DO UPDATE SET next = excluded.next",
        (target, following),
    )
