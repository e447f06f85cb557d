"""The ledger's tables, and how an older ledger becomes a newer one."""

from __future__ import annotations

import sqlite3
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
)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a ledger to this version's schema, one version a transaction.

    Raises StorageError for a ledger that a newer teststrip has written.
    """
    version = schema_version(connection, path)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
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
