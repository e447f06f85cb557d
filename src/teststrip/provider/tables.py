"""Markdown to headings, tables and list items, every cell with its place; no meaning is read here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from teststrip.base.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from teststrip.provider.findings import Findings

_UNESCAPED_PIPE: Final = re.compile(r"(?<!\\)\|")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of running text, its markup gone.

    `pieces` are (text, is it a code span), in order; `text` is all of them, `codes` the code spans alone.
    """

    pieces: tuple[tuple[str, bool], ...]
    where: Where

    @property
    def text(self) -> str:
        """All of the text, white space made single."""
        return " ".join("".join(text for text, _ in self.pieces).split())

    @property
    def codes(self) -> tuple[str, ...]:
        """The code spans."""
        return tuple(text.strip() for text, code in self.pieces if code)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` counts from 1."""

    level: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its headings, the outermost first. Every row is as long as `header`."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[Heading, ...]

    @property
    def where(self) -> Where:
        """The place of the first header cell."""
        return self.header[0].where

    @property
    def title(self) -> str:
        """The words of the heading that the table stands under; empty when there is none."""
        return self.headings[-1].cell.text if self.headings else ""


@dataclass(frozen=True, slots=True)
class Item:
    """A list item under its headings."""

    cell: Cell
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a page's body has, in order."""

    headings: tuple[Heading, ...]
    tables: tuple[Table, ...]
    items: tuple[Item, ...]


def read_document(body: str, file: str, first_line: int, findings: Findings) -> Document:
    """Read Markdown that begins on `first_line` of `file`. Rows with cells too many or too few are noted."""
    return _Walker(body, file, first_line, findings).document()


class _Walker:
    """One pass over markdown-it's flat token list."""

    def __init__(self, body: str, file: str, first_line: int, findings: Findings) -> None:
        self._lines = body.split("\n")
        self._tokens = MarkdownIt("commonmark").enable("table").parse(body)
        self._file = file
        self._first = first_line
        self._findings = findings
        self._open: tuple[Heading, ...] = ()

    def document(self) -> Document:
        headings: list[Heading] = []
        tables: list[Table] = []
        items: list[Item] = []
        lists = 0
        stream = iter(self._tokens)
        for token in stream:
            if token.type == "heading_open":
                headings.append(self._heading(token, next(stream)))
            elif token.type == "table_open":
                tables.append(self._table(stream))
            elif token.type in {"list_item_open", "list_item_close"}:
                lists += token.nesting
            elif token.type == "inline" and lists:
                items.append(Item(self._cell(token, self._place(token)), self._open))
        return Document(tuple(headings), tuple(tables), tuple(items))

    def _heading(self, opening: Token, inline: Token) -> Heading:
        heading = Heading(int(opening.tag[1:]), self._cell(inline, self._place(inline)))
        self._open = (*(above for above in self._open if above.level < heading.level), heading)
        return heading

    def _table(self, stream: Iterator[Token]) -> Table:
        rows: list[tuple[Cell, ...]] = []
        cells: list[Token] = []
        for token in stream:
            if token.type == "table_close":
                break
            if token.type == "inline":
                cells.append(token)
            elif token.type == "tr_close":
                rows.append(self._row(cells, len(rows[0]) if rows else None))
                cells = []
        return Table(rows[0], tuple(rows[1:]), self._open)

    def _row(self, inlines: Sequence[Token], width: int | None) -> tuple[Cell, ...]:
        """Give every cell its column, and note a row whose own pipes make more or fewer cells than the header's.

        The Markdown rules pad short rows and drop what is too much without a word; a reader of facts may not.
        """
        index = _line(inlines[0])
        columns = cell_columns(self._lines[index])
        where = Where(self._file, self._first + index, columns[0] if columns else 1)
        if width is not None and len(columns) != width:
            self._findings.add(
                where,
                "",
                f"this row has {len(columns)} cells and the table's header {width}; "
                r"write a | that belongs to a cell as \|, and - for an empty cell",
            )
        return tuple(
            self._cell(inline, Where(where.file, where.line, columns[at] if at < len(columns) else where.column))
            for at, inline in enumerate(inlines)
        )

    def _place(self, inline: Token) -> Where:
        index = _line(inline)
        return Where(self._file, self._first + index, _indent(self._lines[index]) + 1)

    def _cell(self, inline: Token, where: Where) -> Cell:
        return Cell(tuple(_pieces(inline)), where)


def cell_columns(line: str) -> tuple[int, ...]:
    r"""Return the column, from 1, of the first character of each cell of a table row.

    Pipes part cells, also inside code spans, unless written `\|` (GitHub Flavored Markdown, section 4.10).
    """
    body = line.rstrip()
    start = len(body) - len(body.lstrip(" \t>"))
    start += body[start:].startswith("|")
    end = len(body) - 1 if len(body) > start and _UNESCAPED_PIPE.match(body, len(body) - 1) else len(body)
    columns = []
    for pipe in [*(found.start() for found in _UNESCAPED_PIPE.finditer(body, start, end)), end]:
        columns.append(start + _indent(body[start:pipe]) + 1)
        start = pipe + 1
    return tuple(columns)


def _pieces(inline: Token) -> Iterator[tuple[str, bool]]:
    for child in inline.children or ():
        if child.type == "code_inline":
            yield child.content, True
        elif child.type in {"softbreak", "hardbreak"} or (
            child.type == "html_inline" and _BREAK.match(child.content)
        ):
            yield " ", False
        elif child.type in {"text", "text_special"} and child.content:
            yield child.content, False


def _line(inline: Token) -> int:
    return inline.map[0] if inline.map else 0


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip()) if text.strip() else 0
