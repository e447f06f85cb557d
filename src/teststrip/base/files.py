"""Files that appear whole or not at all: staged beside the target, fsynced, then renamed onto it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file as `write_parts_whole` does."""
    write_parts_whole(path, (data,))


def write_parts_whole(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file, part by part, so that a reader, or a crash, never sees half of it.

    The parent folder is made when missing. Raises OSError as the system gives it; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, staged = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(staged, 0o666 & ~_umask())  # noqa: PTH101  mkstemp makes 0600; the file is meant to be shared
        os.replace(staged, path)  # noqa: PTH105  the atomic rename is the point, said by its usual name
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk does not say which file it was
        with contextlib.suppress(OSError):
            os.unlink(staged)  # noqa: PTH108  same call family as the replace above
        raise
    sync_folder(path.parent)


def write_text_whole(path: Path, text: str) -> None:
    """Write UTF-8 text, its line ends untouched, as `write_whole` does."""
    write_whole(path, text.encode("utf-8"))


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable, where the system lets folders be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
