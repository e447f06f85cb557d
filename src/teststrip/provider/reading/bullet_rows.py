"""One item of a list that is a parameter: its name, what its brackets say, and the facts below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell
from teststrip.provider.reading.items import Item, item_cells_of, named_item, parsed_item
from teststrip.provider.reading.kinds import read_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS: Final = ("name", "type", "required", "default", "range", "description")
FACT: Final = Pattern(
    r"(?P<key>default(?: value)?|(?:valid |value )?range|options|(?:allowed|possible|valid|accepted) values|enum|values|choices|(?:data )?type|required|(?:length|value|array|item|map|numeric) constraints?|(?:array|map) (?:members|entries)|数据类型|默认值?|可选值|取值范围|范围|类型|必填|必需|是否必填|描述|说明|description|in|location|位置|可用选项|枚举值?|约束|constraints?)\s*[:：]\s*(?P<value>.+)",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT: Final = Pattern(r"(?:default(?:s to| value)?|默认值?|預設)\s*[:：=]?\s*(.+)", re.IGNORECASE | re.DOTALL)
_PLACES: Final = frozenset({"in", "location", "位置"})
_PLACE: Final = Pattern(
    r"[\s`*]*(?:(?:in )?(?:the )?(?P<other>headers?|path|cookie|请求头|路径)|body|query|form(?:-?data)?|请求体)[\s`*.]*",
    re.IGNORECASE,
)
_KEYS: Final = {
    "default": "default",
    "default value": "default",
    "type": "type",
    "类型": "type",
    "data type": "type",
    "数据类型": "type",
    "required": "required",
    "必填": "required",
    "必需": "required",
    "是否必填": "required",
    "描述": "description",
    "说明": "description",
    "description": "description",
    "默认": "default",
    "默认值": "default",
}


def place_of(fact: re.Match[str] | None) -> re.Match[str] | None:
    """Match what a fact says of where a parameter travels; None when it says something else, such as `in: inches`."""
    return _PLACE.fullmatch(fact["value"]) if fact is not None and fact["key"].lower() in _PLACES else None


def items_of(run: Sequence[Text]) -> list[Item | None]:
    """Return the parameter that each text of a run of list items is; None for what belongs to one above it."""
    items: list[Item | None] = []
    last = -1  # the indent of the parameter above
    for at, text in enumerate(run):
        item = parsed_item(text.cell) if text.is_item else None
        fact = FACT.fullmatch(text.cell.text) if text.is_item and last >= 0 else None
        if item is not None and text.indent <= last and text.cell.raw.startswith("`"):
            fact = None  # a parameter that is called `description`
        below = run[at + 1] if at + 1 < len(run) else None
        if item is None and fact is None and text.is_item and below is not None and below.indent > text.indent:
            item = named_item(text.cell) if says_type(below) else None
        items.append(item if fact is None else None)
        last = text.indent if items[-1] is not None else last
    return items


def says_type(text: Text) -> bool:
    """Tell whether a text is a fact that only a parameter has: `Type: integer`."""
    fact = FACT.fullmatch(text.cell.text)
    if fact is None or fact["key"].lower() not in {"type", "类型", "数据类型", "data type"}:
        return False
    try:
        return read_kind(fact["value"]).kind is not None
    except CellError:
        return re.fullmatch(r"[\w()\[\]<>,. -]{1,40}", fact["value"]) is not None


def item_rows(run: Sequence[Text]) -> Iterator[Row]:
    """Give a row for each parameter, with what is below it: facts into their columns, the rest to its description."""
    stack: list[int] = []
    cells: list[Cell] = []
    depth = 0
    for text, item in zip(run, items_of(run), strict=True):
        if item is not None:
            if cells:
                yield Row(tuple(cells), cells[0].where, (), depth)
            while stack and stack[-1] >= text.indent:
                stack.pop()
            depth = len(stack)
            stack.append(text.indent)
            cells = item_cells(item, text.cell)
        elif cells:
            add_below(cells, text.cell, FACT.fullmatch(text.cell.text) if text.is_item else None)
    if cells:
        yield Row(tuple(cells), cells[0].where, (), depth)


def item_cells(item: Item, cell: Cell) -> list[Cell]:
    """Return the cells, one for each of `COLUMNS`, of an item that `parsed_item` read."""
    kind, required, default = item_cells_of(item.said, cell.where)
    name, empty = plain_cell(item.name, cell.where), plain_cell("", cell.where)
    return [name, kind, required, default, empty, rest_of(cell, item.start)]


def rest_of(cell: Cell, start: int, strip: str = " :：–—-,.\n") -> Cell:
    """Return the cell without its first `start` characters, spans of code kept."""
    whole = "".join(text for text, _ in cell.pieces)
    start += len(whole) - len(whole.lstrip())
    pieces: list[tuple[str, bool]] = []
    for text, code in cell.pieces:
        left = text[start:] if start < len(text) else ""
        start = max(0, start - len(text))
        if left:
            pieces.append((left if pieces else left.lstrip(strip), code))
    return Cell(tuple(pieces), cell.where, cell.raw)


def add_below(cells: list[Cell], cell: Cell, fact: re.Match[str] | None) -> None:
    """Add what stands below an item to its cells: a fact to its column, anything else to the description."""
    if place_of(fact) is not None:
        return
    if fact is None or fact["key"].lower() in _PLACES:
        index = 5
        more = cell
    else:
        index = COLUMNS.index(_KEYS.get(fact["key"].lower(), "range"))
        start = (
            "".join(text for text, _ in cell.pieces).find(fact["value"].split()[0]) if fact["value"].split() else 0
        )
        more = rest_of(cell, max(0, start), " \n")  # not the minus of a number
        if cells[index].text and index != 5:
            index = 5
            more = cell
    old = cells[index]
    cells[index] = (
        more
        if not old.text
        else Cell((*old.pieces, ("\n", False), *more.pieces), old.where, f"{old.raw}\n{more.raw}")
    )
