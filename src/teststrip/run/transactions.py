"""What is written together: transactions of one step each, and those that several steps share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from teststrip.errors import StorageError
from teststrip.run.sqlite import begin, file_id, told

_SPOILT: Final = "something that was to be written together with this could not be; run again"
_GONE: Final = "it was removed or replaced while it was in use; put the runs folder back, then run again"


class Transactions:
    """The transactions of an open ledger, one at a time; `lasting` ones are synced to disk."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, lasting: bool) -> None:
        self.grouped = False  # a group is open
        self._path = path
        self._connection = connection
        self._lasting = lasting
        self._spoilt = False
        self._file = file_id(path)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Write all of it or nothing: a transaction, or a step of the group's.

        A step looks before it writes. One that fails when it has written (the disk is full) spoils its group.
        """
        with told(self._path):
            if self.grouped:
                if self._spoilt:
                    raise StorageError(f"{self._path}: {_SPOILT}")
                before = self._connection.total_changes
                try:
                    yield
                except BaseException:
                    # SQLite itself ends a transaction for which there is no room; what follows would stand alone.
                    ended = not self._connection.in_transaction
                    if ended or self._connection.total_changes != before:
                        self._spoilt = True
                    raise
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def open_group(self, *, durable: bool, patient: bool = True) -> bool:
        """Begin a transaction that the steps to come share, until `commit` or `drop_group`.

        One that is not `durable` is synced with the next that is: for what is told anew at no cost if the machine
        loses its power meanwhile, such as what becomes of a prediction whose id is on disk. Without being
        `patient` it waits for no other process that writes just then, but returns False.
        """
        if file_id(self._path) != self._file:
            raise StorageError(f"{self._path}: {_GONE}")
        with told(self._path):
            if self._lasting:
                self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self.grouped = begin(self._connection, patient=patient)
        return self.grouped

    def commit(self) -> None:
        """Commit what the steps since `open_group` wrote. Raises StorageError where one of them failed."""
        if self._spoilt:
            raise StorageError(f"{self._path}: {_SPOILT}")
        with told(self._path):
            self._connection.execute("COMMIT")

    def drop_group(self) -> None:
        """Undo what the steps since `open_group` wrote, unless it is committed."""
        self.grouped = self._spoilt = False
        with told(self._path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if self._lasting:
                self._connection.execute("PRAGMA synchronous = FULL")
