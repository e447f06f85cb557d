"""Lists in which each item is a parameter: "- `steps` (integer, optional): how many. Default: 28"."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.bullet_items import Item, bare_item, parsed_item, parts_of
from teststrip.provider.reading.forms.bullet_rows import COLUMNS, FACT, add_below, item_cells, item_rows, place_of
from teststrip.provider.reading.forms.fact_lines import with_facts
from teststrip.provider.reading.forms.heading_names import headings_of_parameters, prose_of
from teststrip.provider.reading.forms.paragraphs import with_told
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_HEADED: Final = Pattern(
    r"[$@]?[A-Za-z_]\w*(?:(?:\[\])?\.\w+)*(?:\[\])?\s*[(（\[][^()（）\n]*[)）\]](?:\s?[(（\[][^()（）\[\]\n]{1,40}[)）\]])?"
)  # a heading: name (type), name (type) [required]
# An item that announces the items below it.
_ASKED: Final = Pattern(
    r"(?:(?:request|body|query|form|input|required|optional)\s)*(?:parameters?|params|body|arguments?|fields|inputs?|payload)(?:\s?\([^()]*\))?\s?[:：]?"
    r"|(?:请求|输入|必填|可选)?(?:参数|字段|请求体)\s?[:：]?",
    re.IGNORECASE,
)
# A line that announces them: "Options:". One behind whose word more follows is about something else.
_LEAD: Final = Pattern(
    r"(?:available |query |request |supported )?(?:options|param(?:eter)?s|arguments|fields)\s?[:：]\s{0,4}",
    re.IGNORECASE,
)
_BOLD: Final = 9  # the level of a heading that is no more than a line


def with_lists(document: Document) -> Document:
    """Return a document whose lists of parameters are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    lead: Cell | None = None
    for block in _without_headed(with_told(with_facts(document.blocks))):
        if isinstance(block, Text) and block.is_item:
            run.append(block)
            continue
        # What is indented below an item, or between two items, belongs to the item.
        if run and isinstance(block, Text) and block.cell.where.column > 2 and not block.is_item:
            run.append(block)
            continue
        blocks += _taken(run, lead)
        run = []
        lead = block.cell if isinstance(block, Text) else None
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run, lead)))


def _without_headed(blocks: Sequence[Block]) -> list[Block]:
    """Make one group of every run of headings that are each a parameter, with its facts in the items below."""
    made: list[Block] = []
    kin = headings_of_parameters(blocks)
    at = 0
    while at < len(blocks):
        rows: list[Row] = []
        levels: list[int] = []
        start = at
        while (end := _headed_end(blocks, at, kin)) is not None:
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


def _headed_end(blocks: Sequence[Block], at: int, kin: Collection[int]) -> int | None:
    """Return where a heading that is a parameter, with the items below it, ends; None when it is none.

    `kin` are the places of headings that are parameters by those beside them.
    """
    heading = blocks[at] if at < len(blocks) else None
    if not isinstance(heading, Heading):
        return None
    named = _HEADED.fullmatch(heading.cell.text)
    typed = at in kin or (named is not None and _is_typed(heading.cell))
    if not typed and not re.fullmatch(r"[A-Za-z_][\w.\[\]]*", heading.cell.text):
        return None
    end = at + 1
    own = True  # what is below an item that is no fact is the item's
    while end < len(blocks) and isinstance(block := blocks[end], Text):
        fact = FACT.fullmatch(block.cell.text)
        own = own and not (block.is_item and fact is None)
        typed = typed or (own and fact is not None and fact["key"].lower() in {"type", "类型"})
        end += 1
    return end if typed else None


def _headed_rows(heading: Heading, below: Sequence[Block], depth: int) -> Iterator[Row]:
    """Give the row of a heading, with the facts below it, and those of the members that are listed there."""
    where = heading.cell.where
    empty = plain_cell("", where)
    match = parsed_item(heading.cell) if _HEADED.fullmatch(heading.cell.text) else None
    plain = [plain_cell(heading.cell.text, where), empty, empty, empty, empty, empty]
    cells = plain if match is None else item_cells(match, heading.cell)
    texts = [block for block in below if isinstance(block, Text)]
    prose = prose_of(texts[0].cell) if texts and match is None else None
    if prose is not None:
        cells[1], cells[2] = (plain_cell(said, where) for said in prose)
    holds = _may_hold(cells[1].text)
    first = next((at for at, text in enumerate(texts) if holds and _is_member(text)), len(texts))
    for text in texts[:first]:
        fact = FACT.fullmatch(text.cell.text)
        place = place_of(fact)
        if place is not None and place["other"] is not None:
            return
        add_below(cells, text.cell, fact)
    yield Row(tuple(cells), where, (), depth)
    for row in item_rows(texts[first:]):
        yield replace(row, depth=row.depth + depth + 1)


def _is_typed(cell: Cell) -> bool:
    """Tell whether a heading's brackets say a type, and not the name of something: `Recommended (RunPod)`."""
    match = parsed_item(cell)
    if match is None or not match.bracketed or _is_title(match):
        return False
    first = parts_of(match.said)[0]
    if words.says_required(first) and match.name[:1].isupper() and not cell.codes:
        return False  # "Volumes (optional)" is a title
    try:
        return not read_kind(first).named
    except CellError:
        return True


def _is_title(item: Item) -> bool:
    """Tell whether a heading names a part of the page, and in brackets what it is written in: `Body (JSON)`."""
    written = item.said.lower() in {"json", "form", "xml", "form-data", "multipart/form-data", "application/json"}
    return (written or item.name[:1].isupper()) and words.purpose(item.name) in {"request", "response", "errors"}


def _may_hold(kind: str) -> bool:
    try:
        return read_kind(kind).kind in {None, "array", "object"}
    except CellError:
        return True


def _is_member(text: Text) -> bool:
    return text.is_item and FACT.fullmatch(text.cell.text) is None and parsed_item(text.cell) is not None


def _taken(run: Sequence[Text], lead: Cell | None = None) -> Iterator[Block]:
    """Give a run of items as one group when its outermost items are parameters, else as it is.

    `lead` is the line above: one item alone is a parameter where that, or the heading, announces parameters.
    """
    if not run:
        return
    base = min(text.indent for text in run if text.is_item)
    outer = [text for text in run if text.indent == base]
    typed = [text for text in outer if parsed_item(text.cell) is not None] + _with_type_below(run, base)
    if (
        len(typed) < 1
        or len(typed) * 3 < len(outer) * 2
        or (
            len(outer) == 1
            and not _under_parameters(run[0])
            and not _LEAD.fullmatch(lead.text if lead is not None else "")
        )
    ):
        yield from _told(run, base)
        return
    names = tuple(plain_cell(name, run[0].cell.where) for name in COLUMNS)
    told = () if lead is None else (lead,)
    yield Group("list", names, tuple(item_rows(run)), run[0].headings, told, run[0].cell.where)


def _with_type_below(run: Sequence[Text], base: int) -> list[Text]:
    """Return the outermost items that are a name alone, with `Type: ...` as the next line."""
    found: list[Text] = []
    for text, after in itertools.pairwise(run):
        fact = FACT.fullmatch(after.cell.text)
        if text.is_item and text.indent == base and fact is not None and fact["key"].lower() in {"type", "类型"}:
            found += [text] if parsed_item(text.cell) is None and bare_item(text.cell) is not None else []
    return found


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
