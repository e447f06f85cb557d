"""One parameter table to drafts: every row read by itself, not yet joined to its parent."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from teststrip.base.json import Absent, Json
from teststrip.provider import cells, ranges, values
from teststrip.provider.findings import CellError, Findings
from teststrip.provider.model import Bounds, Choice, Kind, SizeBounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from teststrip.base.where import Where
    from teststrip.provider.sections import Section
    from teststrip.provider.tables import Cell, Table

T = TypeVar("T")

# What a column is called -> what it is. A table with a name column and a type column is a parameter table.
COLUMNS: Final[Mapping[str, str]] = {
    "parameter": "name",
    "name": "name",
    "field": "name",
    "type": "type",
    "required": "required",
    "default": "default",
    "range": "range",
    "values": "range",
    "description": "description",
}
_NAME: Final = re.compile(r"(?:[A-Za-z_][\w-]*(?:\[\])?\.){0,15}[A-Za-z_][\w-]*")


@dataclass(frozen=True, slots=True)
class Draft:
    """One row, read. `where` is the place of its name, `default_where` that of its default."""

    path: str
    kind: cells.KindReading
    where: Where
    default_where: Where
    section: Section
    description: str
    required: cells.RequiredReading
    default: cells.DefaultReading
    bounds: Bounds | None
    size: SizeBounds | None
    choices: tuple[Choice, ...]
    examples: tuple[Json, ...]
    media: bool


def scalar_kind(kind: cells.KindReading) -> Kind:
    """Return the kind of the items of an array whose cell names it, else the kind itself."""
    return kind.item if kind.kind == "array" and kind.item is not None else kind.kind


def is_parameter_table(table: Table) -> bool:
    """Tell whether a table has a name column and a type column."""
    return {"name", "type"} <= set(_columns(table))


def check_columns(table: Table, findings: Findings) -> None:
    """Note columns of a parameter table that have no meaning here, or have it twice."""
    seen: set[str] = set()
    for cell, meaning in zip(table.header, _columns(table), strict=True):
        if not meaning:
            findings.add(cell.where, "", f'"{cell.text}" is not a column of a parameter table')
        elif meaning in seen:
            findings.add(cell.where, "", f'"{cell.text}" says {meaning} a second time')
        seen.add(meaning)


def read_rows(table: Table, section: Section, options: Mapping[str, Table], findings: Findings) -> list[Draft]:
    """Read every row of a parameter table. `options` has the tables of values, by their title in lower case."""
    columns = _columns(table)
    drafts = []
    for row in table.rows:
        named = dict(zip(columns, row, strict=True))
        draft = _Row(named, section, findings).read(options)
        if draft is not None:
            drafts.append(draft)
    return drafts


class _Row:
    """One row being read: a cell that cannot be understood is noted, and reading goes on with the others."""

    def __init__(self, named: Mapping[str, Cell], section: Section, findings: Findings) -> None:
        self._named = named
        self._section = section
        self._findings = findings
        self._path = named["name"].text

    def read(self, options: Mapping[str, Table]) -> Draft | None:
        name = self._named["name"]
        if not _NAME.fullmatch(self._path):
            self._findings.add(name.where, self._path, f'"{name.text}" is not the name of a parameter')
            return None
        kind = self._try("type", cells.read_kind)
        return None if kind is None else self._draft(name.where, kind, options)

    def _draft(self, where: Where, kind: cells.KindReading, options: Mapping[str, Table]) -> Draft:
        scalar = scalar_kind(kind)
        reach = self._try("range", lambda cell: ranges.read_range(cell, scalar)) or ranges.RangeReading()
        default = self._try("default", lambda cell: cells.read_default(cell, kind)) or cells.DefaultReading()
        about = self._named.get("description")
        return Draft(
            path=self._path,
            kind=dataclasses.replace(kind, nullable=kind.nullable or default.value is None),
            where=where,
            default_where=self._named["default"].where if "default" in self._named else where,
            section=self._section,
            description=about.text if about else "",
            required=self._try("required", cells.read_required) or cells.RequiredReading(),
            default=default,
            bounds=reach.bounds,
            size=reach.size,
            choices=self._choices(reach, scalar, options),
            examples=ranges.read_examples(about, scalar) if about else (),
            media=kind.media or (kind.kind == "string" and about is not None and cells.says_media(about.text)),
        )

    def _try(self, column: str, read: Callable[[Cell], T]) -> T | None:
        cell = self._named.get(column)
        if cell is None:
            return None
        try:
            return read(cell)
        except CellError as error:
            self._findings.add(cell.where, self._path, error.message, error.suggestion)
            return None

    def _choices(self, reach: ranges.RangeReading, kind: Kind, options: Mapping[str, Table]) -> tuple[Choice, ...]:
        if reach.see:
            return self._try("range", lambda _: options_of(reach.see, kind, options)) or ()
        if reach.choices:
            return reach.choices
        about = self._named.get("description")
        return ranges.read_labelled(about, kind) if about else ()


def options_of(title: str, kind: Kind, options: Mapping[str, Table]) -> tuple[Choice, ...]:
    """Return the values of the table under a heading; raises CellError when there is no such table."""
    table = options.get(title.lower())
    if table is None:
        raise CellError(f'no table of values stands under a heading "{title}"')
    choices = []
    for value, label in table.rows:
        read = values.typed(value.text, kind)
        if isinstance(read, Absent):
            raise CellError(f'"{value.text}", in the table under "{title}", is not of the type {kind}')
        choices.append(Choice(read, label.text))
    return tuple(choices)


def _columns(table: Table) -> list[str]:
    return [COLUMNS.get(cell.text.lower(), "") for cell in table.header]
