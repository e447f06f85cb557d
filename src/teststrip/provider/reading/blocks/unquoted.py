"""Texts that YAML wants in quotes, and that authors forgot to put in them: `description: Range: 1-50`.

Only what has no meaning without the quotes is given them, so nothing is guessed: a `: ` in a plain text, a text that
begins with a sign that none can begin with, one that goes on behind its bracket or its quote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEMBER: Final = Pattern(
    r"(?P<head>(?P<indent> {0,200})(?:- {1,8}){0,4}(?:[\w$/{}.@-]{1,200}|\"[^\"]{1,200}\"|'[^']{1,200}')\s?:[ \t]{1,20})(?P<text>\S.*)"
)
_BLOCK: Final = Pattern(r"[|>][-+\d]{0,2}(?:\s+#.*)?")  # the text stands below, and is no YAML
_PLAIN: Final = Pattern(r"[^\"'|>&*!%@`\[\]{}#,?\s-]|[-?](?=[^\s])")
_WRONG: Final = Pattern(
    r"[`@%]|\*[*\s]|\[[^\[\]]{0,80}\][ \t]{0,4}[\w(`]|\{[^{}]{0,80}\}[ \t]{0,4}[\w(`]|\"[^\"\\]{0,200}\"[ \t]{0,4}[^\s#]|'[^']{0,200}'[ \t]{0,4}[^\s#']"
)
_COLON: Final = Pattern(r":(?=\s|$)")


def with_quotes(text: str) -> str:
    """Return a text of YAML with quotes where it cannot be without; lines and where values begin stay as they are."""
    lines = text.split("\n")
    below = _indents_below(lines)
    inside = -1  # how far the member is indented whose text stands below it
    for at, line in enumerate(lines):
        stripped = line.strip()
        if not stripped:
            continue
        if inside >= 0:
            if len(line) - len(line.lstrip(" ")) > inside:
                continue
            inside = -1
        match = _MEMBER.fullmatch(line.rstrip())
        if match is None:
            continue
        indent, told = len(match["indent"]), match["text"]
        if _BLOCK.fullmatch(told):
            inside = indent
        elif below[at] <= indent and _needs_quotes(told):
            lines[at] = match["head"] + "'" + told.replace("'", "''") + "'"
    return "\n".join(lines)


def _needs_quotes(text: str) -> bool:
    if _WRONG.match(text):
        return True
    return _PLAIN.match(text) is not None and _COLON.search(text) is not None


def _indents_below(lines: Sequence[str]) -> list[int]:
    """Return how far the next line with text is indented, for every line; a text that goes on there is left alone."""
    found = [0] * len(lines)
    next_ = 0
    for at in range(len(lines) - 1, -1, -1):
        found[at] = next_
        if lines[at].strip():
            next_ = len(lines[at]) - len(lines[at].lstrip(" "))
    return found
