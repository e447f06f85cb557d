"""Regular expressions that are compiled when they are first used, not when their module is imported.

A vocabulary's patterns are large: compiling all of those that read documentation takes longer than the rest of a
start of the program, and most starts need few of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_METHODS: Final = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class Pattern:
    """A pattern with the methods of `re.Pattern` that are used here."""

    __slots__ = (*_METHODS, "_flags", "pattern")

    if TYPE_CHECKING:

        def search(self, text: str, *span: int) -> re.Match[str] | None:
            """Find the first place where the pattern matches."""

        def match(self, text: str, *span: int) -> re.Match[str] | None:
            """Match at the start of a text, or of a span of it."""

        def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
            """Match a whole text, or a whole span of it."""

        def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
            """Give every match, in order."""

        def findall(self, text: str) -> list[Any]:
            """Return every match, or its groups."""

        def sub(self, repl: str | Callable[[re.Match[str]], str], text: str) -> str:
            """Replace every match."""

        def split(self, text: str) -> list[str]:
            """Part a text at every match."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile the pattern. Its methods are this one's own from then on: a page calls them by the million."""
        if name not in _METHODS:
            raise AttributeError(name, name=name, obj=self)
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
