"""Tables of two columns that a scraper made of a reference page: a name with its mark, and a type with all that follows.

    woodrequired | string Enum: "oak" "pine" What it is made of.
    ---|---
    masts | integer [ 1 .. 9 ] Default: 3 How many stand on it.

What looks like the header of such a table is its first parameter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Block, Document, Group, Row
from teststrip.provider.reading.forms.listed import header_at
from teststrip.provider.reading.forms.pasted.heads import NAME, Head, type_head
from teststrip.provider.reading.forms.pasted.marks import Mark
from teststrip.provider.reading.forms.pasted.rows import COLUMNS, row_of
from teststrip.provider.reading.forms.pasted.told import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.inline import Cell

_NEEDED: Final = Pattern(r"\s?(?:\*|(?<=\w)required|\srequired)$")
_COLUMNS: Final = 2


def with_parted_tables(document: Document) -> Document:
    """Return a document in which such tables are lists of parameters."""
    blocks: list[Block] = [
        (_parted(block) or block) if isinstance(block, Group) and _may_be(block) else block
        for block in document.blocks
    ]
    return Document(document.file, tuple(blocks))


def _may_be(group: Group) -> bool:
    return group.form == "table" and len(group.header) == _COLUMNS and _head(group.header) is not None


def _parted(group: Group) -> Group | None:
    cells = [group.header, *(row.cells for row in group.rows)]
    heads = [_head(one) for one in cells]
    found = [(head, one[0].where) for head, one in zip(heads, cells, strict=True) if head is not None]
    if len(found) < len(cells):
        return None
    marked = any(mark.kind == "required" for head, _ in found for mark in head.marks)
    rows: list[Row] = []
    for head, where in found:
        told = Told(head.kind)
        told.take(head.marks)
        rows.append(row_of(head, told, where, 0, marked=marked))
    return replace(group, form="list", header=header_at(group.where, COLUMNS), rows=tuple(rows))


def _head(cells: Sequence[Cell]) -> Head | None:
    """Read a row as a parameter; None where its first cell is no name, or its second begins with no type."""
    if len(cells) != _COLUMNS:
        return None
    name = _NEEDED.sub("", cells[0].text)
    if not NAME.fullmatch(name):
        return None
    told = type_head(cells[1].text)
    if told is None:
        return None
    kind, marks, rest = told
    needed = (Mark("required"),) if name != cells[0].text else ()
    return Head(name, kind, (*needed, *marks), 1, rest)
