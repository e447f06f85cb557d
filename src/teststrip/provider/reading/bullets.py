"""Lists in which each item is a parameter: "- `steps` (integer, optional): how many. Default: 28"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
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
_FACT: Final = Pattern(
    r"(?P<key>default(?: value)?|range|options|allowed values|possible values|enum|values|choices|type|required|默认值?|可选值|取值范围|范围|类型|必填|必需|是否必填|描述|说明|description|in|location|位置|可用选项|枚举值?|约束|constraints?)\s*[:：]\s*(?P<value>.+)",
    re.IGNORECASE | re.DOTALL,
)
_HEADED: Final = Pattern(
    r"[A-Za-z_]\w*(?:(?:\[\])?\.\w+)*(?:\[\])?\s*[(（\[][^()（）\n]*[)）\]]"
)  # a heading: name (type)
# An item that announces the items below it.
_ASKED: Final = Pattern(
    r"(?:(?:request|body|query|form|input|required|optional)\s)*(?:parameters?|params|body|arguments?|fields|inputs?|payload)(?:\s?\([^()]*\))?\s?[:：]?"
    r"|(?:请求|输入|必填|可选)?(?:参数|字段|请求体)\s?[:：]?",
    re.IGNORECASE,
)
_BOLD: Final = 9  # the level of a heading that is no more than a line
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


def with_lists(document: Document) -> Document:
    """Return a document whose lists of parameters are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    for block in _without_headed(document.blocks):
        if isinstance(block, Text) and block.is_item:
            run.append(block)
            continue
        # What is indented below an item, or between two items, belongs to the item.
        if run and isinstance(block, Text) and block.cell.where.column > 2 and not block.is_item:
            run.append(block)
            continue
        blocks += _taken(run)
        run = []
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run)))


def _without_headed(blocks: Sequence[Block]) -> list[Block]:
    """Make one group of every run of headings that are each a parameter, with its facts in the items below."""
    made: list[Block] = []
    at = 0
    while at < len(blocks):
        rows: list[Row] = []
        levels: list[int] = []
        start = at
        while (end := _headed_end(blocks, at)) is not None:
            heading = blocks[at]
            if isinstance(heading, Heading):
                while levels and levels[-1] >= heading.level:
                    levels.pop()
                rows += _headed_rows(heading, blocks[at + 1 : end], len(levels))
                levels.append(heading.level)
            at = end
        if rows:
            first = blocks[start]
            above = next((b.headings for b in blocks[start:at] if isinstance(b, Text)), ())
            outer = tuple(h for h in above if isinstance(first, Heading) and h.level < first.level)
            names = tuple(plain_cell(name, rows[0].where) for name in COLUMNS)
            made.append(Group("list", names, tuple(rows), outer, (), rows[0].where))
        elif at == start:
            made.append(blocks[at])
            at += 1
    return made


def _headed_end(blocks: Sequence[Block], at: int) -> int | None:
    """Return where a heading that is a parameter, with the items below it, ends; None when it is none."""
    heading = blocks[at] if at < len(blocks) else None
    if not isinstance(heading, Heading):
        return None
    named = _HEADED.fullmatch(heading.cell.text)
    typed = named is not None and _is_typed(heading.cell)
    if not typed and not re.fullmatch(r"[A-Za-z_][\w.\[\]]*", heading.cell.text):
        return None
    end = at + 1
    while end < len(blocks) and isinstance(block := blocks[end], Text):
        fact = _FACT.fullmatch(block.cell.text)
        typed = typed or (fact is not None and fact["key"].lower() in {"type", "类型"})
        end += 1
    return end if typed else None


def _headed_rows(heading: Heading, below: Sequence[Block], depth: int) -> Iterator[Row]:
    """Give the row of a heading, with the facts below it, and those of the members that are listed there."""
    where = heading.cell.where
    empty = plain_cell("", where)
    match = _parsed(heading.cell) if _HEADED.fullmatch(heading.cell.text) else None
    plain = [plain_cell(heading.cell.text, where), empty, empty, empty, empty, empty]
    cells = plain if match is None else _cells(match, heading.cell)
    texts = [block for block in below if isinstance(block, Text)]
    holds = _may_hold(cells[1].text)
    first = next((at for at, text in enumerate(texts) if holds and _is_member(text)), len(texts))
    for text in texts[:first]:
        fact = _FACT.fullmatch(text.cell.text)
        place = _place(fact)
        if place is not None and place["other"] is not None:
            return
        _add(cells, text.cell, fact)
    yield Row(tuple(cells), where, (), depth)
    for row in _rows(texts[first:]):
        yield replace(row, depth=row.depth + depth + 1)


def _place(fact: re.Match[str] | None) -> re.Match[str] | None:
    """Match what a fact says of where a parameter travels; None when it says something else, such as `in: inches`."""
    return _PLACE.fullmatch(fact["value"]) if fact is not None and fact["key"].lower() in _PLACES else None


def _is_typed(cell: Cell) -> bool:
    """Tell whether a heading's brackets say a type, and not the name of something: `Recommended (RunPod)`."""
    match = _parsed(cell)
    if match is None or match["paren"] is None:
        return False
    try:
        return not read_kind(_parts(match["paren"])[0]).named
    except CellError:
        return True


def _may_hold(kind: str) -> bool:
    try:
        return read_kind(kind).kind in {None, "array", "object"}
    except CellError:
        return True


def _is_member(text: Text) -> bool:
    return text.is_item and _FACT.fullmatch(text.cell.text) is None and _parsed(text.cell) is not None


def _taken(run: Sequence[Text]) -> Iterator[Block]:
    """Give a run of items as one group when its outermost items are parameters, else as it is."""
    if not run:
        return
    base = min(text.indent for text in run if text.is_item)
    outer = [text for text in run if text.indent == base]
    typed = [text for text in outer if _parsed(text.cell) is not None]
    if len(typed) < 1 or len(typed) * 3 < len(outer) * 2 or (len(outer) == 1 and not _under_parameters(run[0])):
        yield from _told(run, base)
        return
    names = tuple(plain_cell(name, run[0].cell.where) for name in COLUMNS)
    yield Group("list", names, tuple(_rows(run)), run[0].headings, (), run[0].cell.where)


def _told(run: Sequence[Text], base: int) -> Iterator[Block]:
    """Give a run of items as it is, but for the parameters below an item that announces them: `Parameters:`."""
    edges = [at for at, text in enumerate(run) if text.is_item and text.indent == base]
    for at, end in zip(edges, [*edges[1:], len(run)], strict=True):
        first = run[at]
        yield first
        asked = _ASKED.fullmatch(first.cell.text) is not None and words.purpose(first.cell.text) in {
            None,
            "request",
        }
        if asked and end > at + 1:
            title = Heading(_BOLD, first.cell)
            yield from _taken([replace(text, headings=(*text.headings, title)) for text in run[at + 1 : end]])
        else:
            yield from run[at + 1 : end]


def _under_parameters(text: Text) -> bool:
    headings: tuple[Heading, ...] = text.headings
    return bool(headings) and words.purpose(headings[-1].cell.text) == "request"


def _parsed(cell: Cell) -> re.Match[str] | None:
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
        return match if read_kind(_parts(said)[0]).kind is not None else None
    except CellError:
        return match if re.search(r"\b(?:required|optional)\b", plain) else None


def _rows(run: Sequence[Text]) -> Iterator[Row]:
    """Give a row for each parameter, with what is below it: facts into their columns, the rest to its description."""
    stack: list[int] = []
    cells: list[Cell] = []
    depth = 0
    for text in run:
        match = _parsed(text.cell) if text.is_item else None
        fact = _FACT.fullmatch(text.cell.text) if text.is_item and cells else None
        if match is not None and fact is None:
            if cells:
                yield Row(tuple(cells), cells[0].where, (), depth)
            while stack and stack[-1] >= text.indent:
                stack.pop()
            depth = len(stack)
            stack.append(text.indent)
            cells = _cells(match, text.cell)
        elif cells:
            _add(cells, text.cell, fact)
    if cells:
        yield Row(tuple(cells), cells[0].where, (), depth)


def _cells(match: re.Match[str], cell: Cell) -> list[Cell]:
    where = cell.where
    said = match["paren"] if match["paren"] is not None else match["type"]
    kind, *others = _parts(said)
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
            kind = f"{kind}, {part}"
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


def _parts(said: str) -> list[str]:
    """Part `integer, 默认值: 2` at commas that are in no brackets."""
    return [part.strip() for part in re.split(r"\s*[,，;；]\s*(?![^<\[]*[>\]])", said)] or [""]


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


def _add(cells: list[Cell], cell: Cell, fact: re.Match[str] | None) -> None:
    if _place(fact) is not None:
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
