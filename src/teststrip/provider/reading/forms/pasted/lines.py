"""The lines of a page's running text, each by itself, with the headings and the code that stand between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Block, Text
from teststrip.provider.reading.forms.pasted.before import is_mark
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A link without words, as sites have at the name of each parameter.
_ANCHOR: Final = Pattern(r"\[[\u200b#¶\s]{0,4}\]\((?P<to>[^()\s]{0,300})\)")
_SLUG: Final = Pattern(
    r"#(?:body|parameter|param|response|authorization|query|path|header)-(?P<slug>[\w.-]{1,200})$"
)
_HEADING: Final = Pattern(r"(?<=\S)[ \t]?#{2,6} (?=[A-Z])")  # glued to the end of a line
_LOST: Final = Pattern(r"\[?[\u200b\ufeff\s]*|\]\([^()\s]{0,300}\)")  # what is left of one that was broken


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    `block` is the number of its block on the page, `bullet`: an item begins with it; `slug` is the name in the
    address of an anchor before it.
    """

    cell: Cell
    block: int
    bullet: bool = False
    slug: str = ""

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
        for part, slug in _parts(raw):
            if not part.strip() or _LOST.fullmatch(part):
                continue
            place = Where(where.file, where.line + down, where.column if down == 0 else 1)
            cell = read_inline(part.strip(), place)
            if cell.text:
                found.append(Line(cell, number, block.is_item and down == 0, slug))
    return found


def _parts(raw: str) -> Iterator[tuple[str, str]]:
    """Part a line at its anchors, and where a heading is glued to it; with each part, the name of its anchor.

    The first cell of a table's row is a part of its own where it only says whether the others have to be given.
    """
    mark, tab, rest = raw.partition("\t")
    if tab and is_mark(mark.strip()):
        yield mark, ""
        raw = rest
    if "](" not in raw and "## " not in raw:
        yield raw, ""
        return
    at, slug = 0, ""
    for anchor in _ANCHOR.finditer(raw):
        yield from ((part, slug) for part in _HEADING.split(raw[at : anchor.start()]))
        told = _SLUG.search(anchor["to"])
        at, slug = anchor.end(), told["slug"] if told is not None else ""
    yield from ((part, slug) for part in _HEADING.split(raw[at:]))
