"""The darkroom's libraries that drawing processes share: each is made once, in whatever order cells ask for them.

A library (see docs/darkroom.md) costs about what a picture does and serves all pictures of one prompt and size.
The first drawing that needs one has it made; others of the same wait until it is there, while the processes draw
something else. It lies in a file, which takes a few milliseconds to read. A process that finds no file makes its
own, so nothing but time depends on what is kept here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from teststrip.darkroom import kept

MOST: Final = 64
"""Libraries that are kept, the least recently used dropped first: some 6 MB each. Drawings of more than so many at
once wait for one another, so that none is dropped that is waited for."""

_PREFIX: Final = "teststrip-darkroom-"


@dataclass(slots=True)
class _Kept:
    """What is known of a library: who makes it, whether it is made, and how many draw from it."""

    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    made: bool = False
    users: int = 0


class SharedLibraries:
    """A temporary folder with libraries, and what is known of each."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[str, _Kept] = {}  # the least recently used first
        self._places = asyncio.Semaphore(most)  # one for each library that is drawn from
        remove_orphans(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))

    @contextlib.asynccontextmanager
    async def ready(self, key: str, make: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
        """Wait until a library is there, and hold it within; `make` makes it if nobody has.

        What `make` raises is raised here.
        """
        await self._enter(key)
        try:
            library = self._kept[key]
            async with library.making:
                if not library.made:
                    await make()
                    library.made = True
            yield
        finally:
            self._leave(key)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _enter(self, key: str) -> None:
        if not self._users(key):
            await self._places.acquire()
            if self._users(key):  # meanwhile another has taken a place for it
                self._places.release()
        library = self._kept[key] = self._kept.pop(key) if key in self._kept else _Kept()
        library.users += 1
        idle = [name for name, other in self._kept.items() if not other.users]
        for name in idle[: max(0, len(self._kept) - self._most)]:
            self._forget(name)

    def _leave(self, key: str) -> None:
        library = self._kept[key]
        library.users -= 1
        if not library.users:
            self._places.release()
            if not library.made:
                self._forget(key)

    def _users(self, key: str) -> int:
        return self._kept[key].users if key in self._kept else 0

    def _forget(self, key: str) -> None:
        del self._kept[key]
        kept.drop(self.folder, key)


def remove_orphans(temporary: Path) -> None:
    """Remove our folders whose process is gone: it was killed along with its drawing processes.

    Where processes do not see each other but share a folder, this may take a library from one that is alive; it
    makes another.
    """
    if not hasattr(os, "getuid"):
        return  # Windows; `os.kill` would end a process there
    for folder in temporary.glob(f"{_PREFIX}*"):
        found = re.fullmatch(r"(\d{1,9})-\w+", folder.name.removeprefix(_PREFIX), re.ASCII)
        with contextlib.suppress(OSError):
            if found and folder.lstat().st_uid == os.getuid() and not _is_alive(int(found[1])):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
