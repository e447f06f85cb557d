"""Pictures kept by their content: `<root>/ab/abcd….png`, identical bytes once, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from teststrip.base.files import write_whole
from teststrip.base.json import sha256
from teststrip.errors import StorageError
from teststrip.run.model import Artifact
from teststrip.run.sniff import SUFFIXES, sniff


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
            raise StorageError(
                f"{artifact.path}: the picture cannot be written ({error.strerror or error}); make room or make "
                "the folder writable, then run again: what was paid for can still be fetched"
            ) from error
        return artifact

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
