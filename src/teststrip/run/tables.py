"""The ledger's tables, and how an older ledger becomes a newer one."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from teststrip.errors import StorageError

# Statement groups: number n brings a ledger from schema version n to n + 1. Never change one that was released.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE trials (
            digest        TEXT PRIMARY KEY,
            provider      TEXT NOT NULL,
            model         TEXT NOT NULL,
            target        TEXT NOT NULL,
            request       TEXT NOT NULL,               -- canonical JSON
            state         TEXT NOT NULL,
            reason        TEXT NOT NULL DEFAULT '',
            prediction    TEXT,                        -- the server's id
            poll_url      TEXT,
            may_have_cost INTEGER NOT NULL DEFAULT 0,
            pictures      TEXT NOT NULL DEFAULT '[]',  -- JSON: sha256, media_type, size
            attempts      INTEGER NOT NULL DEFAULT 0,  -- submits, over all runs
            created       TEXT NOT NULL,               -- ISO 8601, UTC
            updated       TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX trials_on_their_way ON trials (digest) WHERE state = 'intent'",
        """
        CREATE TABLE events (
            number INTEGER PRIMARY KEY,
            time   TEXT NOT NULL,
            digest TEXT NOT NULL,
            old    TEXT,
            new    TEXT NOT NULL,
            detail TEXT NOT NULL                       -- JSON
        )
        """,
    ),
    (
        "ALTER TABLE trials ADD COLUMN owner TEXT",
        "ALTER TABLE events ADD COLUMN owner TEXT",
        "CREATE INDEX trials_owned ON trials (owner) WHERE owner IS NOT NULL",
        "CREATE INDEX events_of_a_trial ON events (digest, number)",
        """
        CREATE TABLE owners (                          -- processes that may have requests on their way
            id      TEXT PRIMARY KEY,
            pid     INTEGER NOT NULL,
            host    TEXT NOT NULL,
            expires REAL NOT NULL                      -- seconds since 1970, for where its end cannot be seen
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE runs (
            id       TEXT PRIMARY KEY,                 -- the run's folder
            plan     TEXT NOT NULL,
            title    TEXT NOT NULL,
            provider TEXT NOT NULL,
            model    TEXT NOT NULL,
            target   TEXT NOT NULL,
            cells    INTEGER NOT NULL,
            unit     TEXT NOT NULL,                    -- of the amounts; '' where nothing has a price
            created  TEXT NOT NULL,
            updated  TEXT NOT NULL,
            stopped  TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE budgets (                         -- amounts are millionths of the unit
            run  TEXT PRIMARY KEY,
            most INTEGER,                              -- NULL: as much as it takes
            held INTEGER NOT NULL DEFAULT 0            -- reserved, spent and uncertain
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE money (
            digest  TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            run     TEXT NOT NULL,
            amount  INTEGER,                           -- NULL: the page has no price
            status  TEXT NOT NULL,                     -- reserved, spent, uncertain, released
            PRIMARY KEY (digest, attempt)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX money_of_a_run ON money (run)",
    ),
    (
        "ALTER TABLE trials ADD COLUMN idempotency TEXT",  # the key that its submit carried
        "ALTER TABLE trials ADD COLUMN repeat_until REAL",  # seconds since 1970: so long the server knows that key
        "ALTER TABLE events ADD COLUMN what TEXT",
        """
        CREATE TABLE pace (                            -- of submits, over all processes
            target TEXT PRIMARY KEY,
            next   REAL NOT NULL                       -- seconds since 1970, when the next may leave
        ) WITHOUT ROWID
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the ledger lists it; `id` is the name of its folder, `unit` that of its amounts of money."""

    id: str
    plan: str
    title: str
    provider: str
    model: str
    target: str
    cells: int
    unit: str


def write_run(connection: sqlite3.Connection, run: RunRow, now: str) -> None:
    """Write down a run that begins or goes on, within a transaction."""
    connection.execute(
        "INSERT INTO runs (id, plan, title, provider, model, target, cells, unit, created, updated) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "plan = excluded.plan, title = excluded.title, unit = excluded.unit, updated = excluded.updated, "
        "stopped = ''",
        (*astuple(run), now, now),
    )


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a ledger to this version's schema, one version a transaction.

    Raises StorageError for a ledger that a newer teststrip has written.
    """
    version = schema_version(connection, path)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if schema_version(connection, path) >= number:  # another process was first
                connection.execute("ROLLBACK")
                continue
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return a ledger's schema version, 0 for a new one; raises StorageError when it is too new to read."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StorageError(
            f"{path}: was written by a newer teststrip (schema {version}, this one knows {len(MIGRATIONS)}); "
            "update teststrip"
        )
    return version
