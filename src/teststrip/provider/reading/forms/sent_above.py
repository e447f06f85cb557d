"""What the block of code above a list sends: a list of its names explains it, whatever the list's own title says.

Request                 a heading, or `POST /v1/pictures`
{"steps": 28, ...}      a block of code
Description             a title that says nothing of what it is over
- `steps`: How many
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.carriers import says_content, says_method
from teststrip.provider.reading.document import Code, Heading, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from teststrip.provider.reading.document import Block

_BOLD: Final = 9  # the level of a heading that is no more than a line
_MOST: Final = 60_000  # characters of a block of code
_LINE: Final = 160  # characters of a line that is the title of what follows
_KEY: Final = Pattern(r"[\"']?[A-Za-z_][\w.-]{0,60}[\"']?(?=\s{0,2}[:=])")
_SENDS: Final = Pattern(r"(?:^|[\s`(])(?:POST|PUT|PATCH)[\s`]{1,4}(?:https?:/)?/")
_FEWEST: Final = 2
_ABOUT_CALLS: Final = frozenset({"request", "headers", "path"})  # what a section says before its answer


class SentAbove:
    """Follows a page's blocks, and knows which names the last one that shows a request has in this section."""

    def __init__(self) -> None:
        self._said: list[tuple[int, str]] = []  # what the open headings say, with their levels
        self._names: frozenset[str] = frozenset()
        self._level = 1  # of the heading next above
        self.depth = 0  # how many labels of lists it stands below
        self._call: int | None = None  # the level of the section in which a call is announced that sends something

    @property
    def calls(self) -> bool:
        """Whether the section announces a call that sends something, and nothing since has spoken of its answer."""
        return self._call is not None

    def within(self, items: Sequence[Text]) -> SentAbove:
        """Return the same for what stands inside a list, whose items may give the method, or the type of the body."""
        inner = SentAbove()
        inner.depth = self.depth + 1
        inner._said, inner._names = list(self._said), self._names
        told = any(says_method(item.cell.text) or says_content(item.cell.text) for item in items)
        inner._call = self._level if told else self._call
        return inner

    def see(self, block: Block) -> None:
        """Take note of a block."""
        if isinstance(block, Heading):
            while self._said and self._said[-1][0] >= block.level:
                self._said.pop()
            self._level = block.level if block.level < _BOLD else self._level
            if self._call is not None and block.level <= self._call:
                self._call = None
            self._tell(block.cell.text, block.level)
            if block.level < _BOLD:
                self._names = frozenset()
        elif isinstance(block, Text) and not block.is_item and len(block.cell.text) <= _LINE:
            if says_method(block.cell.text):
                self._call = self._level
            elif block.cell.text.rstrip().endswith((":", "：")) or _SENDS.search(block.cell.text):
                while self._said and self._said[-1][0] >= _BOLD:
                    self._said.pop()
                self._tell(block.cell.text, _BOLD)
        elif isinstance(block, Code):
            sent = bool(self._said) and self._said[-1][1] == "request"
            found = _KEY.findall(block.text[:_MOST]) if sent else ()
            self._names = frozenset(name.strip("\"'") for name in found)

    def has(self, names: Sequence[str]) -> bool:
        """Tell whether the block has all of these names."""
        known: Collection[str] = self._names
        return len(names) >= _FEWEST and all(name.rstrip("*?") in known for name in names)

    def _tell(self, text: str, level: int) -> None:
        sends = _SENDS.search(text) is not None
        said = "request" if sends else words.purpose(text)
        if said is not None:
            self._said.append((level, said))
            if sends or said not in _ABOUT_CALLS:
                self._call = min(level, self._level) if sends else None
