"""Tables as a browser copies them: a tab between cells, and the lines of a last cell below its row.

    Field	Type	Required	Description
    steps	integer	Optional
    How many steps to take
    camera

    kind
    string	Optional	The kind of movement

A name over several lines (`camera`, `kind`) is a member's: the names above it stand first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_NAMES: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}(?:\s?[/,]\s?[A-Za-z_][\w.\[\]-]{0,60}){0,6}")
_ROWS: Final = 2  # lines below a header that tell whether it is one
_CALL: Final = Pattern(r"(?:https?://|/)\S{1,300}")
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_MOST_NAMES: Final = 4  # lines that the name of one member goes over
# A line that stood as a heading above what comes next.
TOLD: Final = Pattern(
    r"(?i:(?:request|response|query|path|body|header|form)(?: (?:body|headers?|query|path|param(?:eter)?s|fields|data|example|samples?)){1,3}|error codes?)"
    r"|Request|Response|Example|JSON|cURL|(?:请求|响应|返回|查询|路径)(?:体|头|参数|示例|结果)|错误码|示例(?:代码)?"
)


@dataclass(frozen=True, slots=True)
class Tabbed:
    """A table, and the next line to look at."""

    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    next_line: int


def endpoint_of(line: str) -> str:
    """Return `POST /v1/images` for a row of cells of which one is a method and one a path; empty for any other line."""
    cells = [cell.strip() for cell in line.split("\t")] if "\t" in line else []
    method = next((cell for cell in cells if cell in _METHODS), "")
    path = next((cell for cell in cells if _CALL.fullmatch(cell)), "")
    return f"{method} {path}" if method and path else ""


def is_call(line: str) -> bool:
    """Tell whether a line is nothing but a method and an address: `POST https://a.example/v1/images`."""
    method, _, address = line.strip().partition(" ")
    return method in _METHODS and _CALL.fullmatch(address.strip()) is not None


def read_tabbed(lines: Sequence[str], at: int, file: str, first: int) -> Tabbed | None:
    """Read a table whose header is line `at` (counted from 0); None when that is none."""
    if "\t" not in lines[at]:
        return None
    header = [cell.strip() for cell in lines[at].rstrip("\t ").split("\t")]
    if not _is_header(header) and not _is_bare_header(header, lines[at + 1 : at + 1 + _ROWS]):
        return None
    return _Reader(lines, at, header, file, first).read()


def _is_header(header: Sequence[str]) -> bool:
    """Tell whether the cells of a line are a header: with types, or else with words for every column."""
    known = {words.column(cell) for cell in header}
    untyped = "" not in known and "name" in known and len(known) > 2 and words.is_sure_name(header[0])
    return words.is_header(header) or (untyped and {"required", "default"} & known != set())


def _is_bare_header(header: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a line is `Parameter`, `Description`, ...: all columns known, and only rows of names below it."""
    known = [words.column(cell) for cell in header]
    if "" in known or known[0] != "name" or known.count("name") > 1 or not words.is_sure_name(header[0]):
        return False
    rows = [[cell.strip() for cell in line.split("\t")] for line in below if line.strip()]
    return len(rows) == _ROWS and all(
        1 < len(row) <= len(header) and _NAMES.fullmatch(row[0].strip("`*")) for row in rows
    )


class _Reader:
    """One pass over the lines of a table."""

    def __init__(self, lines: Sequence[str], at: int, header: Sequence[str], file: str, first: int) -> None:
        self._lines = lines
        self._at = at
        self._file = file
        self._first = first
        self._header = header
        self._columns = [words.column(cell) for cell in header]
        self._rows: list[tuple[int, list[str]]] = []
        self._more: list[str] = []  # lines of the last cell so far
        self._paths: dict[str, str] = {}  # the last part of each name, and the whole

    def read(self) -> Tabbed | None:
        start = self._at
        for at in range(start + 1, len(self._lines)):
            line = self._lines[at]
            if self._ends(line) or self._is_left(at):
                break
            self._at = at
            self._line(line)
        else:
            self._at = len(self._lines) - 1
        self._close()
        if not self._rows:
            return None
        header = tuple(plain_cell(cell, Where(self._file, self._first + start, 1)) for cell in self._header)
        return Tabbed(header, tuple(self._row(at, cells) for at, cells in self._rows), self._at + 1)

    def _ends(self, line: str) -> bool:
        plain = line.strip()
        if plain.startswith(("```", "#")) or TOLD.fullmatch(plain) or endpoint_of(line):
            return True
        return "\t" in line and _is_header([cell.strip() for cell in line.rstrip("\t ").split("\t")])

    def _is_left(self, at: int) -> bool:
        """Tell whether an empty line ends a table without types, whose cells are on a line each."""
        after = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        if "type" in self._columns or "\t" in after:
            return False
        # What goes on below a default, or a yes, is no more of it.
        short = self._columns[-1] in {"required", "default"} and "\t" not in self._lines[at]
        return not self._lines[at].strip() or (short and bool(self._rows))

    def _line(self, line: str) -> None:
        cells = [cell.strip() for cell in line.split("\t")]
        missing = len(self._header) - len(cells)
        if "type" not in self._columns:
            if len(cells) > 1 and missing >= 0 and _NAMES.fullmatch(cells[0].strip("`*")):
                self._open([*cells, *([""] * missing)])
            else:
                self._more.append(line.strip())
            return
        if missing == 0 and _NAME.fullmatch(cells[0]) and self._typed(cells):
            self._open(cells)
        elif (
            missing == 1 and len(cells) > 1 and self._columns[:2] == ["name", "type"] and self._typed(["", *cells])
        ):
            names = self._names()
            if names:
                self._open([self._whole(names), *cells])
            else:
                self._more.append(line.strip())
        else:
            self._more.append(line.strip())

    def _open(self, cells: list[str]) -> None:
        self._close()
        self._rows.append((self._at, cells))
        self._paths[cells[0].rpartition(".")[2]] = cells[0]

    def _close(self) -> None:
        if self._rows and self._more:
            cells = self._rows[-1][1]
            cells[-1] = "\n".join([cells[-1], *self._more]).strip("\n")
        self._more = []

    def _typed(self, cells: Sequence[str]) -> bool:
        if "type" not in self._columns:
            return False
        try:
            return read_kind(cells[self._columns.index("type")]).kind is not None
        except CellError:
            return False

    def _names(self) -> list[str]:
        """Take the lines that are a name alone off the end of the cell above."""
        names: list[str] = []
        rest = list(self._more)
        while rest and len(names) < _MOST_NAMES and (not rest[-1] or _NAME.fullmatch(rest[-1])):
            line = rest.pop()
            names = [line, *names] if line else names
        self._more = rest if names else self._more
        return names

    def _whole(self, names: Sequence[str]) -> str:
        """Return the path of a member: the first of its names may itself be one."""
        return ".".join([self._paths.get(names[0], names[0]) if len(names) > 1 else names[0], *names[1:]])

    def _row(self, at: int, cells: Sequence[str]) -> Row:
        where = Where(self._file, self._first + at, 1)
        return Row(tuple(read_inline(re.sub(r"\n{2,}", "\n", cell), where) for cell in cells), where)
