"""Definitions in HTML: `<dl><dt><code>steps</code> integer (optional)</dt><dd>how many</dd></dl>`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.forms.definition_heads import head_of
from teststrip.provider.reading.forms.listed import header_at
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

_TERM: Final = Pattern(
    r"\W{0,4}(?P<name>[A-Za-z_][\w.$-]{0,80}(?:\[\w{0,40}\]){0,6})(?P<star>\*?)(?P<rest>.{0,200})", re.DOTALL
)
_WORD: Final = Pattern(r"[^\s,;:|()（）[\]—–]{1,60}(?:\[\])?")


def read_definitions(text: str, file: str, first_line: int) -> tuple[tuple[Cell, ...], tuple[Row, ...]]:
    """Read a list of definitions that begins on a line of a file: its header and rows; no rows when a term is no name."""
    parser = _Parser(first_line)
    parser.feed(text)
    parser.close()
    rows = [
        _row("".join(pair.term), "".join(pair.about), Where(file, pair.line, 1), pair.depth)
        for pair in parser.pairs
    ]
    names = header_at(Where(file, first_line, 1))
    return names, tuple(row for row in rows if row is not None) if None not in rows else ()


def _row(term: str, about: str, where: Where, depth: int) -> Row | None:
    match = _TERM.fullmatch(read_inline(term.strip(), where).text)
    if match is None:
        return None
    told = ", ".join(_WORD.findall(match["rest"]))
    head = head_of(read_inline(f"({told}) {about.strip()}" if told else about.strip(), where))
    required = head.required or ("required" if match["star"] else "")
    default = Cell(((head.default, True),), where, head.default) if head.default else plain_cell("", where)
    return Row(
        (
            plain_cell(match["name"], where),
            plain_cell(head.kind, where),
            plain_cell(required, where),
            default,
            plain_cell("", where),
            head.rest,
        ),
        where,
        (),
        depth,
    )


@dataclass(slots=True)
class _Pair:
    """A term and what defines it, as the pieces that were met; `depth` is how deep its list lies."""

    line: int
    depth: int
    term: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)


class _Parser(HTMLParser):
    """Terms and what defines them, with their lines and how deep their lists lie; inner markup is kept."""

    def __init__(self, first: int) -> None:
        super().__init__(convert_charrefs=False)
        self.pairs: list[_Pair] = []
        self._first = first
        self._depth = -1
        self._into = ""  # which part is being read: dt or dd

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its signature
        if tag == "dl":
            self._depth += 1
            self._into = ""
        elif tag == "dt":
            self._into = "dt"
            self.pairs.append(_Pair(self._first + self.getpos()[0] - 1, max(self._depth, 0)))
        elif tag == "dd":
            self._into = "dd"
        else:
            self._add(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its signature
        self._add(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "dl":
            self._depth -= 1
        if tag in {"dl", "dt", "dd"}:
            self._into = ""
        else:
            self._add(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        self._add(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add(f"&#{name};")

    def _add(self, text: str) -> None:
        if self.pairs and self._into:
            pair = self.pairs[-1]
            (pair.term if self._into == "dt" else pair.about).append(text)
