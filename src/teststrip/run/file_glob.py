"""Files by pattern, bounded: `*`, `?` and `[...]` within a name, `**` for folders between, links not followed.

Everything found is sorted as people count (`2` before `10`), so the order does not depend on the file system.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from teststrip.plan.pictures import FileFault
from teststrip.recipe.templates import is_template

MOST_SEEN: Final = 20_000
"""Names that are looked at for one pattern."""
DEEPEST: Final = 12
"""Folders below the first that `**` goes down."""
_LONGEST: Final = 400
_MAGIC: Final = re.compile(r"[*?\[]")
_DIGITS: Final = re.compile(r"(\d+)")
_SHOWN: Final = 4


def split_pattern(pattern: str) -> tuple[str, tuple[str, ...]]:
    """Part a pattern into the folder that it names outright ("" for none) and the parts to be matched below it.

    Raises FileFault for a pattern that is none.
    """
    if not pattern or len(pattern) > _LONGEST or "\0" in pattern:
        raise FileFault(f"a pattern of files is a text such as refs/*.png, of at most {_LONGEST} characters")
    parts = pattern.split("/")
    first = next((index for index, part in enumerate(parts) if _MAGIC.search(part)), len(parts) - 1)
    below = tuple(part for part in parts[first:] if part not in ("", "."))
    if not below or ".." in below or pattern.endswith("/"):
        raise FileFault(f"{pattern} names no files; a pattern ends in one for their names, such as refs/*.png")
    return "/".join(parts[:first]) or ("/" if pattern.startswith("/") else ""), below


def find_files(
    pattern: str, folder: Path, start: str, below: Sequence[str], shown: str, *, most: int = MOST_SEEN
) -> Sequence[str]:
    """Return the files below a folder that match, each as its path from where `start` leads to that folder.

    `shown` is what people call the folder; `most` names are looked at.

    Raises FileFault when there are none, too many, or one whose name no recipe can hold.
    """
    walk = _Walk(most)
    found = sorted({tuple(path) for path in walk.matches(folder, tuple(below), 0)}, key=_natural)
    if not found:
        raise FileFault(f"no file matches {pattern} in {shown}{_there(folder)}")
    names = ["/".join((start.rstrip("/"), *path)) if start else "/".join((".", *path)) for path in found]
    for name in names:
        _refuse_odd(name)
    return names


class _Walk:
    """One walk through folders; counts what it looks at."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen = 0

    def matches(self, folder: Path, parts: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
        """Yield the files below a folder that match, as the parts of their paths."""
        part, *rest = parts
        if part == "**":
            if depth > DEEPEST:
                raise FileFault(f"** goes {DEEPEST} folders deep at most; name the folder that is meant")
            yield from self.matches(folder, tuple(rest) or ("*",), depth)
            for entry in self._entries(folder):
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    yield from self._below(entry, parts, depth)
            return
        for entry in self._entries(folder):
            hidden = entry.name.startswith(".") and not part.startswith(".")
            if hidden or not fnmatch.fnmatchcase(entry.name, part):
                continue
            if not rest:
                if entry.is_file():
                    yield (entry.name,)
            elif entry.is_dir(follow_symlinks=False):
                yield from self._below(entry, tuple(rest), depth)

    def _below(self, entry: os.DirEntry[str], parts: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
        for path in self.matches(Path(entry.path), parts, depth + 1):
            yield (entry.name, *path)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        entries = []
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    self._seen += 1
                    if self._seen > self._most:
                        raise FileFault(
                            f"the pattern would look at more than {self._most:,} names; narrow it down"
                        )
                    entries.append(entry)
        except OSError as error:
            raise FileFault(f"{folder} cannot be looked into: {error.strerror or error}") from None
        return entries


def _natural(path: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """Return a sort key that takes digits for numbers and case for nothing; the plain name decides a tie."""
    return [
        [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in _DIGITS.split(name.casefold())]
        + [(2, 0, name)]
        for name in path
    ]


def _refuse_odd(name: str) -> None:
    if any("\ud800" <= sign <= "\udfff" for sign in name):
        raise FileFault(
            f"{name.encode('utf-8', 'backslashreplace').decode()} has a name that is no text; rename it"
        )
    if is_template(name):
        raise FileFault(f"{name} has a name that would be a template; rename it")


def _there(folder: Path) -> str:
    """Say what is there instead."""
    try:
        with os.scandir(folder) as listing:
            names = sorted(entry.name for entry in islice(listing, 1000) if not entry.name.startswith("."))
    except OSError:
        return ""
    more = ", ..." if len(names) > _SHOWN else ""
    return f"; there are: {', '.join(names[:_SHOWN])}{more}" if names else ", which is empty"
