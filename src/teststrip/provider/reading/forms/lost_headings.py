"""Lines of text that have the form of the page's headings, `steps [integer]`, and only lost their marks."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Block, Document, Heading, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = Pattern(
    r"(?P<indent>[ \t]{0,40})(?P<name>[A-Za-z_][\w.-]{0,60})\*?[ \t]?(?P<told>(?:\[[^\[\]()\n]{1,40}\][ \t]?){1,3}|(?:\([^\[\]()\n]{1,40}\)[ \t]?){1,3})"
)
_TOLD: Final = Pattern(r"[\[(]([^\[\]()]{1,40})[\])]")
_FEWEST: Final = 2
_STEP: Final = 4  # columns of an indent
_DEEPEST: Final = 3
_MOST: Final = 2_000  # lines of a paragraph that are looked at


def with_lost_headings(document: Document) -> Document:
    """Return a document in which such lines are headings, where the page has at least two with their marks."""
    levels = Counter(one.level for one in document.headings if _typed(_LINE.fullmatch(one.cell.text)))
    if levels.total() < _FEWEST:
        return document
    level = levels.most_common(1)[0][0]
    blocks: list[Block] = []
    inside = False  # below a heading that is a parameter
    for block in document.blocks:
        if isinstance(block, Heading):
            inside = _typed(_LINE.fullmatch(block.cell.text)) or (inside and block.level > level)
        if isinstance(block, Text) and inside and not block.is_item:
            blocks += _parted(block, level)
        else:
            blocks.append(block)
    return Document(document.file, tuple(blocks))


def _typed(match: re.Match[str] | None) -> bool:
    """Tell whether the first brackets behind a name say a type."""
    first = _TOLD.match(match["told"]) if match is not None else None
    try:
        reading = read_kind(first[1]) if first is not None else None
    except CellError:
        return False
    return reading is not None and reading.kind is not None and not reading.named


def _parted(text: Text, level: int) -> Iterator[Block]:
    """Give the headings of a paragraph, and what stands between them."""
    lines = text.cell.raw.split("\n")
    where = text.cell.where
    found = {
        at: match for at, line in enumerate(lines[:_MOST]) if _typed(match := _LINE.fullmatch(line)) and match
    }
    if not found:
        yield text
        return
    edges = [*found, len(lines)]
    if edges[0] > 0:
        yield replace(text, cell=read_inline("\n".join(lines[: edges[0]]), where))
    for at, end in itertools.pairwise(edges):
        match = found[at]
        place = replace(where, line=where.line + at)
        deep = len(match["indent"].expandtabs(_STEP)) if at else where.column - 1
        told = ", ".join(part.strip() for part in _TOLD.findall(match["told"]))
        yield Heading(level + min(_DEEPEST, deep // _STEP), read_inline(f"{match['name']} ({told})", place))
        if end > at + 1:
            below = replace(where, line=where.line + at + 1)
            yield Text(read_inline("\n".join(lines[at + 1 : end]).strip(), below), text.headings)
