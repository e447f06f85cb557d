"""Rows to `Parsed` records: every cell that can be read by itself is read; what needs the rest of the page waits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.names import NameReading, read_name
from teststrip.provider.reading.cells.required import RequiredReading, mine_required, needs_instead, read_required
from teststrip.provider.reading.cells.rule_text import find_rules
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.group_required import marks_of, titled, unmarked
from teststrip.provider.reading.inline import Cell, plain_cell
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.learnt_types import word_of
from teststrip.provider.reading.moved_cells import with_parted_name, with_titled_name, with_types_first
from teststrip.provider.reading.row_cells import read_cells
from teststrip.provider.reading.row_kinds import RowKinds
from teststrip.provider.reading.unread_columns import flag_unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from teststrip.base.where import Where
    from teststrip.provider.reading.document import Group, Row
    from teststrip.provider.reading.sections import Section
    from teststrip.provider.reading.told import Told

_ELSEWHERE: Final = frozenset(
    {
        "response",
        "header",
        "headers",
        "cookie",
        "http header",
        "request header",
        "请求头",
        "header参数",
        "ヘッダ",
        "ヘッダー",
        "헤더",
    }
)
"""What a column of places says of what does not travel with the request's own parameters."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row, each cell read by itself. `kind.kind` is None where no type is said; `others` share the row."""

    name: NameReading
    depth: int
    where: Where
    cells: Mapping[str, Cell]
    kind: KindReading
    required: RequiredReading
    section: Section
    group: int
    told: Told | None = None  # by a machine-readable block

    def cell(self, column: str) -> Cell:
        """Return the cell of a column; an empty one when there is none."""
        return self.cells.get(column) or _nothing(self.where)

    @property
    def path(self) -> str:
        """The name as written."""
        return self.name.path


@lru_cache(1_024)  # readers ask a row for dozens of cells that it has not
def _nothing(where: Where) -> Cell:
    return plain_cell("", where)


def read_group(
    group: Group, index: int, section: Section, kinds: RowKinds, *, lenient: bool = True
) -> list[Parsed]:
    """Read the rows of a group of parameters; if not lenient, descriptions say nothing of having to be given."""
    flags = kinds.flags
    columns = columns_of(group) if group.form == "table" else [cell.text for cell in group.header]
    if "name" not in columns:
        return []  # a table that was taken for want of another, and has no names
    # A header such as `Default / Range` gives its cells to both; `Required / Default` is told apart cell by cell.
    both = (words.columns(cell.text) for cell in group.header) if group.form == "table" else ()
    also = {named[0]: named[1:] for named in both if len(named) > 1 and "required" not in named}
    parsed: list[Parsed] = []
    marks = marks_of(group, columns)
    read = [read_cells(row, columns, also, flags) for row in group.rows]
    if lenient and group.form == "table":
        read = with_titled_name(group, with_types_first([with_parted_name(cells) for cells in read]))
    for row, told in zip(group.rows, read, strict=True):
        cells = told
        if marks and (word := marks.get(cells["required"].text.strip())) is not None:
            cells["required"] = plain_cell(word, cells["required"].where)
        if (
            kinds.learnt
            and "type" in cells
            and (kind := kinds.learnt.get(word_of(cells["type"].text))) is not None
        ):
            mark = "?" if cells["type"].text.startswith("?") else ""
            cells["type"] = plain_cell(f"{mark}{kind}", cells["type"].where)
        if "in" in cells and words.plain(cells["in"].text) in _ELSEWHERE:
            continue
        if not cells["name"].text and not cells.get("type", cells["name"]).text:
            parsed = _continued(parsed, cells)
            continue
        if group.form == "list":
            cells = {column: cell for column, cell in cells.items() if cell.text or column == "name"}
        if lenient:
            flag_unread(row, group, columns, flags)
        parsed += _Reader(cells, row, section, index, kinds, lenient=lenient).read()
    return unmarked(group, titled(group, _unwrapped(parsed))) if lenient else parsed


def _unwrapped(parsed: list[Parsed]) -> list[Parsed]:
    """Take away a row that only stands for the whole body, above its members: `body`, then `» prompt`."""
    found: list[Parsed] = []
    inside = False
    for at, row in enumerate(parsed):
        if row.depth == 0:
            below = parsed[at + 1].depth if at + 1 < len(parsed) else 0
            inside = below == 1 and row.path == "body" == words.plain(row.cell("in").text)
            if inside:
                continue
        found.append(replace(row, depth=row.depth - 1) if inside else row)
    return found


def _continued(parsed: list[Parsed], cells: Mapping[str, Cell]) -> list[Parsed]:
    """Add a row without a name to the row above it."""
    if not parsed:
        return parsed
    last = parsed[-1]
    longer = dict(last.cells)
    for column, cell in cells.items():
        if cell.text and column != "name":
            before = longer.get(column)
            longer[column] = (
                cell
                if before is None or not before.text
                else Cell((*before.pieces, ("\n", False), *cell.pieces), before.where, f"{before.raw}\n{cell.raw}")
            )
    return [
        *parsed[:-1],
        Parsed(last.name, last.depth, last.where, longer, last.kind, last.required, last.section, last.group),
    ]


class _Reader:
    """One row being read: a cell that cannot be understood is flagged, and reading goes on with the others."""

    def __init__(
        self,
        cells: Mapping[str, Cell],
        row: Row,
        section: Section,
        group: int,
        kinds: RowKinds,
        *,
        lenient: bool,
    ) -> None:
        self._cells = dict(cells)
        self._row = row
        self._section = section
        self._group = group
        self._kinds = kinds
        self._flags = kinds.flags
        self._lenient = lenient

    def read(self) -> Iterator[Parsed]:
        cell = self._cells["name"]
        name = read_name(cell)
        if name is None:
            if re.search(r"[A-Za-z_]", cell.text) or self._cells.get("type"):
                self._flags.add(cell.where, cell.text, cell.text, f'"{cell.text}" is not the name of a parameter')
            return
        kind, required = self._kinds.read(name, self._cells), self._required(name)
        if kind.required is not None and required.required is None:
            required = RequiredReading(required=kind.required)
        for path in (name.path, *name.others):
            one = NameReading(path, name.depth, name.rest, (), name.starred, name.asked)
            yield Parsed(
                one,
                name.depth + self._row.depth,
                cell.where,
                self._cells,
                kind,
                required,
                self._section,
                self._group,
            )

    def _is_default(self, cell: Cell) -> bool:
        """Take a default that stands in the required column, as under a header `Required / Default`."""
        match = re.match(r"\s*(?:默认值?|default(?: value)?|預設值?)\s*[:：=]?\s*", cell.text, re.IGNORECASE)
        if match is None or "default" in self._cells:
            return False
        value = cell.codes[0] if cell.codes else cell.text[match.end() :]
        self._cells["default"] = Cell(((value, bool(cell.codes)),), cell.where, value)
        return True

    def _with_default(self, cell: Cell) -> None:
        """Take the default that stands in brackets behind a no: `Optional (defaults to `auto`)`."""
        told = _NO_WITH.search(cell.text)
        if told is not None:
            value = cell.codes[0] if cell.codes else told["value"].strip()
            self._cells["default"] = Cell(((value, bool(cell.codes)),), cell.where, value)

    def _required(self, name: NameReading) -> RequiredReading:
        cell = self._cells.get("required")
        about = self._cells.get("description")
        mined = mine_required(about) if about and self._lenient else RequiredReading()
        if cell is not None:
            reading = read_required(cell)
            if reading is not None and reading.required is False and "default" not in self._cells:
                self._with_default(cell)
            if reading is None and self._is_default(cell):
                return mined if mined.required is not None else RequiredReading(required=False)
            if reading is None:
                self._flags.add(
                    cell.where,
                    name.path,
                    cell.text,
                    f'"{cell.text}" is neither yes, nor no, nor yes (when NAME is VALUE)',
                    ("required", "optional"),
                )
                return RequiredReading(required=False)
            if reading.unclear and about is not None and _STARRED.fullmatch(cell.text) and any(find_rules(about)):
                return RequiredReading(required=False)  # a rule says when, and is told as one
            if reading.unclear and not mined.conditions and about is not None:
                # The cell only says "conditional"; the description may hold the one condition there is.
                mined = RequiredReading(required=False, conditions=find_conditions(about))
                return mined if mined.conditions and not _ALSO.search(about.text) else reading
            return _joined(reading, mined)
        if name.starred:
            return RequiredReading(required=True)
        return self._by_default(about) or _by_name(name, mined)

    def _by_default(self, about: Cell | None) -> RequiredReading | None:
        """Read "required" in the place of a default, which it is none of; a star behind it has more to say."""
        default = self._cells.get("default")
        if default is None:
            return None
        if not _REQUIRED_DEFAULT.fullmatch(default.text) and not needs_instead(default.text):
            return None
        self._cells["default"] = plain_cell("", default.where)
        if about is None or not default.text.endswith("*"):
            return RequiredReading(required=True)
        told = find_conditions(about)
        return RequiredReading(required=not told, conditions=told, unclear="" if told else default.text)


def _by_name(name: NameReading, mined: RequiredReading) -> RequiredReading:
    """Read what stands behind a name, or else what the description says."""
    if re.search(r"required|必填|必选|必須|필수|obligat", name.rest, re.IGNORECASE):
        return RequiredReading(required=True)
    if re.search(r"optional|可选|选填|任意|선택|opcional", name.rest, re.IGNORECASE):
        return RequiredReading(required=False)
    return RequiredReading(required=False) if name.asked and mined.required is None else mined


_REQUIRED_DEFAULT: Final = Pattern(
    r"[-–—*]*\s?\(?(?:none\W{1,3})?(?:required|mandatory|必填|必須|必选|obligatorio|obrigatório|obligatoire|обязательно)"
    r"(?:\s(?:in|for|by|with|on|at) (?:the |each |every |all |any )?(?:requests?|calls?|body|users?|client)|\s(?:field|parameter|value))?\)?\*?",
    re.IGNORECASE,
)
_NO_WITH: Final = Pattern(
    r"(?:[(（,;:，]|\s(?=default\s?[:：=]))\s*(?:default(?:s|ed)?(?: to| is| value)?|默认(?:值|为)?)\s*[:：=]?\s*(?P<value>[^()（）]{1,80})[)）]?\s*$",
    re.IGNORECASE,
)
_STARRED: Final = Pattern(r"\W*\w+\s?[*†¹]+")
_ALSO: Final = Pattern(r"\band\s+`?\w+`?\s+is\b|[`\s]且|并且|同时")


def _joined(cell: RequiredReading, mined: RequiredReading) -> RequiredReading:
    """Let the description say the condition that the cell only hints at, or that makes an optional one required."""
    if (cell.required is False or cell.unclear) and mined.conditions and not cell.conditions:
        return mined
    return cell
