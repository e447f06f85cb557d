"""Who may use a runs folder at once, by a lock that the system lets go of when its process ends.

Runs share a folder; what tidies it up has it alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from teststrip.errors import StorageError, UsageError

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows has no flock
    HAS_FLOCK = False
else:
    HAS_FLOCK = True


class FolderLock:
    """Holds `<folder>/.lock` from its making until `release`, or the end of the process.

    Others may hold it too if all of them have it `shared`. Raises UsageError when another process keeps it from
    being had. Where the system has no flock (Windows), nothing is held.
    """

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self._descriptor = _opened(folder / ".lock")
        try:
            if HAS_FLOCK:
                fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            who = "another program has this folder for itself" if shared else "another run is using this folder"
            raise UsageError(f"{who} ({folder}); wait for it, or choose another --runs-dir") from None
        except OSError as error:
            os.close(self._descriptor)
            raise StorageError(f"{folder / '.lock'}: cannot be locked ({error.strerror or error})") from error

    def release(self) -> None:
        """Let the folder go; the lock file stays, since removing it could take it from under the next holder."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@contextmanager
def shared_turn(folder: Path) -> Iterator[None]:
    """Hold a folder beside others as `FolderLock` does, after waiting for whoever has it for itself."""
    descriptor = _opened(folder / ".lock")
    try:
        if HAS_FLOCK:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            except OSError as error:
                raise StorageError(f"{folder / '.lock'}: cannot be locked ({error.strerror or error})") from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process at a time through what is short and must not be done by two; waits for its turn."""
    descriptor = _opened(path)
    try:
        if HAS_FLOCK:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            except OSError as error:
                raise StorageError(f"{path}: cannot be locked ({error.strerror or error})") from error
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be made ({error.strerror or error}); choose a runs folder that can be written"
        ) from error
