"""Files written together, whole or not at all: as a folder, or as a zip whose bytes depend on nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol

from teststrip.base.files import sync_folder

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say
_FILE: Final = 0o100644 << 16


class Part(Protocol):
    """A file to write: its path, with `/`, and its bytes."""

    @property
    def name(self) -> str:
        """The path, relative and without `..`."""
        ...

    def data(self) -> bytes:
        """Return the bytes."""
        ...


def write_zip(path: Path, parts: Iterable[Part], top: str) -> None:
    """Write a zip with everything in one folder, `top`; stored as it is, since pictures are packed already.

    Raises OSError; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, staged = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                for part in parts:
                    info = zipfile.ZipInfo(f"{top}/{part.name}", _EPOCH)
                    info.external_attr = _FILE
                    info.create_system = 3  # as on Unix, wherever it is written
                    archive.writestr(info, part.data())
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(staged, 0o644)  # noqa: PTH101  mkstemp makes 0600; it is meant to be shared
        os.replace(staged, path)  # noqa: PTH105  the atomic rename is the point, said by its usual name
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_folder(path: Path, parts: Iterable[Part]) -> None:
    """Write a folder, which must not be there or be empty. Raises OSError; nothing is left behind then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part"))
    try:
        for part in parts:
            file = staged / part.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(part.data())
        staged.chmod(0o755)
        os.replace(staged, path)  # noqa: PTH105  see above
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    sync_folder(path.parent)
