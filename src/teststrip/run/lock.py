"""One writer to a runs folder at a time, by a lock that the system lets go of when its process ends."""

from __future__ import annotations

import os
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

    Raises UsageError when another process holds it. Where the system has no flock (Windows), nothing is held.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / ".lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise StorageError(
                f"{path}: cannot be made ({error.strerror or error}); choose a runs folder that can be written"
            ) from error
        try:
            if HAS_FLOCK:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise UsageError(
                f"another run is using this folder ({folder}); wait for it, or choose another --runs-dir"
            ) from None
        except OSError as error:
            os.close(self._descriptor)
            raise StorageError(f"{path}: cannot be locked ({error.strerror or error})") from error

    def release(self) -> None:
        """Let the folder go; the lock file stays, since removing it could take it from under the next holder."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
