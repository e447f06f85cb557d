"""The darkroom's libraries that drawing processes share: each is made once, in whatever order cells ask for them.

A library (see docs/darkroom.md) costs about what a picture does and serves all pictures of one prompt and size.
The first drawing that needs one has it made; others of the same wait until it is there, while the processes draw
something else. It lies in a file, which takes a few milliseconds to read. A process that finds no file makes its
own, so nothing but time depends on what is kept here.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from teststrip.darkroom import kept

MOST: Final = 64
"""Libraries that are kept, the least recently used dropped first: some 6 MB each."""


class SharedLibraries:
    """A temporary folder with libraries, and what is known of each: a lock, and whether it is made."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._locks: dict[str, asyncio.Lock] = {}  # the least recently used first
        self._made: set[str] = set()
        self.folder = Path(tempfile.mkdtemp(prefix="teststrip-darkroom-"))

    async def ready(self, key: str, make: Callable[[], Awaitable[object]]) -> None:
        """Wait until a library is there; `make` makes it if nobody has. What `make` raises is raised here."""
        lock = self._locks[key] = self._locks.pop(key) if key in self._locks else asyncio.Lock()
        async with lock:
            if key not in self._made:
                await make()
                self._made.add(key)
        self._drop()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _drop(self) -> None:
        idle = [key for key, lock in self._locks.items() if not lock.locked()]
        for key in idle[: max(0, len(self._locks) - self._most)]:
            del self._locks[key]
            self._made.discard(key)
            kept.drop(self.folder, key)
