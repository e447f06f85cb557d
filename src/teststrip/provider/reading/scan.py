"""The lines of a page to a Document, in one pass: every line is looked at a bounded number of times."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import components, tabs, words
from teststrip.provider.reading.document import Block, Code, Document, Group, Heading, Row, Text
from teststrip.provider.reading.inline import Cell, cropped, plain_cell, read_inline
from teststrip.provider.reading.pipes import has_pipe, is_closed, is_rule, read_row, spans, width

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATX: Final = Pattern(r"[ >]{0,6}(#{1,6})(?:[ \t]+|(?=[^#\s]))(.*?)[ \t]*#*[ \t]*")
_HTML_HEADING: Final = Pattern(r"\s*<h([1-6])\b[^<>]*>(.*?)</h\1>\s*", re.IGNORECASE)
_BOLD: Final = Pattern(r"\s*(?:\*\*|__)([^*]{1,120}?)[:：]?(?:\*\*|__)\s*[:：]?\s*")
_FENCE: Final = Pattern(r"[ \t>]*(?:[-*][ \t]+)?(`{3,}|~{3,})[ \t]*([^`]*)")
_ITEM: Final = Pattern(r"([ \t]*)(?:>[ \t]*)*(?:[-*+•]|\d{1,3}[.)])[ \t]+(.*)")
# Signs that no text has, and that the readers use to hold places; one for one, so that columns stay.
_CONTROL: Final = Pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000]")
_SKIPPED: Final = Pattern(
    r"\s*(?:import\s.+from\s|import\s+['\"]|export\s+(?:const|default)\b|:::|---+\s*$|\*\*\*+\s*$)"
)
_MOST_JOINED: Final = 24  # lines that one row may be broken over
_BOLD_LEVEL: Final = 9
_MOST_HEADING: Final = 300  # characters of a heading


def read_document(body: str, file: str, first_line: int = 1) -> Document:
    """Read text that begins on `first_line` of `file`. Never fails: what is nothing known is running text."""
    return _Scanner(_CONTROL.sub(" ", body).split("\n"), file, first_line).document()


@dataclass(slots=True)
class _Scanner:
    """One pass over the lines; `at` is the next line to look at."""

    lines: list[str]
    file: str
    first: int
    at: int = 0
    blocks: list[Block] = field(default_factory=list)
    open: tuple[Heading, ...] = ()
    lead: list[Cell] = field(default_factory=list)
    paragraph: list[int] = field(default_factory=list)
    told: int = -1  # the last line that may have been a heading, on a page that lost its marks
    ends: dict[str, int] = field(default_factory=dict)  # where components end, as found so far

    def document(self) -> Document:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self._end_paragraph()
                self.at += 1
            elif not (
                self._fence(line)
                or self._markup(line)
                or self._heading(line)
                or self._tabbed(line)
                or self._table()
            ):
                self._text(line)
        self._end_paragraph()
        return Document(self.file, tuple(self.blocks))

    def _where(self, index: int, column: int = 1) -> Where:
        return Where(self.file, self.first + index, column)

    # --- what is not a table ---------------------------------------------------------------------------------

    def _fence(self, line: str) -> bool:
        match = _FENCE.match(line)
        if match is None or match.end() < len(line.rstrip()):
            return False
        self._end_paragraph()
        fence, start = match[1], self.at
        self.at += 1
        while self.at < len(self.lines):
            closing = self.lines[self.at].strip(" \t>")
            if closing.startswith(fence) and not closing.strip(fence[0]):
                break
            self.at += 1
        text = "\n".join(self.lines[start + 1 : self.at])
        self.blocks.append(Code(match[2].strip(), text, self._where(start)))
        self.at += 1
        return True

    def _markup(self, line: str) -> bool:
        """Take a component or an HTML table, which may go over many lines."""
        if "<" not in line and "{/*" not in line:
            if _SKIPPED.match(line) and not self.paragraph:
                self.at += 1
                return True
            return False
        found = components.read_component(self.lines, self.at, self.file, self.first, self.ends)
        if found is None:
            return False
        self._end_paragraph()
        self.at = found.next_line
        if found.title is not None:
            self._open_heading(Heading(_BOLD_LEVEL, found.title))
        if found.rows:
            self._group(
                Group(found.form, found.header, found.rows, self.open, tuple(self.lead), found.rows[0].where)
            )
        self.lead += found.texts
        self.blocks += [Text(cell, self.open) for cell in found.texts]
        return True

    def _heading(self, line: str) -> bool:
        match = _ATX.fullmatch(line)
        if match is not None and (match[2] or line.strip("# \t>") == ""):
            self._end_paragraph()
            self._open_heading(
                Heading(len(match[1]), read_inline(match[2], self._where(self.at, match.start(2) + 1)))
            )
            self.at += 1
            return True
        tagged = _HTML_HEADING.fullmatch(line) if "<h" in line.lower() else None
        if tagged is not None:
            self._open_heading(
                Heading(int(tagged[1]), read_inline(tagged[2], self._where(self.at, tagged.start(2) + 1)))
            )
            self.at += 1
            return True
        if self.paragraph:
            return self._setext(line)
        bold = _BOLD.fullmatch(line)
        if bold is None or has_pipe(line):
            return False
        self._open_heading(Heading(_BOLD_LEVEL, read_inline(bold[1], self._where(self.at, bold.start(1) + 1))))
        self.at += 1
        return True

    def _setext(self, line: str) -> bool:
        under = line.strip()
        if len(self.paragraph) != 1 or len(under) < 3 or under.strip(under[0]) or under[0] not in "=-":
            return False
        (index,) = self.paragraph
        self.paragraph = []
        self._open_heading(
            Heading(1 if under[0] == "=" else 2, read_inline(self.lines[index].strip(), self._where(index)))
        )
        self.at += 1
        return True

    def _open_heading(self, heading: Heading) -> None:
        heading = Heading(heading.level, cropped(heading.cell, _MOST_HEADING))
        self.open = (*(above for above in self.open if above.level < heading.level), heading)
        self.lead = []
        self.blocks.append(heading)

    def _text(self, line: str) -> None:
        """Take a line of running text; a list item begins a text of its own."""
        if _ITEM.match(line):
            self._end_paragraph()
        self.paragraph.append(self.at)
        self.at += 1

    def _end_paragraph(self) -> None:
        if not self.paragraph:
            return
        start = self.paragraph[0]
        raw = "\n".join(self.lines[index] for index in self.paragraph)
        self.paragraph = []
        item = _ITEM.match(raw)
        if item is None:
            indent = len(raw) - len(raw.lstrip(" \t>"))
            cell = read_inline(raw[indent:], self._where(start, indent + 1))
            self.blocks.append(Text(cell, self.open))
        else:
            cell = read_inline(raw[item.start(2) :], self._where(start, item.start(2) + 1))
            self.blocks.append(Text(cell, self.open, len(item[1].expandtabs(4))))
        self.lead.append(cell)

    def _tabbed(self, line: str) -> bool:
        """Take a table that a browser copied, and the lines above it that were its headings."""
        if tabs.TOLD.fullmatch(line.strip()):
            self.told = self.at
        if "\t" not in line:
            return False
        call = tabs.endpoint_of(line)
        if call:
            self._end_paragraph()
            self._open_heading(Heading(2, plain_cell(call, self._where(self.at))))
            self.at += 1
            return True
        found = tabs.read_tabbed(self.lines, self.at, self.file, self.first)
        if found is None:
            return False
        self._end_paragraph()
        if self.told >= 0:
            self._open_heading(Heading(3, plain_cell(self.lines[self.told].strip(), self._where(self.told))))
        self.told = -1
        self._group(Group("table", found.header, found.rows, self.open, tuple(self.lead), self._where(self.at)))
        self.at = found.next_line
        return True

    # --- tables ----------------------------------------------------------------------------------------------

    def _table(self) -> bool:
        """Take a table whose header is this line: a rule follows, or its words are those of a parameter table."""
        line = self.lines[self.at]
        if not has_pipe(line) or is_rule(line):
            return False
        ruled = self.at + 1 < len(self.lines) and is_rule(self.lines[self.at + 1])
        cells = read_row(line, self._where(self.at)).cells
        if not ruled and not words.is_header([cell.text for cell in cells]):
            return False
        columns = max(width(self.lines[self.at + 1]), 2) if ruled else len(cells)
        prefix, header = self._header(line, cells, columns)
        if len(header) < 2:
            return False
        self._end_paragraph()
        if prefix is not None:
            self.lead.append(prefix)
            self.blocks.append(Text(prefix, self.open))
        start = self.at
        self.at += 1
        rows = self._rows(header)
        self._group(Group("table", header, tuple(rows), self.open, tuple(self.lead), self._where(start)))
        return True

    def _header(self, line: str, cells: tuple[Cell, ...], columns: int) -> tuple[Cell | None, tuple[Cell, ...]]:
        """Part a header from running text that a scraper glued to its front."""
        extra = len(cells) - columns
        known = next((index for index, cell in enumerate(cells) if words.column(cell.text)), 0)
        open_left = not line.lstrip(" \t>").startswith("|")
        if open_left and 0 < extra == known:
            edge = spans(line)[extra - 1][1]
            return read_inline(line[:edge].strip(" |"), cells[0].where), cells[extra:]
        if open_left and extra == 0 and not words.column(cells[0].text):
            glued = words.glued_column(cells[0].text)
            if glued is not None:
                text, name = glued
                return plain_cell(text, cells[0].where), (plain_cell(name, cells[0].where), *cells[1:])
        return None, cells

    def _rows(self, header: Sequence[Cell]) -> list[Row]:
        rows: list[Row] = []
        names = [cell.text for cell in header]
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if is_rule(line):
                self.at += 1
                continue
            if not line.strip() or not self._goes_on(line, names, rows):
                break
            if not has_pipe(line):
                rows[-1] = self._continued(rows[-1], names, rows)
                continue
            if rows and self._ends_row(line, rows[-1], len(header)):
                rows[-1] = self._ended(rows[-1])
                continue
            row = self._row(len(header))
            if [cell.text for cell in row.cells] != names:
                rows.append(row)
        return rows

    def _goes_on(self, line: str, names: Sequence[str], rows: list[Row]) -> bool:
        """Tell whether a line belongs to the table that is being read."""
        if has_pipe(line):
            ruled = self.at + 1 < len(self.lines) and is_rule(self.lines[self.at + 1])
            texts = [cell.text for cell in read_row(line, self._where(self.at)).cells] if ruled else []
            if not ruled or (len(texts) == len(names) and self._is_ruled_row(texts, names)):
                return True
            # A header that is repeated word for word goes on only when rows are missing before it.
            return texts == names and not rows
        if not rows or rows[-1].closed or len(rows[-1].cells) > len(names):
            return False
        return not (_ATX.fullmatch(line) or _FENCE.match(line) or components.begins(line) or _BOLD.fullmatch(line))

    def _is_ruled_row(self, texts: Sequence[str], names: Sequence[str]) -> bool:
        """Tell a row, of a table that has a rule below every row, from the header of another table."""
        if sum(bool(words.column(text)) for text in texts) * 2 >= len(texts):
            return False
        typed = any(
            words.column(name) == "type" and text.lower() in words.KINDS
            for name, text in zip(names, texts, strict=True)
        )
        if typed:
            return True
        below = self.lines[self.at + 2 : self.at + 4]
        return not below or not has_pipe(below[0]) or is_rule(below[-1])

    def _row(self, columns: int) -> Row:
        """Take a row, joined with the lines that it was broken over."""
        start = self.at
        text = self.lines[start]
        self.at += 1
        # A row that is short and open goes on below, unless what is below is a whole row by itself.
        while (
            self.at < len(self.lines)
            and self.at - start < _MOST_JOINED
            and width(text) < columns
            and not is_closed(text)
            and self._is_rest(self.lines[self.at], columns - width(text))
        ):
            text += "\n" + self.lines[self.at]
            self.at += 1
        return read_row(self._spread(text, columns) or text, self._where(start))

    def _spread(self, text: str, columns: int) -> str | None:
        """Take the rest of a row whose every cell is on a line of its own, with a pipe behind it; None when it is none."""
        if width(text) >= columns or not is_closed(text) or self.at >= len(self.lines):
            return None
        if has_pipe(self.lines[self.at]):
            return None
        joined = text
        for end in range(self.at, min(self.at + _MOST_JOINED, len(self.lines))):
            line = self.lines[end]
            if not line.strip() or width(joined) > columns:
                return None
            joined += "\n" + line
            if width(joined) == columns and is_closed(joined):
                self.at = end + 1
                return joined
        return None

    def _is_rest(self, line: str, missing: int) -> bool:
        if not line.strip() or is_rule(line) or not has_pipe(line) or _ATX.fullmatch(line):
            return False
        opens = line.lstrip(" \t>").startswith("|")
        return width(line) - (0 if opens else 1) <= missing

    def _continued(self, row: Row, names: Sequence[str], rows: list[Row]) -> Row:
        """Add the lines without a pipe that follow to the last cell of an open row."""
        more: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if has_pipe(line) or not line.strip() or not self._goes_on(line, names, rows):
                break
            more.append(line.strip())
            self.at += 1
        last = row.cells[-1]
        longer = read_inline("\n".join([last.raw, *more]), last.where)
        return Row((*row.cells[:-1], longer), row.where, (), row.depth, row.closed)

    def _ends_row(self, line: str, row: Row, columns: int) -> bool:
        """Tell whether a line is the end, its pipe with it, of the last cell of the row above it."""
        if row.closed or len(row.cells) != columns or not is_closed(line) or width(line) != 1:
            return False
        opened = self.lines[row.where.line - self.first].lstrip(" \t>").startswith("|")
        return opened and not line.lstrip(" \t>").startswith("|")

    def _ended(self, row: Row) -> Row:
        last = row.cells[-1]
        more = self.lines[self.at].rstrip().removesuffix("|").strip()
        self.at += 1
        longer = read_inline(f"{last.raw}\n{more}", last.where)
        return Row((*row.cells[:-1], longer), row.where, (), row.depth)

    def _group(self, group: Group) -> None:
        self.blocks.append(group)
        self.lead = []
