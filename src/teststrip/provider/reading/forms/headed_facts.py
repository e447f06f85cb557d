"""Headings that are each a parameter by their type, or by those beside them, with its facts in the items below."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Group, Heading, Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.bullet_items import Item, parsed_item, parts_of
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below, item_cells, item_rows, place_of
from teststrip.provider.reading.forms.headed import Spans, with_rows
from teststrip.provider.reading.forms.listed import cells_of
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from teststrip.provider.reading.document import Block
    from teststrip.provider.reading.inline import Cell

_HEADED: Final = Pattern(
    r"[$@]?[A-Za-z_]\w*(?:(?:\[\])?\.\w+)*(?:\[\])?\s*[(（\[][^()（）\n]*[)）\]](?:\s?[(（\[][^()（）\[\]\n]{1,40}[)）\]])?"
)  # a heading: name (type), name (type) [required]
_NAME: Final = Pattern(
    r"[a-z_$][\w$-]{0,60}(?:(?:\[\])?\.[A-Za-z_]\w{0,60}){0,6}(?:\[\])?\*?(?:\s?[(（\[][^()（）\[\]]{1,60}[)）\]])?"
)
_WRITTEN: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}")
_PROSE: Final = Pattern(
    r"(?:an?|the)\s+(?P<need>optional|required)\s+(?P<kind>(?:array|list) of [a-z]+|[a-z]+)?", re.IGNORECASE
)
_DECLARED: Final = frozenset({"enum", "enumeration", "interface", "type", "model", "schema", "class", "struct"})
_OTHERS: Final = frozenset(
    {
        "body",
        "query",
        "headers",
        "header",
        "path",
        "form",
        "request",
        "response",
        "responses",
        "example",
        "examples",
        "errors",
    }
)
_FEWEST: Final = 2
_MOST_WORDS: Final = 4  # of what says a type


def with_headed_facts(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Make one group of every run of headings that are each a parameter, with its facts in the items below."""
    spans: Spans = {}
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
        if at > start:
            spans[start] = (at, rows)
        at = max(at, start + 1)
    return with_rows(blocks, spans)


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
        typed = typed or (own and fact is not None and _says_type(fact))
        end += 1
    return end if typed else None


def _says_type(fact: re.Match[str]) -> bool:
    """Tell whether a fact says a type; a sentence may be about a parameter that is called so."""
    return fact["key"].lower() in {"type", "类型"} and fact["value"].count(" ") <= _MOST_WORDS


def _headed_rows(heading: Heading, below: Sequence[Block], depth: int) -> Iterator[Row]:
    """Give the row of a heading, with the facts below it, and those of the members that are listed there."""
    where = heading.cell.where
    match = parsed_item(heading.cell) if _HEADED.fullmatch(heading.cell.text) else None
    named = {"name": plain_cell(heading.cell.text, where)}
    cells = cells_of(named, where) if match is None else item_cells(match, heading.cell)
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
    if first.lower() in _DECLARED and not cell.codes and re.fullmatch(r"(?:[A-Z][a-z0-9]+){2,}", match.name):
        return False  # "JobState (enum)" is a type, whose values stand below
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


@dataclass(slots=True)
class _Open:
    """A heading that is open: whether it announces parameters, the headings below it, and whether all are names."""

    level: int
    announces: bool
    below: list[int] = field(default_factory=list)
    named: bool = True


def headings_of_parameters(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the places of headings that stand side by side below one of a request, and are all names.

    Where tables or components stand among them, those have the parameters, and the headings tell more of some.
    """
    found = set(_in_prose(blocks))
    open_: list[_Open] = []
    for at, block in enumerate(blocks):
        if isinstance(block, Group):
            for one in open_:
                one.announces = False
        if not isinstance(block, Heading):
            continue
        while open_ and open_[-1].level >= block.level:
            found.update(_names(open_.pop()))
        if open_:
            open_[-1].below.append(at)
            open_[-1].named = open_[-1].named and _is_name(block)
        open_.append(_Open(block.level, words.purpose(block.cell.text) == "request"))
    for one in open_:
        found.update(_names(one))
    return frozenset(found)


def prose_of(cell: Cell) -> tuple[str, str] | None:
    """Read what a sentence says of a parameter by its adjectives, "An optional boolean that ...": a type, and that."""
    match = _PROSE.match(cell.text)
    if match is None:
        return None
    kind = (match["kind"] or "").lower()
    known = kind in words.KINDS or kind.startswith(("array of", "list of"))
    return kind if known else "", match["need"].lower()


def _in_prose(blocks: Sequence[Block]) -> list[int]:
    """Return the places of headings that are names, each with such a sentence below, where there are several."""
    found = [
        at
        for at, (heading, text) in enumerate(itertools.pairwise(blocks))
        if isinstance(heading, Heading)
        and isinstance(text, Text)
        and _WRITTEN.fullmatch(heading.cell.text)
        and prose_of(text.cell) is not None
    ]
    return found if len(found) >= _FEWEST else []


def _names(one: _Open) -> Sequence[int]:
    return one.below if one.announces and one.named and len(one.below) >= _FEWEST else ()


def _is_name(heading: Heading) -> bool:
    text = heading.cell.text
    return _NAME.fullmatch(text) is not None and text.lower() not in _OTHERS
