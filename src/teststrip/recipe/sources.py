"""Reading the files that a recipe is made of: bounded, text only, and nothing that is not a plain file.

A file that a person names may be a pipe (`teststrip check <(generate)`); a file that a recipe names may not: it
could wait for ever, or have no end.
"""

from __future__ import annotations

import os
import posixpath
import stat
from pathlib import Path as FilePath
from typing import Final

from teststrip.base.files import open_straight
from teststrip.base.json import sha256
from teststrip.base.near import near
from teststrip.base.yaml import MAX_BYTES
from teststrip.recipe.model import SourceFile

_LISTED: Final = 2000  # names of a folder that are looked at for what was meant
_NAMES: Final = (".yaml", ".yml", ".jinja", ".json")


class SourceFault(Exception):  # noqa: N818  it becomes a located problem at the caller, who knows the place
    """A file that cannot be used; `suggestion` is the name that was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def shown(path: FilePath | str) -> str:
    """Return a file's name as text: what is not UTF-8 in it, or not in the locale, is shown as bytes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read_given(path: FilePath) -> SourceFile:
    """Read a file that a person named. Raises SourceFault."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SourceFault(f"the file cannot be read: {_reason(error)}") from error
    return _source(data, shown(path))


def read_named(path: str, *, confined: bool = False) -> SourceFile:
    """Read a file that a recipe names. Raises SourceFault, also for what is no regular file.

    The path of a `confined` one was judged with its links followed, and none is followed any more.
    """
    try:
        # Opening a pipe that nobody writes to would wait for ever.
        handle = (
            open_straight(FilePath(path))
            if confined
            else os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        )
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise SourceFault("this is no regular file")
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SourceFault(f"the file cannot be read: {_reason(error)}", _meant(path)) from error
    return _source(data, shown(path))


def beside(name: str, folder: str) -> str:
    """Return the path of a file that a text in `folder` names, relative to there.

    Raises SourceFault for an address, an absolute path and an empty one.
    """
    if "://" in name:
        raise SourceFault("a recipe is made of files; an address cannot be read, so keep a copy beside the recipe")
    if not name.strip() or "\0" in name:
        raise SourceFault("this names no file")
    if os.path.isabs(name) or name.startswith(("/", "\\")):  # noqa: PTH117  the path as text is what is judged
        raise SourceFault("a file is named relative to the one that names it, so that a folder can be moved")
    joined = os.path.join(folder, name)  # noqa: PTH118  Path would drop `./` and keep `..`, and never both
    plain = posixpath.normpath(joined)
    try:
        # Behind a link to a folder, `..` leads elsewhere than the text says.
        same = os.path.realpath(plain) == os.path.realpath(joined)
    except OSError:
        same = False
    return plain if same else joined


def _source(data: bytes, file: str) -> SourceFile:
    if len(data) > MAX_BYTES:
        raise SourceFault(f"the file is larger than {MAX_BYTES // 2**20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceFault(f"the file is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    return source_of(text, file)


def source_of(text: str, file: str) -> SourceFile:
    """Return the record of a text that was read; of half a surrogate pair its escape counts."""
    return SourceFile(file, sha256(text.encode("utf-8", "backslashreplace")), text)


def _reason(error: OSError | ValueError) -> str:
    return str(getattr(error, "strerror", None) or error)


def _meant(path: str) -> str | None:
    """Find the file of the same folder that was probably meant."""
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry, _ in zip(entries, range(_LISTED), strict=False)]
    except (OSError, ValueError):
        return None
    # Endings are alike in all of them, and say nothing of what was meant.
    stems = {_stem(one): one for one in sorted(names) if one.endswith(_NAMES)}
    meant = near(_stem(name), list(stems))
    return stems[meant] if meant is not None else None


def _stem(name: str) -> str:
    for ending in _NAMES:
        name = name.removesuffix(ending)
    return name
