"""File names that tell nothing of the machine they were written on."""

from __future__ import annotations

from pathlib import PurePath


def portable(file: str) -> str:
    """Return a file's name as a lock has it: a relative path as it was given, of any other its last part.

    So a lock tells nothing of the machine that it was made on, and leads nobody out of a folder.
    """
    path = PurePath(file)
    inside = not path.is_absolute() and ".." not in path.parts
    return path.as_posix() if file and inside else path.name
