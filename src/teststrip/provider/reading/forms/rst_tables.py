"""Tables of reStructuredText: drawn with signs (grid), ruled above and below (simple), or written as a list of lists.

Forms and names are those of the reStructuredText Markup Specification, "Grid Tables" and "Simple Tables", and of the
directive `list-table` (Docutils).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GRID: Final = Pattern(r"[ \t]*\+(?:[-=]+\+){2,}[ \t]*")
_SIMPLE: Final = Pattern(r"[ \t]*=+(?:[ \t]+=+)+[ \t]*")
_LISTED: Final = Pattern(r"([ \t]*)\.\. list-table::.*")
_ITEM: Final = Pattern(r"([ \t]*)\*[ \t]+-(?:[ \t]+(.*))?")
_MORE: Final = Pattern(r"([ \t]*)-(?:[ \t]+(.*))?")
_ROLE: Final = Pattern(r":[a-z][a-z:+.-]*:`([^`<>]*?)(?:\s*<[^`<>]*>)?`", re.IGNORECASE)
_LONGEST: Final = 2000  # lines of one table
_LONGEST_HEADER: Final = 60


@dataclass(frozen=True, slots=True)
class RstTable:
    """A table, and the next line to look at."""

    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    next_line: int


@dataclass(slots=True)
class _Drawn:
    """Rows as they are gathered: of each cell the line it begins on (from 0), and its lines."""

    rows: list[list[tuple[int, list[str]]]]
    header: int  # how many of the rows are the header
    next_line: int


def read_rst_table(lines: Sequence[str], at: int, file: str, first: int) -> RstTable | None:
    """Read a table that begins on line `at` (counted from 0); None when none does."""
    line = lines[at]
    drawn = None
    if _GRID.fullmatch(line):
        drawn = _grid(lines, at)
    elif _SIMPLE.fullmatch(line):
        drawn = _simple(lines, at)
    elif _LISTED.fullmatch(line):
        drawn = _list_table(lines, at)
    if drawn is None or len(drawn.rows) < 2 or drawn.header < 1:
        return None
    made = [tuple(_cell(cell, Where(file, first + index, 1)) for index, cell in cells) for cells in drawn.rows]
    rows = tuple(Row(cells, cells[0].where) for cells in made[drawn.header :])
    return RstTable(made[0], rows, drawn.next_line)


def _cell(lines: Sequence[str], where: Where) -> Cell:
    text = "\n".join(line.strip() for line in lines).strip()
    return read_inline(_ROLE.sub(r"`\1`", text), where) if text else plain_cell("", where)


def _grid(lines: Sequence[str], at: int) -> _Drawn | None:
    """Read a table whose cells are drawn with `+---+` and `|`; the rule below its header is `+===+`."""
    top = lines[at].rstrip()
    edges = [index for index, sign in enumerate(top) if sign == "+"]
    rows: list[list[tuple[int, list[str]]]] = []
    header, index = 0, at + 1
    current: list[tuple[int, list[str]]] = [(index, []) for _ in edges[1:]]
    while index < min(len(lines), at + (_LONGEST if header else _LONGEST_HEADER)):
        line = lines[index].rstrip()
        if line.lstrip(" \t").startswith("+"):
            if any(part.strip() for _, cell in current for part in cell):
                rows.append(current)
            if "=" in line and not header:
                header = len(rows)
            current = [(index + 1, []) for _ in edges[1:]]
        elif line.lstrip(" \t").startswith("|"):
            for (_, cell), (left, right) in zip(current, pairwise(edges), strict=True):
                cell.append(line[left + 1 : right])
        else:
            break
        index += 1
    return _Drawn(rows, header, index) if header else None


def _simple(lines: Sequence[str], at: int) -> _Drawn | None:
    """Read a table with a rule of `=` above its header, below it, and at its end."""
    spans = [match.span() for match in re.finditer(r"=+", lines[at])]
    rows: list[list[tuple[int, list[str]]]] = []
    header = 0
    for index in range(at + 1, min(len(lines), at + _LONGEST)):
        line = lines[index]
        if not header and index > at + _LONGEST_HEADER:
            return None
        if _SIMPLE.fullmatch(line):
            if header:
                return _Drawn(rows, header, index + 1)
            header = len(rows)
            if not header:
                return None
            continue
        if not line.strip() or not line.strip(" -\t"):
            continue
        starts = [start for start, _ in spans]
        cells = [line[left:right] for left, right in pairwise([*starts, len(line) + 1])]
        if rows and (header == 0 or len(rows) > header) and not cells[0].strip():
            for (_, cell), more in zip(rows[-1], cells, strict=True):
                cell.append(more)
        else:
            rows.append([(index, [cell]) for cell in cells])
    return None


def _list_table(lines: Sequence[str], at: int) -> _Drawn | None:
    """Read the directive `list-table`: a list of rows, each a list of cells."""
    match = _LISTED.fullmatch(lines[at])
    indent = len(match[1].expandtabs(4)) if match is not None else 0
    rows: list[list[tuple[int, list[str]]]] = []
    headers, index = 0, at + 1
    for index, line in _block(lines, at + 1, indent):
        told = re.fullmatch(r"\s*:header-rows:\s*(\d{1,2})\s*", line)
        opened, more = _ITEM.fullmatch(line), _MORE.fullmatch(line)
        if told is not None:
            headers = int(told[1])
        elif opened is not None:
            rows.append([(index, [opened[2] or ""])])
        elif more is not None and rows:
            rows[-1].append((index, [more[2] or ""]))
        elif rows and line.strip():
            rows[-1][-1][1].append(line)
    return _Drawn(rows, headers, index + 1)


def _block(lines: Sequence[str], at: int, indent: int) -> Iterator[tuple[int, str]]:
    """Give the lines that are deeper than `indent`, from `at` on, and the empty ones between them."""
    for index in range(at, min(len(lines), at + _LONGEST)):
        line = lines[index]
        if line.strip() and len(line) - len(line.lstrip(" \t")) <= indent:
            return
        yield index, line
