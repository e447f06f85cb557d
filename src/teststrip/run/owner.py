"""The processes that share a runs folder: which has what on its way, and which of them are still there.

A process that sends or follows requests is an *owner*. It holds a lock on a file of its own,
`<folder>/.owners/<id>`, which the system lets go of when the process ends, however it ends: so on one machine a
death is seen at once. Where there is no such lock, or the owner is on another machine, its *lease* counts: a
time in the ledger that it moves on while it lives.
"""

from __future__ import annotations

import os
import platform
import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from teststrip.errors import StorageError
from teststrip.run.lock import HAS_FLOCK, FolderLock

if HAS_FLOCK:
    import fcntl

LEASE: Final = 30.0  # seconds
RENEW: Final = 10.0  # seconds

_FOLDER: Final = ".owners"


class Owner:
    """This process beside a ledger, from its making until `release` or the end of the process.

    `id` is drawn anew for each; no picture and no digest depends on it.
    """

    def __init__(self, folder: Path) -> None:
        self.id = secrets.token_hex(8)
        self.folder = folder
        self._path = folder / _FOLDER / self.id
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            if HAS_FLOCK:
                with suppress(OSError):  # a file system without locks: the lease counts
                    fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StorageError(
                f"{self._path}: cannot be made ({error.strerror or error}); choose a runs folder that can be "
                "written"
            ) from error

    def release(self) -> None:
        """Be no owner any more."""
        if self._descriptor >= 0:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._descriptor)
            self._descriptor = -1


class Seat:
    """A process's place in a runs folder: the folder's lock, and itself as an owner."""

    def __init__(self, folder: Path) -> None:
        self._lock = FolderLock(folder, shared=True)
        try:
            self.owner = Owner(folder)
        except BaseException:
            self._lock.release()
            raise

    def release(self) -> None:
        """Let both go."""
        self.owner.release()
        self._lock.release()


def enlist(connection: sqlite3.Connection, owner: Owner, now: float) -> None:
    """Write down an owner, with a lease from `now` (seconds since 1970)."""
    connection.execute(
        "INSERT INTO owners (id, pid, host, expires) VALUES (?, ?, ?, ?)",
        (owner.id, os.getpid(), platform.node(), now + LEASE),
    )


def renew(connection: sqlite3.Connection, owner: Owner, now: float) -> None:
    """Move an owner's lease on; does nothing for one that was struck off."""
    connection.execute("UPDATE owners SET expires = ? WHERE id = ?", (now + LEASE, owner.id))


def is_enlisted(connection: sqlite3.Connection, owner: Owner) -> bool:
    """Tell whether an owner is still written down: another process strikes off one that it takes for dead."""
    return connection.execute("SELECT 1 FROM owners WHERE id = ?", (owner.id,)).fetchone() is not None


def strike_off(connection: sqlite3.Connection, name: str) -> None:
    """Write down that an owner is no more: nobody follows its predictions now."""
    connection.execute("UPDATE trials SET owner = NULL WHERE owner = ?", (name,))
    connection.execute("DELETE FROM owners WHERE id = ?", (name,))


def dead_owners(connection: sqlite3.Connection, folder: Path, now: float, own: str = "") -> list[str]:
    """Return the owners, among those that are written down or have trials, that are no more; `own` is there."""
    rows = connection.execute(
        "SELECT id, host, expires FROM owners UNION ALL SELECT DISTINCT owner, '', 0.0 FROM trials "
        "WHERE owner IS NOT NULL AND owner NOT IN (SELECT id FROM owners)"
    ).fetchall()
    return [name for name, host, expires in rows if name != own and not _lives(folder, name, host, expires, now)]


def _lives(folder: Path, name: str, host: str, expires: float, now: float) -> bool:
    leased = expires > now
    if not HAS_FLOCK or host != platform.node():
        return leased
    try:
        descriptor = os.open(folder / _FOLDER / name, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return leased
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return leased
    else:
        with suppress(OSError):
            (folder / _FOLDER / name).unlink()
        return False
    finally:
        os.close(descriptor)
