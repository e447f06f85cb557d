"""Opening the ledger's file with SQLite, and what SQLite's complaints mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from teststrip.errors import StorageError
from teststrip.run.tables import migrate, schema_version

_BUSY: Final = 10.0  # seconds to wait for a reader that holds the file

# What SQLite says -> what a person should do.
_ADVICE: Final = (
    ("locked", "another program is using it; close that program, then run again"),
    ("readonly", "it cannot be written; make the file and its folder writable"),
    ("unable to open", "it cannot be opened; check that the folder exists and can be written"),
    ("full", "the disk is full; make room, then run again"),
    ("disk i/o", "the disk failed; check it, then run again"),
    (
        "malformed",
        (
            "it is damaged; restore it from a copy, or recover it with `sqlite3 LEDGER .recover`; the pictures in "
            "the store are whole, but without the ledger they would be paid for again"
        ),
    ),
    (
        "not a database",
        (
            "it is not a ledger, or not any more; restore it from a copy, or choose another --runs-dir; without "
            "it, what was paid for would be paid for again"
        ),
    ),
)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StorageError: the file, what SQLite says, what to do."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged file's own words need not be text
        said = str(error) if isinstance(error, sqlite3.Error) else "malformed text"
        advice = next((text for sign, text in _ADVICE if sign in said.lower()), "it cannot be used")
        raise StorageError(f"{path}: {advice} (SQLite: {said})") from error


def connect_to_write(path: Path, *, lasting: bool = True) -> sqlite3.Connection:
    """Open the file, made when missing, in WAL mode, with this version's tables.

    It is synced at every commit if it is to be `lasting`, and else never.
    """
    # A thread commits what the event loop has written (see `journal`), one of them at a time.
    connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'OFF'}")
        migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def file_id(path: Path) -> tuple[int, int] | None:
    """Tell which file lies there, by device and number; None where none does.

    SQLite writes on into a file that was removed, and all of it is lost when it is closed.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def begin(connection: sqlite3.Connection, *, patient: bool) -> bool:
    """Begin to write; False, unless `patient`, when another process is writing just then."""
    if patient:
        connection.execute("BEGIN IMMEDIATE")
        return True
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * _BUSY)}")
    return True


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open the file only to read; one that is missing, or has no table yet, reads as empty."""
    connection = _connect_as(path, "mode=ro") if path.exists() else None
    if connection is None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(connection, path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect_as(path: Path, mode: str) -> sqlite3.Connection | None:
    address = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY, isolation_level=None)
    try:
        version = schema_version(connection, path)
    except sqlite3.OperationalError:
        connection.close()
        # In a folder that cannot be written, SQLite can make no shared memory beside the file. Without a log
        # beside it the file is complete, and may be read as one that nobody changes.
        if "immutable" in mode or Path(f"{path}-wal").exists():
            raise
        return _connect_as(path, "mode=ro&immutable=1")
    except BaseException:
        connection.close()
        raise
    if version == 0:
        connection.close()
        return None
    return connection
