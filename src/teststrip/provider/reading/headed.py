"""Headings that are each a parameter, with what is said of it below: facts, words, the members that it holds."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.bullet_rows import COLUMNS, FACT, add_below, item_rows, place_of
from teststrip.provider.reading.document import Block, Group, Heading, Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell
from teststrip.provider.reading.items import Item, cells_of, parsed_item, says_type, told_of, whole_item
from teststrip.provider.reading.kinds import read_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

_HEADED: Final = Pattern(
    r"[A-Za-z_]\w*(?:(?:\[\])?\.\w+)*(?:\[\])?\s*[(（\[][^()（）\n]*[)）\]]"
)  # a heading: name (type)
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]*")
# "An optional boolean that ..."
_PROSE: Final = Pattern(
    r"(?:an?|the)\s+(?P<need>optional|required)\s+(?P<kind>(?:array|list) of [a-z]+|[a-z]+)?", re.IGNORECASE
)
_BOLD: Final = 9  # the level of a heading that is no more than a line
_FEWEST_TOLD: Final = 2


def without_headed(blocks: Sequence[Block]) -> list[Block]:
    """Make one group of every run of headings that are each a parameter, with its facts in the items below."""
    made: list[Block] = []
    at = 0
    prose = _in_prose(blocks)
    told = {row.cells[0].text for block in blocks if isinstance(block, Group) for row in block.rows if row.cells}
    while at < len(blocks):
        rows: list[Row] = []
        levels: list[int] = []
        start = at
        while (end := _headed_end(blocks, at, told, prose=prose)) is not None:
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


def _headed_end(blocks: Sequence[Block], at: int, told: AbstractSet[str], *, prose: bool) -> int | None:
    """Return where a heading that is a parameter, with the items below it, ends; None when it is none."""
    heading = blocks[at] if at < len(blocks) else None
    if not isinstance(heading, Heading):
        return None
    item = _own_item(heading)
    if item is not None and item.name in told and at + 1 < len(blocks) and isinstance(blocks[at + 1], Group):
        return None  # `brush (object)`, and its members, where a row has the brush itself
    typed = item is not None
    title = heading.cell.text
    # `## Parameters` is none, and `**Input**` above its type is one.
    asks = heading.level < _BOLD and title[:1].isupper() and words.purpose(title) == "request"
    if not typed and (asks or not _NAME.fullmatch(title)):
        return None
    end = at + 1
    while end < len(blocks) and isinstance(block := blocks[end], Text):
        first = end == at + 1 and not block.is_item
        typed = typed or says_type(block)
        typed = typed or (first and bool(told_of(block.cell.text) or (prose and _PROSE.match(block.cell.text))))
        end += 1
    return end if typed else None


def _own_item(heading: Heading) -> Item | None:
    """Return what a heading says of the parameter that it is: `steps (integer)`, `steps integer required`."""
    if _HEADED.fullmatch(heading.cell.text):
        return parsed_item(heading.cell) if _is_typed(heading.cell) else None
    return whole_item(heading.cell)


def _in_prose(blocks: Sequence[Block]) -> bool:
    """Tell whether several headings are names, each with a sentence below that says "an optional ..."."""
    found = [
        heading
        for heading, text in itertools.pairwise(blocks)
        if isinstance(heading, Heading)
        and isinstance(text, Text)
        and _NAME.fullmatch(heading.cell.text)
        and _PROSE.match(text.cell.text)
    ]
    return len(found) >= _FEWEST_TOLD


def _headed_rows(heading: Heading, below: Sequence[Block], depth: int) -> Iterator[Row]:
    """Give the row of a heading, with the facts below it, and those of the members that are listed there."""
    where = heading.cell.where
    texts = [block for block in below if isinstance(block, Text)]
    item = _own_item(heading)
    if item is None:
        told = told_of(texts[0].cell.text) if texts else ()
        item = Item(heading.cell.text, told or _prose_marks(texts), len(heading.cell.text))
        texts = texts[1:] if told else texts
    cells = cells_of(item, heading.cell)
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


def _prose_marks(texts: Sequence[Text]) -> tuple[str, ...]:
    """Return what the first sentence says by its adjectives: "An optional boolean that ..."."""
    match = _PROSE.match(texts[0].cell.text) if texts else None
    if match is None:
        return ()
    kind = (match["kind"] or "").lower()
    known = kind in words.KINDS or kind.startswith(("array of", "list of"))
    return (*((kind,) if known else ()), match["need"].lower())


def _is_typed(cell: Cell) -> bool:
    """Tell whether a heading's brackets say a type, and not the name of something: `Recommended (RunPod)`.

    Nor is `Body (JSON)` a parameter.
    """
    item = parsed_item(cell)
    if item is None or not item.bracketed:
        return False
    if not cell.codes and item.name[0].isupper() and words.purpose(item.name) == "request":
        return False
    try:
        return not read_kind(item.said[0]).named
    except CellError:
        return True


def _may_hold(kind: str) -> bool:
    try:
        return read_kind(kind).kind in {None, "array", "object"}
    except CellError:
        return True


def _is_member(text: Text) -> bool:
    return text.is_item and FACT.fullmatch(text.cell.text) is None and parsed_item(text.cell) is not None
