"""Pictures kept by their content: `<root>/ab/abcd….png`, identical bytes once, whole or not at all."""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from teststrip.base.files import keep_staged, write_whole
from teststrip.base.json import sha256
from teststrip.errors import StorageError
from teststrip.run.model import Artifact
from teststrip.run.sniff import SUFFIXES, PictureKind, sniff


class Store:
    """The pictures of all runs. `root` is made when the first picture comes."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
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
        """Begin to take in a picture part by part. Raises StorageError when nothing can be written."""
        return Incoming(self)

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
    """A picture on its way to the store, in a file of the store's own folder; `keep` or `drop` ends it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hash = hashlib.sha256()
        self._size = 0
        try:
            store.root.mkdir(parents=True, exist_ok=True)
            self._file, self._staged = tempfile.mkstemp(dir=store.root, prefix=".", suffix=".part")
        except OSError as error:
            raise _unwritten(store.root, error) from error

    def write(self, data: bytes) -> None:
        """Take the next part. Raises StorageError when it cannot be written."""
        self._hash.update(data)
        self._size += len(data)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            raise _unwritten(Path(self._staged), error) from error

    def keep(self) -> Callable[[], Artifact]:
        """Return what is to be done to put the picture into its place; that takes milliseconds, so in a thread.

        It returns the picture, on disk, whole and synced, and raises what `Store.put` raises; nothing is left
        behind then.
        """
        file, self._file = self._file, -1
        return lambda: self._keep(file)

    def drop(self) -> None:
        """Forget the picture, unless it was to be kept."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            with suppress(OSError):
                os.unlink(self._staged)  # noqa: PTH108  its name is a text, as mkstemp gives it

    def _keep(self, file: int) -> Artifact:
        place = Path(self._staged)
        try:
            try:
                kind = _kind(file, self._size)
                artifact = self._store.artifact(self._hash.hexdigest(), kind.media_type, self._size)
                place = artifact.path
                os.fsync(file)
            finally:
                os.close(file)
            keep_staged(self._staged, place)
        except OSError as error:
            raise _unwritten(place, error) from error
        finally:
            with suppress(OSError):
                os.unlink(self._staged)  # noqa: PTH108  as in `drop`
        return artifact


def _kind(file: int, size: int) -> PictureKind:
    if not size:
        return sniff(b"")
    with mmap.mmap(file, size, access=mmap.ACCESS_READ) as data:
        return sniff(data)


def _unwritten(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path}: the picture cannot be written ({error.strerror or error}); make room or make the folder "
        "writable, then run again: what was paid for can still be fetched"
    )
