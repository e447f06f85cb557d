"""The lines of a page to a Document, in one pass: every line is looked at a bounded number of times."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Block, Code, Document, Group, GroupForm, Heading, Text
from teststrip.provider.reading.forms import components, fences, headers, rst_tables, tabs, tagged, templates
from teststrip.provider.reading.forms.pipe_rows import ATX, BOLD, FENCE, PipeRows, rows_above
from teststrip.provider.reading.forms.pipes import has_pipe, is_rule, read_row, width
from teststrip.provider.reading.forms.place_titles import place_title
from teststrip.provider.reading.forms.titles import bare_title
from teststrip.provider.reading.inline import Cell, cropped, plain_cell, read_inline

_HTML_HEADING: Final = Pattern(r"\s*<h([1-6])\b[^<>]*>(.*?)</h\1>\s*", re.IGNORECASE)
_ITEM: Final = Pattern(r"([ \t]*)(?:>[ \t]*)*(?:[-*+•]|\d{1,3}[.)])[ \t]+(.*)")
# Signs that no text has, and that the readers use to hold places; one for one, so that columns stay.
_CONTROL: Final = Pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000]")
_SKIPPED: Final = Pattern(
    r"\s*(?:import\s.+from\s|import\s+['\"]|export\s+(?:const|default)\b|:::|\{[%{/][^{}=]*\}\}?\s*$|\{\w{1,30}[:(][^{}\"]*\}\s*$|\{:[^{}]{0,200}\}\s*$|---+\s*$|\*\*\*+\s*$)"
)
# `{#anchor}`, `{: #anchor}`, and a link without words behind a heading
_UNDERLINES: Final = '=-~^"+'  # signs below a heading, by its level
_BOLD_LEVEL: Final = 9
_CALL_LEVEL: Final = 2  # of a line above the address of a call, where no heading has a mark
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
    called: int = -1  # the line above the last address of a call, on such a page
    ends: dict[str, int] = field(default_factory=dict)  # where components end, as found so far
    open_end: bool = False  # code was found that no fence ends

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
                or self._drawn(line)
                or self._table()
            ):
                self._text(line)
        self._end_paragraph()
        return Document(self.file, tuple(self.blocks))

    def _where(self, index: int, column: int = 1) -> Where:
        return Where(self.file, self.first + index, column)

    # --- what is not a table ---------------------------------------------------------------------------------

    def _fence(self, line: str) -> bool:
        match = FENCE.match(line) or fences.glued(line)
        if match is None or match.end() < len(line.rstrip()) or self._underlines(line):
            return False
        self._end_paragraph()
        start = self.at
        lead = line[: match.start(1)].strip() if line.lstrip()[:1] not in {"`", "~", ">"} else ""
        if lead:
            self.blocks.append(Text(read_inline(lead, self._where(start)), self.open))
        end = fences.find_end(self.lines, start, match[1], match[2].strip(), found_open=self.open_end)
        self.open_end = self.open_end or end.unclosed
        if end.stray:
            self.at += 1
            return True
        self.at = end.line
        text = "\n".join(self.lines[start + 1 : self.at])
        self.blocks.append(Code(match[2].strip(), text, self._where(start)))
        if tagged.has_tags(text):
            self._tags(start + 1, self.at)
        self.at += end.closed
        return True

    def _tags(self, start: int, end: int) -> None:
        """Take the parameters that tags in a block of code describe."""
        at = start
        while at < end:
            found = tagged.read_tagged(self.lines, at, self.file, self.first, end)
            if found is not None:
                self._group(Group("list", found.header, found.rows, self.open, (), self._where(at)))
            at = max(found.next_line if found is not None else 0, at + 1)

    def _markup(self, line: str) -> bool:
        """Take a component or an HTML table, which may go over many lines."""
        made = self._templated(line)
        if made is None and "<" not in line and "{/*" not in line:
            if _SKIPPED.match(line) and not self.paragraph:
                self.at += 1
                return True
            return False
        found = made or components.read_component(self.lines, self.at, self.file, self.first, self.ends)
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

    def _templated(self, line: str) -> components.Found | None:
        if line.lstrip(" \t")[:2] not in {"{%", "{{", "[b"}:
            return None
        return templates.read_template(self.lines, self.at, self.file, self.first)

    def _heading(self, line: str) -> bool:
        match = ATX.fullmatch(line)
        title = "" if match is None else match[2].rstrip(" \t").rstrip("#").rstrip(" \t")
        if match is not None and (title or line.strip("# \t>") == ""):
            self._end_paragraph()
            self._open_heading(
                Heading(len(match[1]), read_inline(bare_title(title), self._where(self.at, match.start(2) + 1)))
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
        bold = BOLD.fullmatch(line)
        title = (bold[1], bold.start(1)) if bold is not None else place_title(self.lines, self.at)
        if title is None or has_pipe(line):
            return False
        self._open_heading(Heading(_BOLD_LEVEL, read_inline(title[0], self._where(self.at, title[1] + 1))))
        self.at += 1
        return True

    def _underlines(self, line: str) -> bool:
        """Tell whether a line of tildes is below the whole of a title, as in reStructuredText."""
        under = line.strip()
        titled = len(self.paragraph) == 1 and len(under) >= len(self.lines[self.paragraph[0]].strip())
        return titled and not under.strip("~")

    def _setext(self, line: str) -> bool:
        under = line.strip()
        if len(under) < 3 or under.strip(under[0]) or under[0] not in _UNDERLINES:
            return False
        *over, index = self.paragraph
        title = self.lines[index].strip()
        # reStructuredText has more signs, below the whole of a title, and may have them above it as well.
        framed = len(over) == 1 and self.lines[over[0]].strip() == under
        if (over and not framed) or (under[0] not in "=-" and len(under) < len(title)):
            return False
        self.paragraph = []
        self._open_heading(Heading(_UNDERLINES.index(under[0]) + 1, read_inline(title, self._where(index))))
        self.at += 1
        return True

    def _open_heading(self, heading: Heading) -> None:
        heading = Heading(heading.level, cropped(heading.cell, _MOST_HEADING))
        self.open = heading.below(self.open)
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
        if self.paragraph and tabs.is_call(line) and not any(one.level < _CALL_LEVEL for one in self.open):
            self.called = self.paragraph[-1]
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
        if self.called >= 0:
            title = self.lines[self.called].strip()
            self._open_heading(Heading(_CALL_LEVEL, plain_cell(title, self._where(self.called))))
        self.called = -1
        if self.told >= 0:
            self._open_heading(Heading(3, plain_cell(self.lines[self.told].strip(), self._where(self.told))))
        self.told = -1
        self._group(Group("table", found.header, found.rows, self.open, tuple(self.lead), self._where(self.at)))
        self.at = found.next_line
        return True

    def _drawn(self, line: str) -> bool:
        """Take a table of reStructuredText, or a run of tags as source code has them."""
        start = line.lstrip(" \t*/#")[:1]
        form: GroupForm = "table"
        found: rst_tables.RstTable | tagged.Tagged | None = None
        if start in {"+", "=", "."}:
            found = rst_tables.read_rst_table(self.lines, self.at, self.file, self.first)
        elif start in {":", "@"}:
            form, found = "list", tagged.read_tagged(self.lines, self.at, self.file, self.first)
        if found is None:
            return False
        self._end_paragraph()
        self._group(Group(form, found.header, found.rows, self.open, tuple(self.lead), self._where(self.at)))
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
        named = cells if ruled else headers.bare_header(self.lines, self.at, cells)
        if named is None:
            return False
        columns = max(width(self.lines[self.at + 1]), 2) if ruled else len(cells)
        prefix, header = headers.parted(line, named, columns)
        if len(header) < 2:
            return False
        above = rows_above(self.lines, self.paragraph, header, self._where) if ruled else []
        self._end_paragraph()
        if prefix is not None:
            self.lead.append(prefix)
            self.blocks.append(Text(prefix, self.open))
        start = self.at
        self.at += any(cell.text for cell in header) or ruled
        rows, self.at = PipeRows(self.lines, self.at, self.file, self.first).read(header)
        self._group(Group("table", header, (*above, *rows), self.open, tuple(self.lead), self._where(start)))
        return True

    def _group(self, group: Group) -> None:
        self.blocks.append(group)
        self.lead = []
