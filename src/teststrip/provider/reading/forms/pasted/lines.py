"""The lines of a page's running text, each by itself, with the headings and the code that stand between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Block, Text
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

# A link without words, as sites have at the name of each parameter.
_ANCHOR: Final = Pattern(r"\[[\u200b#¶\s]{0,4}\]\([^()\s]{0,300}\)")
_LOST: Final = Pattern(r"[\[\]\u200b\ufeff\s]*|\]\([^()\s]{0,300}\)")  # what is left of one that was broken


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `block` is the number of its block on the page, `bullet`: an item begins with it."""

    cell: Cell
    block: int
    bullet: bool = False

    @property
    def text(self) -> str:
        """The words of the line."""
        return self.cell.text


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    """Return the lines of all texts that say something; an anchor within a line begins another one."""
    found: list[Line] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Text):
            found += _lines(block, number)
    return found


def _lines(block: Text, number: int) -> list[Line]:
    where = block.cell.where
    found: list[Line] = []
    for down, raw in enumerate(block.cell.raw.split("\n")):
        parts = _ANCHOR.split(raw) if "](" in raw else [raw]
        for part in parts:
            if not part.strip() or _LOST.fullmatch(part):
                continue
            place = Where(where.file, where.line + down, where.column if down == 0 else 1)
            cell = read_inline(part.strip(), place)
            if cell.text:
                found.append(Line(cell, number, block.is_item and down == 0))
    return found
