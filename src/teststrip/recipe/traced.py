"""Text that knows where it was written, through a template and out at the other end.

A template's result is made of pieces: text that stands in a template file, and what its expressions give. Each
piece carries its origin while macros and `set` blocks pass it on, so that a place in the result can be turned
into the place in the template that is to be mended.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from teststrip.base.where import Where

# The line breaks that YAML's reader counts; an editor counts fewer in the template.
_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of text is from; `verbatim` text stands there, other text is what an expression gave."""

    where: Where
    verbatim: bool


class Traced(str):
    """A string with the origins of its parts: pairs of an offset and what begins there."""

    __slots__ = ("origins",)
    origins: tuple[tuple[int, Origin], ...]

    def __new__(cls, text: str, origins: tuple[tuple[int, Origin], ...]) -> Self:
        """Make a string whose `origins` are given."""
        made = super().__new__(cls, text)
        made.origins = origins
        return made

    def __str__(self) -> str:
        # Jinja puts str() round all that it prints; the origins are to survive that.
        return self


def joined(pieces: Iterable[str]) -> Traced:
    """Join pieces of text and keep their origins."""
    texts: list[str] = []
    origins: list[tuple[int, Origin]] = []
    length = 0
    for piece in pieces:
        if isinstance(piece, Traced):
            origins.extend((length + offset, origin) for offset, origin in piece.origins)
        texts.append(piece)
        length += len(piece)
    return Traced("".join(texts), tuple(origins))


class LineMap:
    """From places in a template's result to places in the template."""

    def __init__(self, text: Traced) -> None:
        self._lines = [0, *(found.end() for found in _BREAK.finditer(text))]
        self._offsets = [offset for offset, _ in text.origins]
        self._origins = [origin for _, origin in text.origins]

    def where(self, place: Where) -> Where:
        """Return the place in the template; one without an origin stays as it is."""
        line = min(place.line, len(self._lines)) - 1
        offset = self._lines[line] + place.column - 1
        index = max(bisect_right(self._offsets, offset) - 1, 0)
        if index >= len(self._origins):
            return Where(place.file, 1, 1)
        origin = self._origins[index]
        if not origin.verbatim:
            return origin.where
        moved = max(offset - self._offsets[index], 0)
        return Where(origin.where.file, origin.where.line, origin.where.column + moved)
