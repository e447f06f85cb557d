"""One item of a list that is a parameter: its name, what its brackets say, and the facts below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Row, Text
from teststrip.provider.reading.forms.bracket_words import said_of
from teststrip.provider.reading.forms.bullet_items import Item, bare_item, parsed_item, parts_of, strange_item
from teststrip.provider.reading.forms.labels import is_over
from teststrip.provider.reading.forms.listed import COLUMNS, as_line
from teststrip.provider.reading.inline import Cell, joined, plain_cell, with_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.base.where import Where

FACT: Final = Pattern(
    r"(?P<key>default(?: value)?|(?:valid |value )?range|options|(?:allowed|possible|valid|accepted) values|enum|values|choices|(?:data )?type|required|(?:length|value|array|item|map|numeric) constraints?|(?:array|map) (?:members|entries)|数据类型|默认值?|可选值|取值范围|范围|类型|必填|必需|是否必填|描述|说明|description|in|location|位置|可用选项|枚举值?|约束|constraints?)\s*[:：]\s*(?P<value>.+)",
    re.IGNORECASE | re.DOTALL,
)
_MEMBERS: Final = Pattern(
    r"\b(required|mandatory|optional) (?:\w{1,20} )?(?:fields|keys|properties|members|attributes|parameters)\s?[:：]$",
    re.IGNORECASE,
)
_MARKS: Final = {"*": "required", "?": "optional"}
_SHORT: Final = 80  # characters of a line that is a fact
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


class _Above:
    """The items that are open, by their indents, with what is said of all their members; None for words over some."""

    def __init__(self) -> None:
        self.open: list[tuple[int, str | None]] = []

    @property
    def indent(self) -> int:
        """The indent of the innermost."""
        return self.open[-1][0]

    def add(self, indent: int, members: str) -> tuple[int, str]:
        """Open an item; return how deep it is nested, and what is said of having to give it.

        `members` is what the words before it say of what is nested below them.
        """
        while self.open and self.indent > indent:
            self.open.pop()
        told = (self.open.pop()[1] or "") if self.open and self.indent == indent else members
        depth = sum(one is not None for _, one in self.open)
        self.open.append((indent, told if depth else ""))
        return depth, told if depth else ""

    def add_words(self, indent: int) -> None:
        """Open words over what is nested below them: that is no member of the parameter before."""
        while self.open and self.indent >= indent:
            self.open.pop()
        self.open.append((indent, None))


def item_rows(run: Sequence[Text], said: Mapping[int, str] | None = None) -> Iterator[Row]:
    """Give a row for each parameter, with what is below it: facts into their columns, the rest to its description.

    `said` is, by line, what words over some of them say of having to be given.
    """
    above = _Above()
    cells: list[Cell] = []
    more: list[Cell] = []
    depth = 0
    for at, text in enumerate(run):
        item = _item_of(text, run[0].indent)
        fact = _fact_of(run, at, cells, above)
        if item is not None and fact is None:
            members = _told_of_members([*cells[-1:], *more][-1]) if cells else ""
            if cells:
                yield _row(cells, more, depth)
            depth, told = above.add(text.indent, members)
            cells, more = item_cells(item, text.cell), []
            told = told or (said or {}).get(text.cell.where.line, "")
            if told and not cells[2].text:
                cells[2] = plain_cell(told, text.cell.where)
        elif cells and fact is None and _is_over_others(run, at, above):
            above.add_words(text.indent)
        elif cells and fact is None:
            more.append(_as_item(text))
        elif cells:
            add_below(cells, text.cell, fact)
    if cells:
        yield _row(cells, more, depth)


def _is_over_others(run: Sequence[Text], at: int, above: _Above) -> bool:
    """Tell whether an item, beside a parameter, is words over other parameters that are nested below it."""
    text = run[at]
    beside = text.is_item and text.indent <= above.indent and is_over(run, at)
    return beside and parsed_item(run[at + 1].cell) is not None


def _fact_of(run: Sequence[Text], at: int, cells: Sequence[Cell], above: _Above) -> re.Match[str] | None:
    """Match a line below an item that is a fact of it, and no member that is called as facts are."""
    text = run[at]
    if not cells or not (text.is_item or _is_short(text)):
        return None
    return None if cells[1].text and _is_among_members(run, at, above.indent) else FACT.fullmatch(text.cell.text)


def _is_among_members(run: Sequence[Text], at: int, indent: int) -> bool:
    """Tell whether `type: string` is a parameter like those beside it, as what is above, at `indent`, has its type."""
    text = run[at]
    if not text.is_item or not text.cell.text[:1].islower() or parsed_item(text.cell) is None:
        return False
    after = run[at + 1] if at + 1 < len(run) else text
    beside = after.is_item and after.indent == text.indent and FACT.fullmatch(after.cell.text) is None
    return text.indent == indent or (text.indent > indent and beside and parsed_item(after.cell) is not None)


def _is_short(text: Text) -> bool:
    """Tell whether a line below an item may be a fact of its own, though it is no item."""
    return "\n" not in text.cell.raw and len(text.cell.raw) <= _SHORT and text.cell.text[:1].isupper()


def _item_of(text: Text, outermost: int) -> Item | None:
    """Read a line as an item; one of the outermost needs no type."""
    if not text.is_item:
        return None
    found = parsed_item(text.cell)
    if found is not None and text.indent > outermost and found.name[0].isupper() and found.said[:1] in "\"'":
        return None  # a label of its values: "**Value:** `"slow"`, `"fast"`"
    if found is None and text.indent == outermost:
        found = bare_item(text.cell) or strange_item(text.cell)
    return found


def _row(cells: Sequence[Cell], more: Sequence[Cell], depth: int) -> Row:
    about = joined([cell for cell in (cells[-1], *more) if cell.text], "\n") if more else cells[-1]
    return Row((*cells[:-1], about), cells[0].where, (), depth)


def _told_of_members(cell: Cell) -> str:
    """Return what the words above some members say of all of them: "Each has two mandatory fields:"."""
    match = _MEMBERS.search(cell.text)
    return match[1] if match is not None else ""


def _as_item(text: Text) -> Cell:
    """Return a line below an item as it is to be read: a code span of a list keeps its bullet."""
    return as_line(text) if text.cell.pieces[:1] and text.cell.pieces[0][1] else text.cell


def item_cells(item: Item, cell: Cell) -> list[Cell]:
    """Return the cells, one for each of `COLUMNS`, of an item that `parsed_item` read."""
    where = cell.where
    said = said_of(parts_of(item.said), cell.codes)
    about = rest_of(cell, item.start)
    if said.about:
        about = (
            joined([plain_cell(said.about, where), about], "\n") if about.text else plain_cell(said.about, where)
        )
    return [
        plain_cell(item.name, where),
        plain_cell(said.kind, where),
        plain_cell(said.required or _MARKS.get(item.mark, ""), where),
        _code((said.default,), where) if said.default else plain_cell("", where),
        _code(said.values, where),
        about,
    ]


def _code(values: Sequence[str], where: Where) -> Cell:
    """Return a cell of values, each of them as code, parted by commas."""
    pieces: list[tuple[str, bool]] = []
    for value in values:
        pieces += [(", ", False), (value, True)]
    return Cell(tuple(pieces[1:]), where, ", ".join(values))


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
    cells[index] = with_line(old, more) if old.text else more
