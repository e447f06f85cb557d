"""Where a person's own provider pages are found, and how a page is read from disk.

A project's pages are in its folder `providers`, in the innermost of its folders (`base.project`) that has one: a
page says where a key is sent, so that one which a stranger left in `/tmp` must not be met by chance.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teststrip.base.project import project_folders
from teststrip.base.where import Problem, Where
from teststrip.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME_VARIABLE: Final = "TESTSTRIP_HOME"
MOST_BYTES: Final = 8 * 1024 * 1024
_FOLDER: Final = "providers"


def project_folder(start: Path, home: Path) -> Path | None:
    """Return the folder of the project's pages, or None; `start` is the current folder, absolute."""
    return next((folder / _FOLDER for folder in project_folders(start, home) if _is_dir(folder / _FOLDER)), None)


def user_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of the person's own pages, which need not be there: TESTSTRIP_HOME's, or the system's."""
    home = environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / _FOLDER
    # Imported late: it takes some milliseconds, and only this needs it.
    from platformdirs import user_config_path  # noqa: PLC0415  see above

    return user_config_path("teststrip", appauthor=False) / _FOLDER


def page_files(folder: Path) -> list[Path]:
    """Return the pages in a folder by name: what ends in `.md`, but for hidden files and a README.

    A folder that is not there has none. Raises OSError when it cannot be looked into.
    """
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    names = ((path, path.name.lower()) for path in found)
    return [path for path, name in names if name.endswith(".md") and name[0] != "." and name != "readme.md"]


def read_page_file(path: Path, file: str) -> str:
    """Return the text of a page; `file` is its name in messages. Raises PageError when it cannot be read."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device might never end
            what = "a folder" if stat.S_ISDIR(found.st_mode) else "no ordinary file"
            raise _unread(file, f"this is {what}; a provider page is a file")
        if found.st_size > MOST_BYTES:
            said = f"the file has {found.st_size:,} bytes; a provider page has at most {MOST_BYTES:,}"
            raise _unread(file, said)
        data = path.read_bytes()
    except OSError as error:
        raise _unread(file, f"the file cannot be read: {error.strerror or error}") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Where(file, before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        raise PageError([Problem(place, "", f"the file is not UTF-8 text (byte {error.start})")]) from error


def typed_name(path: Path) -> str:
    """Return a path as text; of a name that is not UTF-8, and so has no place in JSON, the bytes are shown."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_dir(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_dir()
    return False


def _unread(file: str, message: str) -> PageError:
    return PageError([Problem(Where(file, 1, 1), "", message)])
