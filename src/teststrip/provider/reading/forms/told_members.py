"""Members of an object that a table tells of inside its cell, as a list of names below the words that announce them.

| `crew` | array[Sailor] | Who sails. Each element is an object:<br>- `role`: "cook" or "mate"<br>- `age`: integer |

They become rows of their own, `crew[].role`, behind the row of the object.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Document, Group, Row
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.listed import COLUMNS
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BREAK: Final = re.compile(r"<br\s?/?>|\n", re.IGNORECASE)
_ITEM: Final = Pattern(
    r"\s{0,8}(?:[-*•·–]|&bull;|\d{1,2}[.)])\s{0,4}(?P<item>(?:`|\*\*|<code>)[A-Za-z_$].{0,1000})"
)
# Words that announce members, not values.
_ANNOUNCES: Final = Pattern(
    r"\b(?:objects?|fields?|keys?|propert\w+|attributes?|members?|contain\w*|includ\w+|consist\w*|elements?|items?|each|entry|entries|with|structure|shape|schema)\b"
    r"|对象|字段|每个|包含|包括|元素|属性|结构|物件|オブジェクト|各|フィールド|要素|객체|각|필드|objet|objeto|oggetto|objekt|campos?|champs|объект|пол[яе]",
    re.IGNORECASE,
)
_FEWEST: Final = 2
_MOST: Final = 60


def with_told_members(document: Document) -> Document:
    """Return a document in which such members are rows of their tables."""
    return Document(
        document.file,
        tuple(
            _spread(block) if isinstance(block, Group) and block.form == "table" else block
            for block in document.blocks
        ),
    )


def _spread(group: Group) -> Group:
    columns = columns_of(group)
    if not {"name", "type", "description"} <= set(columns):
        return group
    known = {row.cells[columns.index("name")].text for row in group.rows if len(row.cells) == len(columns)}
    rows = tuple(one for row in group.rows for one in _rows(row, columns, known))
    return group if len(rows) == len(group.rows) else replace(group, rows=rows)


def _rows(row: Row, columns: Sequence[str], known: set[str]) -> Iterator[Row]:
    """Give a row, and those of the members that its description lists."""
    if len(row.cells) != len(columns) or "<br" not in row.cells[columns.index("description")].raw.lower():
        yield row
        return
    name, about = row.cells[columns.index("name")].text.rstrip("*? "), row.cells[columns.index("description")]
    holder = _holder(row.cells[columns.index("type")])
    lines = _BREAK.split(about.raw)
    items = [_ITEM.fullmatch(line) for line in lines]
    first = next((at for at, item in enumerate(items) if item is not None), 0)
    lead = read_inline(lines[first - 1] if first else "", about.where)
    found = [_member(item, about) for item in items[first : first + _MOST] if item is not None]
    members = [cells for cells in found if cells is not None]
    told = lead.text.rstrip().endswith((":", "：")) and _ANNOUNCES.search(lead.text[-80:]) is not None
    apart = any(other.startswith((f"{name}.", f"{name}[")) for other in known)  # the table has them itself
    if not holder or not told or apart or len(members) < _FEWEST or len(members) < len(lines) - first:
        yield row
        return
    cells = list(row.cells)
    cells[columns.index("description")] = read_inline("<br>".join(lines[:first]), about.where)
    yield replace(row, cells=tuple(cells), masked=())
    for member in members:
        said = dict(zip(COLUMNS, member, strict=False))
        said["name"] = plain_cell(f"{name.removesuffix('[]')}{holder}{said['name'].text}", row.where)
        empty = plain_cell("", row.where)
        yield replace(row, cells=tuple(said.get(column, empty) for column in columns), masked=())


def _holder(cell: Cell) -> str:
    """Return what stands between an object's name and a member's; "" where the type is of no object."""
    try:
        kind = read_kind(cell.text, cell.codes)
    except CellError:
        return ""
    if kind.or_kinds or kind.kind not in {"object", "array"}:
        return ""
    return "." if kind.kind == "object" else "[]." if kind.item in {None, "object"} else ""


def _member(item: re.Match[str], about: Cell) -> list[Cell] | None:
    cell = read_inline(item["item"], about.where)
    cells = plain_cells(cell)
    if cells is None or re.fullmatch(r"[A-Za-z_$][\w$-]{0,60}[*?]?", cells[0].text) is None:
        return None
    return cells
