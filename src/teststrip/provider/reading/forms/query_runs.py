"""Runs of what may be parts of an address, one by one: items of a list, headings and paragraphs that begin with one.

**`w=300`**                 a heading, with words below
`h=200` - How tall          a paragraph
?q=80   # how well          a line of a block of code, with a remark
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Code, Heading, Text
from teststrip.provider.reading.forms.query_items import read_item
from teststrip.provider.reading.forms.query_values import read_options
from teststrip.provider.reading.inline import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Block

_REMARKED: Final = Pattern(
    r"\s{0,20}(?P<option>[?&][A-Za-z_][\w.-]{0,60}(?:\[\])?=\S{0,100})\s{1,60}(?:#|//|--|[-–—;→:]|[-=]>)\s{0,9}(?P<words>\S.{0,300})"
)
_MOST_LINES: Final = 200
_FEWEST: Final = 2
_BELOW: Final = 4  # columns that what stands below a heading is deeper than it


@dataclass(slots=True)
class Run:
    """A run as items of a list, with the blocks that it is made of and the one before it."""

    lead: Block | None = None
    items: list[Text] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    level: int = 0  # of the headings that it is made of
    alone: bool = False  # a paragraph of its own below a heading, which all below that is about


def runs_in(blocks: Sequence[Block]) -> Iterator[Run | Block]:
    """Give the blocks of a page, in which such runs are gathered."""
    run = Run()
    above: tuple[Heading, ...] = ()
    for block in blocks:
        items = list(_items(block, above))
        if isinstance(block, Heading):
            above = block.below(above)
        apart = isinstance(block, Heading) and run.items and run.level != block.level
        held = run.alone and isinstance(block, Text) and not _is_alone(block)
        items = [] if held else items
        if run.items and (apart or (run.alone and not held) or not (items or _is_below(block, run))):
            yield run
            run = Run(run.blocks[-1])
        if items or (run.items and isinstance(block, Text)):
            run.alone = run.alone or (not run.items and isinstance(run.lead, Heading) and _is_alone(block))
            run.level = block.level if isinstance(block, Heading) else run.level
            run.blocks.append(block)
            run.items += (
                items
                if items and not (run.level and isinstance(block, Text) and block.is_item)
                else [_below(block)]
            )
        else:
            yield block
            run = Run(block)
    if run.items:
        yield run


def _items(block: Block, above: tuple[Heading, ...]) -> Iterator[Text]:
    """Give a block as items of a list; a block of code is one for each of its lines."""
    if isinstance(block, Code):
        yield from _remarked(block, above)
    elif isinstance(block, Heading):
        if read_item(block.cell) is not None:
            yield Text(block.cell, tuple(one for one in above if one.level < block.level), 0)
    elif isinstance(block, Text):
        if block.is_item:
            yield block
        elif block.cell.pieces[:1] and block.cell.pieces[0][1] and read_item(block.cell) is not None:
            yield replace(block, indent=0)


def _remarked(code: Code, above: tuple[Heading, ...]) -> Iterator[Text]:
    lines = [line for line in code.text.split("\n")[:_MOST_LINES] if line.strip()]
    found = [_REMARKED.fullmatch(line) for line in lines]
    if len(found) < _FEWEST or not all(found):
        return
    at = code.where.line + code.offset
    for number, line in enumerate(code.text.split("\n")[:_MOST_LINES]):
        match = _REMARKED.fullmatch(line)
        if match is not None:
            where = Where(code.where.file, at + number, match.start("option") + 1)
            yield Text(Cell(((match["option"], True), (f": {match['words']}", False)), where, line), above, 0)


def _is_below(block: Block, run: Run) -> bool:
    """Tell whether a block belongs to what stands above it: all text below a heading, and what is indented."""
    return isinstance(block, Text) and (run.level > 0 or run.alone or block.cell.where.column > _FEWEST)


def _is_alone(block: Block) -> bool:
    """Tell whether a block is one part of an address and nothing else."""
    return (
        isinstance(block, Text) and not block.is_item and len(block.cell.pieces) == 1 and block.cell.pieces[0][1]
    ) and len(read_options(block.cell.text)) == 1


def _below(block: Block) -> Text:
    assert isinstance(block, Text)  # noqa: S101  only text stands below
    return replace(block, indent=block.indent + _BELOW) if block.is_item else block
