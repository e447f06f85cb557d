"""Pictures kept by their content: `<root>/ab/abcd….png`, identical bytes once, whole or not at all."""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from teststrip.base.files import keep_staged, stage, write_whole
from teststrip.base.json import sha256
from teststrip.errors import StorageError
from teststrip.run.model import Artifact
from teststrip.run.sniff import SUFFIXES, PictureKind, sniff

_T = TypeVar("_T")
_BLOCK: Final = 2 * 1024 * 1024  # bytes of a picture that wait in memory to be written


class Store:
    """The pictures of all runs. `root` is made when the first picture comes.

    One that is not `lasting` does not sync what arrives part by part: a replay's is made anew anyway.
    """

    def __init__(self, root: Path, *, lasting: bool = True) -> None:
        self.root = root.absolute()
        self.lasting = lasting
        self._root = str(self.root)

    def put(self, data: bytes) -> Artifact:
        """Keep a picture, byte for byte; it is on disk, whole and synced, when this returns.

        Raises ExchangeError (kind `protocol`) for bytes that are no whole picture, and StorageError when they
        cannot be written.
        """
        kind = sniff(data)
        artifact = self.artifact(sha256(data), kind.media_type, len(data))
        try:
            if not (self.has(artifact) and artifact.path.read_bytes() == data):
                write_whole(artifact.path, data)
        except OSError as error:
            raise _unwritten(artifact.path, error) from error
        return artifact

    def receive(self) -> Incoming:
        """Begin to take in a picture part by part."""
        return Incoming(self)

    async def aside(self, act: Callable[[], _T]) -> _T:
        """Do something with an incoming picture: in a thread, unless nothing is synced, so that it is quick."""
        import asyncio  # noqa: PLC0415  loaded already; commands that run nothing know of stores too

        return await asyncio.to_thread(act) if self.lasting else act()

    def stage(self) -> tuple[int, str]:
        """Open a file that is to become a picture; return its descriptor and its name. Raises OSError."""
        try:
            return stage(self.root)
        except FileNotFoundError:
            self.root.mkdir(parents=True, exist_ok=True)
            return stage(self.root)

    def artifact(self, digest: str, media_type: str, size: int) -> Artifact:
        """Name a picture's place, whether it is there or not."""
        return Artifact(digest, media_type, size, self._place(digest, media_type))

    def has(self, artifact: Artifact) -> bool:
        """Tell whether a picture of the right size lies in its place."""
        return self.holds(artifact.sha256, artifact.media_type, artifact.size)

    def holds(self, digest: str, media_type: str, size: int) -> bool:
        """Tell the same of a picture by what the ledger knows of it: a run asks for all that it has done."""
        try:
            return os.stat(self._place(digest, media_type)).st_size == size  # noqa: PTH116  as a Path it takes several times as long
        except OSError:
            return False

    def _place(self, digest: str, media_type: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}{SUFFIXES[media_type]}"

    def get(self, artifact: Artifact) -> bytes:
        """Read a picture. Raises StorageError when it is missing or its bytes are no longer its own."""
        try:
            data = artifact.path.read_bytes()
        except OSError as error:
            raise StorageError(
                f"{artifact.path}: the picture cannot be read ({error.strerror or error}); restore the file, or "
                "run the recipe again"
            ) from error
        if sha256(data) != artifact.sha256:
            raise StorageError(
                f"{artifact.path}: the picture was changed or damaged; restore it from a copy, or delete it and "
                "run the recipe again"
            )
        return data

    def verify(self, artifact: Artifact) -> None:
        """Check a picture's bytes against its SHA-256; raises StorageError as `get` does."""
        self.get(artifact)


class Incoming:
    """A picture on its way to the store: what has come lies in memory, and in a file of the store's own folder.

    `write`, `keep` and `drop` are for threads, since disks are slow: one thread at a time, and `drop` whenever.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts: list[bytes] = []
        self._held = 0
        self._size = 0
        self._hash = hashlib.sha256()
        self._file = -1
        self._staged = ""
        self._over = False
        self._busy = threading.Lock()

    def add(self, data: bytes) -> bool:
        """Take the next part into memory, and tell whether it is time for `write`."""
        self._parts.append(data)
        self._held += len(data)
        return self._held >= _BLOCK

    def write(self) -> None:
        """Put what is in memory into the file. Raises StorageError when it cannot be written."""
        with self._busy:
            if not self._over:
                self._write()

    def keep(self) -> Artifact:
        """Put the picture into its place, and return it: it is on disk, whole, and synced if the store is lasting.

        Raises what `Store.put` raises; nothing is left behind then.
        """
        with self._busy:
            if self._over:  # a thread may come to it late: what has come by then is only the end of a picture
                raise StorageError(f"{self._store.root}: the picture was dropped before it was kept")
            try:
                return self._keep()
            finally:
                self._drop()

    def drop(self) -> None:
        """Forget the picture, unless it was kept."""
        with self._busy:
            self._drop()

    def _write(self) -> bytes:
        """Put what is in memory into the file, and return it."""
        # At once: a thread that lets the interpreter go and takes it again makes the event loop wait each time.
        data = b"".join(self._parts)
        self._hash.update(data)
        try:
            if self._file < 0:
                self._file, self._staged = self._store.stage()
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise _unwritten(Path(self._staged or self._store.root), error) from error
        self._size += len(data)
        self._parts.clear()
        self._held = 0
        return data

    def _keep(self) -> Artifact:
        data = self._write()
        kind = sniff(data) if len(data) == self._size else _kind(self._file, self._size)
        artifact = self._store.artifact(self._hash.hexdigest(), kind.media_type, self._size)
        try:
            if self._store.lasting:
                os.fsync(self._file)
            self._close()
            keep_staged(self._staged, artifact.path, lasting=self._store.lasting)
        except OSError as error:
            raise _unwritten(artifact.path, error) from error
        self._staged = ""
        return artifact

    def _drop(self) -> None:
        self._over = True
        self._close()
        if self._staged:
            with suppress(OSError):
                os.unlink(self._staged)  # noqa: PTH108  its name is a text, as `stage` gives it
            self._staged = ""

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _kind(file: int, size: int) -> PictureKind:
    with mmap.mmap(file, size, access=mmap.ACCESS_READ) as data:
        return sniff(data)


def _unwritten(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path}: the picture cannot be written ({error.strerror or error}); make room or make the folder "
        "writable, then run again: what was paid for can still be fetched"
    )
