"""Files that appear whole or not at all: staged beside the target, fsynced, then renamed onto it.

And a way to open a file that somebody else may have named.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PATH: Final = getattr(os, "O_PATH", 0)  # a folder may be gone through without being read
_FOLDER: Final = _PATH | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
# Opening a pipe would wait for a writer.
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | sum(getattr(os, f, 0) for f in ("O_CLOEXEC", "O_BINARY"))
_FILE: Final = sum(getattr(os, flag, 0) for flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))


def open_straight(place: Path) -> int:
    """Open a file to read it, by an absolute path without links such as `os.path.realpath` gives; never waits.

    A link that is put into any part of the path after it was judged is not followed (on Linux; elsewhere only the
    last part is safe from that). Returns a descriptor, whose kind the caller looks at. Raises OSError.
    """
    if not (_PATH and os.open in os.supports_dir_fd):
        return os.open(place, os.O_RDONLY | _FILE)
    folder = os.open(place.anchor, _FOLDER)
    try:
        for part in place.parts[1:-1]:
            outer, folder = folder, os.open(part, _FOLDER, dir_fd=folder)
            os.close(outer)
        return os.open(place.name, os.O_RDONLY | _FILE, dir_fd=folder)
    finally:
        os.close(folder)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file as `write_parts_whole` does."""
    write_parts_whole(path, (data,))


def write_parts_whole(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file, part by part, so that a reader, or a crash, never sees half of it.

    The parent folder is made when missing. Raises OSError as the system gives it; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, staged = stage(path.parent, path.name[:40])
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        keep_staged(staged, path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk does not say which file it was
        with contextlib.suppress(OSError):
            os.unlink(staged)  # noqa: PTH108  same call family as the replace above
        raise


def stage(folder: Path, name: str = "") -> tuple[int, str]:
    """Open a new file in a folder, to be written and then kept; return its descriptor and its name.

    The name is one that nobody can foresee, and the system's own mask says who may read it. Raises OSError.
    """
    staged = f"{folder}{os.sep}.{name}.{secrets.token_hex(8)}.part"
    return os.open(staged, _NEW, 0o666), staged


def keep_staged(staged: str, path: Path, *, lasting: bool = True) -> None:
    """Put a file that `stage` made, and that is synced and closed, into its place, whatever lay there.

    Unless it is to be `lasting`, a crash of the whole machine may lose it. The parent folder is made when missing.
    Raises OSError; the staged file is then still the caller's.
    """
    try:
        os.replace(staged, path)  # noqa: PTH105  the atomic rename is the point, said by its usual name
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, path)  # noqa: PTH105  as above
        if lasting:
            sync_folder(path.parent.parent)  # where the new folder's own name is
    if lasting:
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
