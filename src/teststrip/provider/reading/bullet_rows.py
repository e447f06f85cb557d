"""One item of a list that is a parameter: its name, what its brackets say, and the facts below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell
from teststrip.provider.reading.kinds import read_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS: Final = ("name", "type", "required", "default", "range", "description")
_ITEM: Final = Pattern(
    r"(?P<name>[A-Za-z_][\w-]*(?:(?:\[\])?\.[A-Za-z_][\w-]*)*(?:\[\])?)[*?]?\s*(?:[(（\[](?P<paren>[^()（）\n]*(?:\([^()\n]*\)[^()\n]*)?)[)）\]]|(?P<colon>[:：]|\s[–—-]\s)\s*(?P<type>[A-Za-z]+(?:<\w+>|\[\])?))(?P<rest>.*)",
    re.DOTALL,
)
FACT: Final = Pattern(
    r"(?P<key>default(?: value)?|range|options|allowed values|possible values|enum|values|choices|type|required|默认值?|可选值|取值范围|范围|类型|必填|必需|是否必填|描述|说明|description|in|location|位置|可用选项|枚举值?|约束|constraints?)\s*[:：]\s*(?P<value>.+)",
    re.IGNORECASE | re.DOTALL,
)
_PARTING: Final = Pattern(r"[,，;；<>\[\]]")
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


def parsed_item(cell: Cell) -> re.Match[str] | None:
    """Match an item that is a parameter: its brackets, or the word behind its colon, say a type or that it is required."""
    match = _ITEM.match("".join(piece for piece, _ in cell.pieces).strip())
    if match is None:
        return None
    said = (match["paren"] if match["paren"] is not None else match["type"]) or ""
    if match["paren"] is None and re.match(r"\s+[a-z]", match["rest"]):
        return None  # running text that begins with the word for a type
    if match["paren"] is None and (
        said.lower() not in words.KINDS
        or said.lower() in {"text", "image", "file", "list", "map", "number", "date", "video"}
    ):
        return None
    plain = said.lower().strip(" *_`")
    if plain in {"required", "optional", "必填", "可选"}:
        return match
    try:
        return match if read_kind(parts_of(said)[0]).kind is not None else None
    except CellError:
        return match if re.search(r"\b(?:required|optional)\b", plain) else None


def item_rows(run: Sequence[Text]) -> Iterator[Row]:
    """Give a row for each parameter, with what is below it: facts into their columns, the rest to its description."""
    stack: list[int] = []
    cells: list[Cell] = []
    depth = 0
    for text in run:
        match = parsed_item(text.cell) if text.is_item else None
        fact = FACT.fullmatch(text.cell.text) if text.is_item and cells else None
        if match is not None and fact is None:
            if cells:
                yield Row(tuple(cells), cells[0].where, (), depth)
            while stack and stack[-1] >= text.indent:
                stack.pop()
            depth = len(stack)
            stack.append(text.indent)
            cells = item_cells(match, text.cell)
        elif cells:
            add_below(cells, text.cell, fact)
    if cells:
        yield Row(tuple(cells), cells[0].where, (), depth)


def item_cells(match: re.Match[str], cell: Cell) -> list[Cell]:
    """Return the cells, one for each of `COLUMNS`, of an item that `parsed_item` matched."""
    where = cell.where
    said = match["paren"] if match["paren"] is not None else match["type"]
    first, *others = parts_of(said)
    kinds = [first]
    required = default = ""
    for part in others:
        told = re.match(
            r"(?:default(?:s to| value)?|默认值?|預設)\s*[:：=]?\s*(.+)", part, re.IGNORECASE | re.DOTALL
        )
        if told is not None:
            default = told[1].strip()
        elif part.lower().strip(" *_`") in _REQUIRED:
            required = part
        else:
            kinds.append(part)
    kind = ", ".join(kinds)
    if kind.lower().strip(" *_`") in _REQUIRED:
        kind, required = "", kind
    return [
        plain_cell(match["name"], where),
        plain_cell(kind, where),
        plain_cell(required, where),
        Cell(((default, True),), where, default) if default else plain_cell("", where),
        plain_cell("", where),
        _rest(cell, match.start("rest")),
    ]


_REQUIRED: Final = frozenset({"required", "optional", "必填", "可选", "必需", "选填", "必須", "任意"})


def parts_of(said: str) -> list[str]:
    """Part `integer, 默认值: 2` at commas that are in no brackets: those before whose next bracket none is closed."""
    parts: list[str] = []
    end = len(said)
    inside = False
    for mark in reversed(list(_PARTING.finditer(said))):
        if mark[0] in "<>[]":
            inside = mark[0] in ">]"
        elif not inside:
            parts.append(said[mark.end() : end].strip())
            end = mark.start()
    return [said[:end].strip(), *reversed(parts)]


def _rest(cell: Cell, start: int, strip: str = " :：–—-,.\n") -> Cell:
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
        more = _rest(cell, max(0, start), " \n")  # not the minus of a number
        if cells[index].text and index != 5:
            index = 5
            more = cell
    old = cells[index]
    cells[index] = (
        more
        if not old.text
        else Cell((*old.pieces, ("\n", False), *more.pieces), old.where, f"{old.raw}\n{more.raw}")
    )
