"""Running text with its markup gone: what a cell, a heading or a paragraph says, and which words were code.

Documentation is not CommonMark: MDX lets components in, scrapers leave half of the markup, and `array<string>` is a
type, not a tag. So only what is surely markup is taken away. Markup that is left over shows; it is never guessed.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS: Final = Pattern(r"`+|<code\b[^<>]*>|</code>", re.IGNORECASE)
_BREAK: Final = Pattern(r"<br\s*/?>|</?(?:p|div|li|ul|ol|tr)\b[^<>]*>", re.IGNORECASE)
_ITEM: Final = Pattern(r"<li\b[^<>]*>", re.IGNORECASE)
_TAG: Final = Pattern(
    r"</?(?:a|b|i|em|strong|span|sub|sup|small|big|u|s|del|ins|mark|font|kbd|var|samp|center|img|svg|path|abbr|cite|q"
    r"|details|summary|tt|nobr|wbr)\b(?:\s[^<>]*)?/?>"
    r"|(?<![\w<])</?[A-Z]\w*(?:\s+[a-zA-Z][\w:-]*(?:=(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}))?)*\s*/?>",
)
_COMMENT: Final = Pattern(r"<!--.{0,1000}?-->|\{/\*.{0,1000}?\*/\}", re.DOTALL)
_IMAGE: Final = Pattern(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
_LINK: Final = Pattern(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\{#[\w-]+\})"
)
# Macros of templates: {heading(Title)[id=a]}, {link(../a)[text=Title]}, {#anchor}; {ref}`Title`
_MACRO: Final = Pattern(
    r"\{[A-Za-z]\w{0,30}\((?P<inner>[^{}()]{0,300})\)(?P<options>(?:\[[^\[\]{}]{0,300}\]){0,4})\}"
    r"|\s?\{[:#][ \t]?#?[\w.-]{1,100}[ \t]?\}|\{[a-z][\w:-]{0,40}\}(?=`|\ue000)"
)
_MACRO_TEXT: Final = Pattern(r"\[(?:text|title|name)\s?=\s?[\"']?([^\[\]]*?)[\"']?\]")
_STRONG: Final = Pattern(r"(?<!\\)(?:\*\*\*|\*\*|___|__|~~)(?=\S)")
_EMPHASIS: Final = Pattern(
    r"(?<![\w*\\])\*(?=[^\s*])([^*\n]*?[^\s*\\])\*(?![\w*])|(?<![\w\\])_(?=[^\s_])((?:[^_\n]|(?<=\w)_(?=\w))*?[^\s_])_(?!\w)"
)
_ESCAPE: Final = Pattern(r"\\([!-/:-@\[-`{-~])")
# A site generator's: {{<required>}}, {{% badge "optional" %}}; what has other words is a link, a picture, a script.
_SHORTCODE: Final = Pattern(
    r"\{\{[<%]\s{0,4}(?:(required|optional|deprecated|mandatory|nullable)|(?:badge|label|tag|pill|param)[ \t]+[\"']([^\"'{}\n]{1,40})[\"'])?[^{}\n]{0,200}[%>]\}\}",
    re.IGNORECASE,
)
_MATH: Final = Pattern(r"\$([^$\n]{1,60})\$")
_MARKED: Final = Pattern(r"[`<\[*_~\\&${!]")
_WIDTHLESS: Final = Pattern("[\u200b\u200c\u2060\ufeff\u00ad]")
_SPACE: Final = Pattern(r"[ \t\r\f\v\u3000]+")
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
    text: str = field(init=False, repr=False, compare=False)  # all of the text, white space made single
    codes: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for many times by many readers, so made once; nearly every cell is one piece, or none.
        pieces = self.pieces
        whole = pieces[0][0] if len(pieces) == 1 else "".join([text for text, _ in pieces])
        object.__setattr__(self, "text", " ".join(whole.split()))
        object.__setattr__(self, "codes", tuple([text.strip() for text, code in pieces if code]) if pieces else ())

    @property
    def lines(self) -> tuple[str, ...]:
        """The text by the author's own lines, without empty ones."""
        whole = self.pieces[0][0] if len(self.pieces) == 1 else "".join([text for text, _ in self.pieces])
        if "\n" not in whole:
            return (self.text,) if self.text else ()
        return tuple(line for part in whole.split("\n") if (line := " ".join(part.split())))

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


def cropped(cell: Cell, most: int) -> Cell:
    """Return a cell that holds at most so many characters."""
    if len(cell.raw) <= most and sum(len(text) for text, _ in cell.pieces) <= most:
        return cell
    pieces: list[tuple[str, bool]] = []
    for text, code in cell.pieces:
        if most > 0:
            pieces.append((text[:most], code))
        most -= len(text)
    return Cell(tuple(pieces), cell.where, "".join(text for text, _ in pieces))


def behind(cell: Cell, start: int, strip: str = " :：–—-,.\n") -> Cell:
    """Return a cell without its first `start` characters, and without signs of `strip` in front."""
    pieces: list[tuple[str, bool]] = []
    for text, code in cell.pieces:
        left = text[start:] if start < len(text) else ""
        start = max(0, start - len(text))
        if not (pieces or code):
            left = left.lstrip(strip)
        if left:
            pieces.append((left, code))
    return Cell(tuple(pieces), cell.where, cell.raw)


def with_line(cell: Cell, more: Cell) -> Cell:
    """Put a cell on a line of its own below another, whose text is not made anew: hundreds may be added to one."""
    whole = object.__new__(Cell)
    made = {
        "pieces": (*cell.pieces, ("\n", False), *more.pieces),
        "where": cell.where,
        "raw": f"{cell.raw}\n{more.raw}",
        "text": f"{cell.text} {more.text}".strip(),
        "codes": cell.codes + more.codes,
    }
    for name, value in made.items():
        object.__setattr__(whole, name, value)
    return whole


def joined(cells: list[Cell], between: str) -> Cell:
    """Put cells together again."""
    pieces: list[tuple[str, bool]] = []
    for index, cell in enumerate(cells):
        pieces += ([(between, False)] if index else []) + list(cell.pieces)
    return Cell(tuple(pieces), cells[0].where, between.join(cell.raw for cell in cells))


def _pieces(raw: str) -> Iterator[tuple[str, bool]]:
    if _WIDTHLESS.search(raw):
        raw = _WIDTHLESS.sub("", raw)
    if not _MARKED.search(raw):
        if raw:
            yield _SPACE.sub(" ", raw), False
        return
    if len(raw) > _MOST:
        yield raw, False
        return
    text = _COMMENT.sub("", raw) if "<!--" in raw or "{/*" in raw else raw
    spans: list[str] = []

    held: list[str] = []
    at = 0
    text = text.replace(_HIDDEN, "")
    for start, code, end in _code_spans(text):
        held.append(f"{text[at:start]}{_HIDDEN}{len(spans)}{_HIDDEN}")
        spans.append(code.replace("\\|", "|"))
        at = end
    shown = _shown("".join([*held, text[at:]]))
    for index, part in enumerate(shown.split(_HIDDEN)):
        if index % 2:
            yield _trimmed(spans[int(part)]), True
        elif part:
            # Only now, for an entity may stand for any sign at all.
            yield (html.unescape(part) if "&" in part else part), False


def _code_spans(text: str) -> Iterator[tuple[int, str, int]]:
    """Give each code span: where it begins, what it holds, where it ends.

    A run of backticks is closed by the next run that is as long (CommonMark 0.31.2, section 6.1).
    """
    marks = list(_TICKS.finditer(text)) if "`" in text or "<" in text else []
    following: dict[str, list[int]] = {}
    for index in range(len(marks) - 1, -1, -1):
        following.setdefault(marks[index][0].lower(), []).append(index)
    next_mark = 0
    for index, mark in enumerate(marks):
        word = mark[0].lower()
        if index < next_mark or word == "</code>" or _is_escaped(text, mark.start()):
            continue
        closers = following.get("</code>" if word[0] == "<" else word, [])
        while closers and closers[-1] <= index:
            closers.pop()
        if closers:
            close = marks[closers[-1]]
            inner = text[mark.end() : close.start()]
            yield mark.start(), html.unescape(_TAG.sub("", inner)) if word[0] == "<" else inner, close.end()
            next_mark = closers[-1] + 1


def _is_escaped(text: str, at: int) -> bool:
    before = text[max(0, at - 16) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _trimmed(code: str) -> str:
    """Take one space off both ends of a code span that has one at both (CommonMark 0.31.2, section 6.1)."""
    return code[1:-1] if len(code) > 2 and code[0] == code[-1] == " " and code.strip() else code


def _plainer(text: str) -> str:
    """Take what only a site generator knows out of a text, and the signs of line breaks."""
    if "{{" in text:
        text = _SHORTCODE.sub(lambda match: f"({match[1] or match[2]})" if match[1] or match[2] else "", text)
    if "\\\n" in text:
        text = text.replace("\\\n", "\n")  # a line break that the author made
    return text


def _shown(text: str) -> str:
    """Return text as a reader sees it."""
    text = _plainer(text)
    if "<" in text:
        text = _ITEM.sub("\n- ", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "{" in text:
        text = _MACRO.sub(_macro, text)
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "*" in text or "__" in text or "~~" in text:
        for _ in range(2):
            text = "\n".join(_without_strong(line) for line in text.split("\n"))
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(lambda match: match[1] if match[1] is not None else match[2], text)
    if "$" in text:
        text = _MATH.sub(lambda match: _math(match[1]), text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return _SPACE.sub(" ", text)


def _macro(match: re.Match[str]) -> str:
    """Return what a macro shows: its own text, or what it is applied to, unless that is an address."""
    inner = match["inner"] or ""
    told = _MACRO_TEXT.search(match["options"] or "")
    return told[1] if told is not None else "" if "/" in inner or "#" in inner else inner


def _without_strong(line: str) -> str:
    """Take the marks of strong and struck text off; a mark that is never closed stays."""
    made: list[str] = []
    at = 0
    unclosed: set[str] = set()
    while (opening := _STRONG.search(line, at)) is not None:
        mark, start = opening[0], opening.end()
        close = -1 if mark in unclosed else line.find(mark, start + 1)
        while close >= 0 and line[close - 1].isspace():
            close = line.find(mark, close + 1)
        if close < 0:
            unclosed.add(mark)
            made.append(line[at:start])
            at = start
        else:
            made += (line[at : opening.start()], line[start:close])
            at = close + len(mark)
    return "".join([*made, line[at:]])


def _math(text: str) -> str:
    r"""Turn the little TeX that tables hold (`$\geq 1$`, `$[0, 1]$`) into signs."""
    signs = {r"\geq": "≥", r"\ge": "≥", r"\leq": "≤", r"\le": "≤", r"\times": "×", r"\infty": "∞", r"\sim": "~"}
    for name, sign in signs.items():
        text = re.sub(re.escape(name) + r"(?![A-Za-z])", sign, text)
    return text.replace("\\,", " ").replace("\\", "")
