"""Which folders belong to the project that a person works in.

A project is met in the current folder and, inside a repository, in the folders above it, up to the repository's
top and never above the home folder. Outside of a repository only the current folder counts: what a stranger left
in `/tmp` must not be met by chance.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def project_folders(start: Path, home: Path) -> list[Path]:
    """Return the folders of the project around `start`, which is absolute, the innermost first."""
    passed: list[Path] = []
    for folder in (start, *start.parents):
        passed.append(folder)
        if _exists(folder / ".git"):
            return passed
        if folder == home:
            break
    return [start]


def home_folder() -> Path:
    """Return the person's home folder; where there is none, a path that is no folder."""
    return Path(os.path.expanduser("~"))  # noqa: PTH111  Path's own raises where there is no home


def current_folder() -> Path | None:
    """Return the current folder; None when it is gone, and there is no project then."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _exists(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.exists()
    return False
