"""Facts that stand in another column than one of their own: the type behind the name, or before the description.

| `steps`<br>`integer` | ... |        | `steps` | `integer` How many steps to take |
| `steps` _integer, required_ | ... | | `steps` | Type: integer. How many ... |
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.marks_behind import is_kind, item_cells_of, marks_of, named_at
from teststrip.provider.reading.forms.bullet_rows import rest_of
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group

_FIRST: Final = Pattern(
    r"[\s\"'“*_(\[【（]{0,4}(?:(?:type|类型|тип|tipo|タイプ|型)\s?[:：]\s?)?(?P<kind>(?:array|list)\s?(?:of\s\w{2,20}|<[\w<>]{2,20}>|\[\w{2,20}\])|[A-Za-z]\w{2,12}(?:\[\])?)[\"'”*_)\]】）]{0,4}(?P<after>[\s.,:;：。，；|–—-]{0,4})",
    re.IGNORECASE,
)
_TITLED: Final = Pattern(r"[(（]\s?(?P<name>[A-Za-z_]\w{1,60})\s?[)）]\s{0,4}$")
_ITEMS: Final = Pattern(
    r"\[\][A-Za-z]\w{2,20}|[A-Za-z]\w{2,20}\[\]|(?:array|list)\s?[<(\[]\w{2,20}[>)\]]", re.IGNORECASE
)
_FEWEST: Final = 2  # rows that there have to be


def with_parted_name(cells: dict[str, Cell]) -> dict[str, Cell]:
    """Give what stands behind a name, and is nothing but types and marks, cells of its own."""
    cell = cells["name"]
    whole = "".join(text for text, _ in cell.pieces)
    at = named_at(whole)
    if at is None or not whole[at:].strip():
        return cells
    beside = bool(cell.codes) and not cell.pieces[0][1]  # a type as code behind a plain name
    if not ("\n" in whole or len(cell.codes) >= _FEWEST or beside):
        return cells
    said, end = marks_of(whole, at, cell.codes)
    if not said or whole[end:].strip(" \n.,;:：|()（）[]*"):
        return cells
    kind, required, default = item_cells_of(said, cell.where)
    found = cells | {"name": Cell(((whole[:at], bool(cell.codes)),), cell.where, cell.raw)}
    for column, told in (("type", kind), ("required", required), ("default", default)):
        if told.text and (column not in cells or cells[column].text in words.NOTHING):
            found[column] = told
    return found


def with_titled_name(group: Group, read: Sequence[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Give the only row of a table, whose name is a type, the name in the heading: "Tags (tag_list)", `[]String`."""
    cell = read[0].get("name") if len(read) == 1 else None
    if cell is None or not _ITEMS.fullmatch(cell.text) or not is_kind(cell.text.removeprefix("[]")):
        return list(read)
    titles = [heading.cell for heading in group.headings[-2:]]
    named = [match["name"] for title in titles if (match := _TITLED.search(title.text))]
    named += [code for title in titles for code in title.codes if re.fullmatch(r"[A-Za-z_]\w{1,60}", code)]
    if len(set(named)) != 1:
        return list(read)
    return [{**read[0], "name": Cell(((named[0], True),), cell.where, named[0]), "type": cell}]


def with_types_first(rows: Sequence[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Give the types that nearly all descriptions of a table without a type column begin with cells of their own."""
    if any("type" in cells for cells in rows):
        return list(rows)
    told = [_type_first(cells) for cells in rows]
    if sum(one is not None for one in told) * 5 < max(len(rows), _FEWEST) * 4:
        return list(rows)
    return [cells if one is None else one for cells, one in zip(rows, told, strict=True)]


def _type_first(cells: Mapping[str, Cell]) -> dict[str, Cell] | None:
    about = cells.get("description")
    whole = "".join(text for text, _ in about.pieces) if about is not None else ""
    match = _FIRST.match(whole)
    if about is None or match is None or not is_kind(match["kind"]):
        return None
    bracketed = whole[match.start("kind") - 1 : match.start("kind")] in set("([【（")
    apart = bracketed or match["kind"] in about.codes or match["after"].strip() or "\n" in match["after"]
    if not (apart or match.end() == len(whole) or re.match(r"\s*(?:[*_]|Type)", about.raw)):
        return None
    return {**cells, "type": plain_cell(match["kind"], about.where), "description": rest_of(about, match.end())}
