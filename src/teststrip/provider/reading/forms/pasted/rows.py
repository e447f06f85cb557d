"""What was told of a parameter, as a row: its cells hold what the columns of a table would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from teststrip.base.where import Where
    from teststrip.provider.reading.forms.pasted.heads import Head
    from teststrip.provider.reading.forms.pasted.told import Told

COLUMNS: Final = ("name", "type", "required", "default", "range", "example", "description")
# What a site says of a number by itself, where nobody described the parameter.
_INTEGERS: Final = Pattern(r"(?:signed (?:32|64)-bit )?integers?(?: numbers)?\b[^.]{0,40}\.?", re.IGNORECASE)


def row_of(head: Head, told: Told, where: Where, depth: int, *, marked: bool) -> Row:
    """Make a row. `marked`: other parameters of the page say that they are required, so this one need not be given."""
    kind = told.kind
    if not kind and any(_INTEGERS.fullmatch(line.text) for line in told.about):
        kind = "integer"
    required = told.required or ("optional" if marked else "")
    default = told.default or ""
    cells = (
        plain_cell(head.name, where),
        plain_cell(kind, where),
        plain_cell(required, where),
        _code(default, where),
        _range(told, kind, where),
        _code(told.example, where),
        _about(head, told, where),
    )
    return Row(cells, where, (), depth)


def _code(text: str, where: Where) -> Cell:
    return Cell(((text, True),), where, text) if text else plain_cell("", where)


def _range(told: Told, kind: str, where: Where) -> Cell:
    if told.values:
        pieces: list[tuple[str, bool]] = []
        for value in dict.fromkeys(told.values):
            pieces += [*([(", ", False)] if pieces else []), (value, True)]
        return Cell(tuple(pieces), where, "".join(text for text, _ in pieces))
    if told.glued:
        return plain_cell(told.glued, where)
    return plain_cell(", ".join(dict.fromkeys(_counted(limit, kind) for limit in told.limits)), where)


def _counted(limit: str, kind: str) -> str:
    """Say what a limit counts, where the type alone tells it: `string · max: 800`, an array's `…8`."""
    if re.search(r"characters|items|multiple", limit):
        return limit
    try:
        of = read_kind(kind)
    except CellError:
        return limit
    unit = {"array": "items", "string": "characters"}.get(of.kind or "", "") if not of.or_kinds else ""
    text = re.sub(r"^min: ", ">= ", re.sub(r"^max: ", "<= ", limit)) if unit else limit
    return f"{text} {unit}".strip()


def _about(head: Head, told: Told, where: Where) -> Cell:
    pieces: list[tuple[str, bool]] = [(head.rest, False)] if head.rest else []
    raw = [head.rest] if head.rest else []
    for line in told.about:
        pieces += [
            *([("\n", False)] if pieces else []),
            *([("- ", False)] if line.bullet else []),
            *line.cell.pieces,
        ]
        raw.append(("- " if line.bullet else "") + line.cell.raw)
    place = told.about[0].cell.where if told.about else where
    return Cell(tuple(pieces), place, "\n".join(raw))
