"""Running text with its markup gone: what a cell, a heading or a paragraph says, and which words were code.

Documentation is not CommonMark: MDX lets components in, scrapers leave half of the markup, and `array<string>` is a
type, not a tag. So only what is surely markup is taken away. Markup that is left over shows; it is never guessed.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE: Final = re.compile(
    r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)|<code\b[^>]*>(.*?)</code>", re.DOTALL | re.IGNORECASE
)
_BREAK: Final = re.compile(r"<br\s*/?>|</?(?:p|div|li|ul|ol|tr)\b[^<>]*>", re.IGNORECASE)
_ITEM: Final = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(
    r"</?(?:a|b|i|em|strong|span|sub|sup|small|big|u|s|del|ins|mark|font|kbd|var|samp|center|img|svg|path|abbr|cite|q"
    r"|details|summary|tt|nobr|wbr)\b(?:\s[^<>]*)?/?>"
    r"|(?<![\w<])</?[A-Z]\w*(?:\s+[a-zA-Z][\w:-]*(?:=(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}))?)*\s*/?>",
)
_COMMENT: Final = re.compile(r"<!--.*?-->|\{/\*.*?\*/\}", re.DOTALL)
_IMAGE: Final = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
_LINK: Final = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\{#[\w-]+\})"
)
_STRONG: Final = re.compile(r"(?<!\\)(\*\*\*|\*\*|___|__|~~)(?=\S)(.{1,2000}?)(?<=\S)\1")
_EMPHASIS: Final = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])([^*\n]*?[^\s*\\])\*(?![\w*])|(?<![\w\\])_(?=[^\s_])([^_\n]*?[^\s_])_(?!\w)"
)
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_MATH: Final = re.compile(r"\$([^$\n]{1,60})\$")
_SPACE: Final = re.compile(r"[ \t\r\f\v\u3000]+")
_HIDDEN: Final = "\ue000"  # private use: holds the place of an escaped sign until emphasis is read
_MOST: Final = 100_000  # a longer piece of text is taken as it stands


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of running text, its markup gone.

    `pieces` are (text, is it a code span), in order; a line break that the author made is a newline in them. `text`
    is all of them on one line, `codes` the code spans alone, `raw` the text as it stands in the file.
    """

    pieces: tuple[tuple[str, bool], ...]
    where: Where
    raw: str = ""

    @property
    def text(self) -> str:
        """All of the text, white space made single."""
        return " ".join("".join(text for text, _ in self.pieces).split())

    @property
    def lines(self) -> tuple[str, ...]:
        """The text by the author's own lines, without empty ones."""
        whole = "".join(text for text, _ in self.pieces)
        return tuple(line for part in whole.split("\n") if (line := " ".join(part.split())))

    @property
    def codes(self) -> tuple[str, ...]:
        """The code spans."""
        return tuple(text.strip() for text, code in self.pieces if code)

    @property
    def is_code(self) -> bool:
        """Whether the text is one code span and nothing else."""
        return len(self.codes) == 1 and not any(text.strip() for text, code in self.pieces if not code)


def read_inline(raw: str, where: Where) -> Cell:
    """Take the markup out of a piece of running text."""
    return Cell(tuple(_pieces(raw)), where, raw)


def plain_cell(text: str, where: Where) -> Cell:
    """Make a cell of text that has no markup."""
    return Cell(((text, False),) if text else (), where, text)


def joined(cells: list[Cell], between: str) -> Cell:
    """Put cells together again."""
    pieces: list[tuple[str, bool]] = []
    for index, cell in enumerate(cells):
        pieces += ([(between, False)] if index else []) + list(cell.pieces)
    return Cell(tuple(pieces), cells[0].where, between.join(cell.raw for cell in cells))


def _pieces(raw: str) -> Iterator[tuple[str, bool]]:
    if len(raw) > _MOST:
        yield raw, False
        return
    text = _COMMENT.sub("", raw) if "<!--" in raw or "{/*" in raw else raw
    spans: list[str] = []

    def hold(match: re.Match[str]) -> str:
        code = match[2] if match[2] is not None else html.unescape(_TAG.sub("", match[3]))
        spans.append(code.replace("\\|", "|"))
        return f"{_HIDDEN}{len(spans) - 1}{_HIDDEN}"

    held = _CODE.sub(hold, text.replace(_HIDDEN, ""))
    shown = _shown(held)
    for index, part in enumerate(shown.split(_HIDDEN)):
        if index % 2:
            yield _trimmed(spans[int(part)]), True
        elif part:
            # Only now, for an entity may stand for any sign at all.
            yield (html.unescape(part) if "&" in part else part), False


def _trimmed(code: str) -> str:
    """Take one space off both ends of a code span that has one at both (CommonMark 0.31.2, section 6.1)."""
    return code[1:-1] if len(code) > 2 and code[0] == code[-1] == " " and code.strip() else code


def _shown(text: str) -> str:
    """Return text as a reader sees it."""
    if "<" in text:
        text = _ITEM.sub("\n- ", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "*" in text or "__" in text or "~~" in text:
        for _ in range(2):
            text = _STRONG.sub(r"\2", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(lambda match: match[1] if match[1] is not None else match[2], text)
    if "$" in text:
        text = _MATH.sub(lambda match: _math(match[1]), text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return _SPACE.sub(" ", text)


def _math(text: str) -> str:
    r"""Turn the little TeX that tables hold (`$\geq 1$`, `$[0, 1]$`) into signs."""
    signs = {r"\geq": "≥", r"\ge": "≥", r"\leq": "≤", r"\le": "≤", r"\times": "×", r"\infty": "∞", r"\sim": "~"}
    for name, sign in signs.items():
        text = re.sub(re.escape(name) + r"(?![A-Za-z])", sign, text)
    return text.replace("\\,", " ").replace("\\", "")
