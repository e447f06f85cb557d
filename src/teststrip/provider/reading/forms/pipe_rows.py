"""The rows of a table with pipes, below its header: each joined with the lines that it was broken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.forms import components
from teststrip.provider.reading.forms.headers import is_row
from teststrip.provider.reading.forms.pipes import has_pipe, is_closed, is_rule, read_row, width
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ATX: Final = Pattern(r"[ >]{0,6}(#{1,6})(?:[ \t]+|(?=[^#\s]))(.*)")
BOLD: Final = Pattern(r"\s*(?:\*\*|__)([^*]{1,120}?)[:：]?(?:\*\*|__)\s*[:：]?\s*")
FENCE: Final = Pattern(r"[ \t>]*(?:[-*][ \t]+)?(`{3,}|~{3,})[ \t]*([^`]*)")
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}")  # in the first cell of a row
_MOST_JOINED: Final = 24  # lines that one row may be broken over
_ITEM: Final = Pattern(r"\s{0,12}(?:[-*+•]|\d{1,2}[.)])\s")
_FEWEST_OPEN: Final = 3  # columns of a table whose last cells may hold lists
_MOST_TORN: Final = 80  # lines that the last cell of a row may go over, with empty lines between them


def rows_above(
    lines: Sequence[str], paragraph: list[int], header: Sequence[Cell], where: Callable[[int], Where]
) -> list[Row]:
    """Take the lines right above a header that are rows of its table: some generators write it in the midst of them.

    `paragraph` are the numbers of the lines of running text above; those that are taken leave it.
    """
    found: list[Row] = []
    while paragraph and words.column(header[0].text) == "name":
        line = lines[paragraph[-1]]
        row = read_row(line, where(paragraph[-1])) if line.startswith("|") else None
        if row is None or len(row.cells) != len(header) or _NAME.fullmatch(row.cells[0].text) is None:
            break
        if words.column(row.cells[1].text):
            break  # a header of two lines
        found.append(row)
        paragraph.pop()
    return found[::-1]


class PipeRows:
    """One pass over the lines of a table; `at` is the first line below its header."""

    def __init__(self, lines: Sequence[str], at: int, file: str, first: int) -> None:
        self._lines = lines
        self._at = at
        self._file = file
        self._first = first

    def _where(self, index: int) -> Where:
        return Where(self._file, self._first + index, 1)

    def read(self, header: Sequence[Cell]) -> tuple[list[Row], int]:
        """Return the rows below a header, and the next line to look at."""
        rows: list[Row] = []
        names = [cell.text for cell in header]
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if is_rule(line):
                self._at += 1
                continue
            if not line.strip() and self._skips(names, rows):
                self._at += 1
                continue
            if rows and not has_pipe(line) and (end := self._parted_until(rows[-1], len(names))):
                rows[-1] = self._longer(rows[-1], self._lines[self._at : end])
                self._at = end
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
        return rows, self._at

    def _skips(self, names: Sequence[str], rows: Sequence[Row]) -> bool:
        """Tell whether an empty line parts rows of one table: what is below is a row that is as wide, and no header."""
        after = self._at + 1
        if after >= len(self._lines) or not is_row(self._lines, after, len(names)):
            return False
        cells = read_row(self._lines[after], self._where(after)).cells
        told = [words.column(cell.text) for cell in cells]
        return (not rows or rows[-1].closed) and not (told[0] == "name" and len(set(told) - {""}) > 1)

    def _parted_until(self, row: Row, columns: int) -> int:
        """Return the next row of a table without outer pipes, behind lists in the last cell of the one before it.

        0 where none follows, or where what stands between may be something else. Empty lines part a list's items.
        """
        if row.closed or len(row.cells) != columns or columns < _FEWEST_OPEN:
            return 0
        for at in range(self._at, min(self._at + _MOST_TORN, len(self._lines))):
            line = self._lines[at]
            if has_pipe(line):
                whole = width(line) == columns and not is_closed(line) and not line.lstrip().startswith("|")
                first = read_row(line, self._where(at)).cells[0].text if whole else ""
                ruled = at + 1 < len(self._lines) and is_rule(self._lines[at + 1])
                listed = any(_ITEM.match(one) for one in self._lines[self._at : at])
                return at if listed and not ruled and _NAME.fullmatch(first) else 0
            if ATX.fullmatch(line) or FENCE.match(line) or components.begins(line) or BOLD.fullmatch(line):
                return 0
        return 0

    def _goes_on(self, line: str, names: Sequence[str], rows: list[Row]) -> bool:
        """Tell whether a line belongs to the table that is being read."""
        if has_pipe(line):
            ruled = self._at + 1 < len(self._lines) and is_rule(self._lines[self._at + 1])
            texts = [cell.text for cell in read_row(line, self._where(self._at)).cells] if ruled else []
            if not ruled or (len(texts) == len(names) and self._is_ruled_row(texts, names)):
                return True
            # A header that is repeated word for word goes on only when rows are missing before it.
            return texts == names and not rows
        if not rows or rows[-1].closed or len(rows[-1].cells) > len(names):
            return False
        return not (ATX.fullmatch(line) or FENCE.match(line) or components.begins(line) or BOLD.fullmatch(line))

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
        below = self._lines[self._at + 2 : self._at + 4]
        return not below or not has_pipe(below[0]) or is_rule(below[-1])

    def _row(self, columns: int) -> Row:
        """Take a row, joined with the lines that it was broken over."""
        start = self._at
        text = self._lines[start]
        self._at += 1
        # A row that is short and open goes on below, unless what is below is a whole row by itself.
        while (
            self._at < len(self._lines)
            and self._at - start < _MOST_JOINED
            and width(text) < columns
            and not is_closed(text)
            and self._is_rest(self._lines[self._at], columns - width(text))
        ):
            text += "\n" + self._lines[self._at]
            self._at += 1
        whole = self._spread(text, columns) or self._torn(text, columns) or text
        return read_row(whole, self._where(start))

    def _torn(self, text: str, columns: int) -> str | None:
        """Take the rest of a last cell that holds paragraphs and lists, up to the pipe behind it; None when there is none."""
        if width(text) != columns or is_closed(text) or not text.lstrip(" \t>").startswith("|"):
            return None
        for end in range(self._at, min(self._at + _MOST_TORN, len(self._lines))):
            line = self._lines[end].strip()
            if line.startswith("|") and line != "|":
                return None
            if ATX.fullmatch(line) or FENCE.match(line):
                return None
            if is_closed(line):
                joined = "\n".join([text, *self._lines[self._at : end + 1]])
                if width(joined) != columns:
                    return None
                self._at = end + 1
                return joined
        return None

    def _spread(self, text: str, columns: int) -> str | None:
        """Take the rest of a row whose every cell is on a line of its own, with a pipe behind it; None when it is none."""
        if width(text) >= columns or not is_closed(text) or self._at >= len(self._lines):
            return None
        if has_pipe(self._lines[self._at]):
            return None
        joined = text
        for end in range(self._at, min(self._at + _MOST_JOINED, len(self._lines))):
            line = self._lines[end]
            if not line.strip() or width(joined) > columns:
                return None
            joined += "\n" + line
            if width(joined) == columns and is_closed(joined):
                self._at = end + 1
                return joined
        return None

    def _is_rest(self, line: str, missing: int) -> bool:
        if not line.strip() or is_rule(line) or not has_pipe(line) or ATX.fullmatch(line):
            return False
        opens = line.lstrip(" \t>").startswith("|")
        return width(line) - (0 if opens else 1) <= missing

    def _continued(self, row: Row, names: Sequence[str], rows: list[Row]) -> Row:
        """Add the lines without a pipe that follow to the last cell of an open row."""
        more: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if has_pipe(line) or not line.strip() or not self._goes_on(line, names, rows):
                break
            more.append(line.strip())
            self._at += 1
        return self._longer(row, more)

    def _longer(self, row: Row, more: Sequence[str]) -> Row:
        last = row.cells[-1]
        longer = read_inline("\n".join([last.raw, *filter(None, map(str.strip, more))]), last.where)
        return Row((*row.cells[:-1], longer), row.where, (), row.depth, row.closed)

    def _ends_row(self, line: str, row: Row, columns: int) -> bool:
        """Tell whether a line is the end, its pipe with it, of the last cell of the row above it."""
        if row.closed or len(row.cells) != columns or not is_closed(line) or width(line) != 1:
            return False
        opened = self._lines[row.where.line - self._first].lstrip(" \t>").startswith("|")
        return opened and not line.lstrip(" \t>").startswith("|")

    def _ended(self, row: Row) -> Row:
        last = row.cells[-1]
        more = self._lines[self._at].rstrip().removesuffix("|").strip()
        self._at += 1
        longer = read_inline(f"{last.raw}\n{more}", last.where)
        return Row((*row.cells[:-1], longer), row.where, (), row.depth)
