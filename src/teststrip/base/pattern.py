"""Regular expressions that are compiled when they are first used, not when their module is imported.

A vocabulary's patterns are large: compiling all of those that read documentation takes longer than the rest of a
start of the program, and most starts need few of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Pattern:
    """A pattern with the methods of `re.Pattern` that are used here."""

    __slots__ = ("_compiled", "_flags", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self._flags)
        return self._compiled

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """Find the first place where the pattern matches."""
        return self.compiled.search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """Match at the start of a text, or of a span of it."""
        return self.compiled.match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """Match a whole text, or a whole span of it."""
        return self.compiled.fullmatch(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """Give every match, in order."""
        return self.compiled.finditer(text, *span)

    def findall(self, text: str) -> list[Any]:
        """Return every match, or its groups."""
        return self.compiled.findall(text)

    def sub(self, repl: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Replace every match."""
        return self.compiled.sub(repl, text)

    def split(self, text: str) -> list[str]:
        """Part a text at every match."""
        return self.compiled.split(text)
