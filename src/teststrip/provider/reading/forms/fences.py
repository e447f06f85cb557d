"""Where a block of code ends: at its fence, or where a page that lost one goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.forms.pipe_rows import FENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADING: Final = Pattern(r"#{2,6}[ \t]+\S")
_MARKUP: Final = frozenset({"markdown", "md", "mdx"})  # languages in which code has fences of its own
# A fence behind the words of a site's buttons: "200CopyAsk AI```"
_GLUED: Final = Pattern(
    r"(?:[^`~|\n]{0,60}?(?:copy(?:ask ai)?|copied|复制))[ \t]?(`{3,})([a-z]{0,20})[ \t]*$", re.IGNORECASE
)


def glued(line: str) -> re.Match[str] | None:
    """Read a fence that stands behind the words of buttons; None for any other line."""
    return _GLUED.match(line) if "```" in line else None


@dataclass(frozen=True, slots=True)
class FenceEnd:
    """The line where code ends.

    `closed` when a fence stands there; `stray` when the opening mark opens nothing; `unclosed` when no fence ends it.
    """

    line: int
    closed: bool = False
    stray: bool = False
    unclosed: bool = False


def find_end(lines: Sequence[str], start: int, fence: str, language: str, *, found_open: bool) -> FenceEnd:
    """Find the end of a block of code: its closing fence, or the next one that opens another, or a heading.

    `start` is the line of the opening `fence`, counted from 0. A fence with a language opens, so the block above it
    was left open, or closed by the mark that seemed to open this one; but what shows Markdown has such fences inside.
    `found_open`: another block of the page was found that no fence ends, so a second one is not looked through.
    """
    inner = language.lower().partition(":")[0] in _MARKUP
    # A fence that stands four blanks further in is part of the code (CommonMark 0.31.2, section 4.5).
    inside = " " * (len(lines[start]) - len(lines[start].lstrip(" ")) + 4)
    for at in range(start + 1, len(lines)):
        line = lines[at].strip(" \t>")
        if not line.startswith(fence) or lines[at].startswith(inside):
            continue
        if not line.strip(fence[0]):
            return FenceEnd(at, closed=True)
        if not inner and FENCE.fullmatch(line):
            return FenceEnd(_heading_in(lines, start, at), stray=not language)
    if found_open:
        return FenceEnd(len(lines))
    return FenceEnd(_heading_in(lines, start, len(lines)), unclosed=True)


def _heading_in(lines: Sequence[str], start: int, end: int) -> int:
    """Return the first line of code that was left open which is a heading below an empty line; else its end."""
    for at in range(start + 2, end):
        if not lines[at - 1].strip() and _HEADING.match(lines[at]):
            return at
    return end
