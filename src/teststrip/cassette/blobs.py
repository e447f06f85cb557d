"""Bodies beside a cassette: each once, under its SHA-256, whole or not at all."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from teststrip.base.files import write_whole
from teststrip.base.json import sha256
from teststrip.base.picture import kind_of
from teststrip.cassette.model import BLOBS_NAME, Blob
from teststrip.errors import StorageError

_INLINE: Final = 8 * 1024  # bytes of text that stay in the line
_PART: Final = 256 * 1024  # bytes that are read at once


class Blobs:
    """The blobs of a cassette's folder, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / BLOBS_NAME

    def put(self, data: bytes) -> bytes | Blob:
        """Keep a body, and return what a line says of it: itself, where it is a short text.

        Raises StorageError when it cannot be written.
        """
        text = _is_text(data)
        if text and len(data) <= _INLINE:
            return data
        kind = kind_of(data)
        media = kind.media_type if kind is not None else _media(data) if text else "application/octet-stream"
        blob = Blob(sha256(data), len(data), media)
        path = self._folder / blob.file
        try:
            if not (path.is_file() and path.stat().st_size == len(data)):
                write_whole(path, data)
        except OSError as error:
            raise StorageError(f"{path}: cannot be recorded ({error.strerror or error})") from error
        return blob

    def path(self, blob: Blob) -> Path:
        """Return a blob's file."""
        return self._folder / blob.file

    def size(self, blob: Blob) -> int | None:
        """Return the bytes that lie in a blob's file; None where there is none, and a pipe is none."""
        try:
            status = self.path(blob).stat()
        except OSError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def parts(self, blob: Blob) -> Iterator[bytes]:
        """Yield a blob part by part. Raises StorageError when it is missing, or at its end when it was changed."""
        path, digest, left = self.path(blob), hashlib.sha256(), blob.size
        try:
            with path.open("rb", buffering=0) as stream:
                while left > 0 and (part := stream.read(min(left, _PART))):
                    digest.update(part)
                    left -= len(part)
                    yield part
                more = stream.read(1)
        except OSError as error:
            raise StorageError(f"{path}: cannot be read ({error.strerror or error})") from error
        if left or more or digest.hexdigest() != blob.sha256:
            raise StorageError(f"{path}: was changed or cut short; restore it from a copy, or record again")

    def read(self, blob: Blob) -> bytes:
        """Read a blob whole. Raises StorageError as `parts` does."""
        return b"".join(self.parts(blob))


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _media(data: bytes) -> str:
    return "application/json" if data.lstrip()[:1] in {b"{", b"["} else "text/plain"
