"""Values that stand as bare words in a list below a parameter: they are made code, as values elsewhere are.

- **edge**: The rim (default: "soft")
    - soft
    - hard (no blur)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.carriers import carries
from teststrip.provider.reading.document import Block, Document, Text
from teststrip.provider.reading.forms.bullet_items import parsed_item
from teststrip.provider.reading.forms.bullet_rows import FACT
from teststrip.provider.reading.forms.plain_items import plain_item
from teststrip.provider.reading.inline import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

# A word alone, or with a remark in brackets; a second bullet may be left of what was copied.
_VALUE: Final = Pattern(
    r"(?:[-–—•]\s)?(?P<value>[a-z0-9][\w.+:/-]{0,40})(?P<rest>\s?[(（][^()（）\n]{1,120}[)）])?\s{0,4}"
)
_FEWEST: Final = 2
_HOLDS: Final = Pattern(
    r"\b(?:object|array|list|dict|map|json|with|has|fields|members|properties|keys|contains?)\b|对象|数组|包含|字段"
)


def with_value_items(document: Document) -> Document:
    """Return a document in which bare words below an item that is a parameter are code."""
    made: list[Block] = list(document.blocks)
    at = 0
    while at < len(made):
        end = _end_of_values(made, at)
        if end > at + _FEWEST:
            below = [block for block in made[at + 1 : end] if isinstance(block, Text)]
            made[at + 1 : end] = [replace(text, cell=_coded(text.cell)) for text in below]
        at = max(end, at + 1)
    return Document(document.file, tuple(made))


def _end_of_values(blocks: Sequence[Block], at: int) -> int:
    """Return where the values end that stand below an item; the next block where there are none."""
    first = blocks[at]
    if not isinstance(first, Text) or not first.is_item:
        return at + 1
    end, indent = at + 1, None
    while end < len(blocks):
        block = blocks[end]
        if not isinstance(block, Text) or not block.is_item or block.indent <= first.indent:
            break
        indent = block.indent if indent is None else indent
        if block.indent != indent or not _is_value(block.cell):
            return at + 1
        end += 1
    return end if end > at + _FEWEST and _takes_values(first.cell) else at + 1


def _is_value(cell: Cell) -> bool:
    match = _VALUE.fullmatch(cell.text)
    if match is None or cell.codes or FACT.fullmatch(cell.text) is not None:
        return False
    return not words.says_required(match["value"]) and match["value"] not in words.KINDS


def _takes_values(cell: Cell) -> bool:
    """Tell whether an item is a parameter with words about it, and not one that has members."""
    typed = parsed_item(cell)
    if typed is not None:
        return not _HOLDS.search(typed.said.lower())
    item = plain_item(cell)
    if item is None or not item.apart or carries(cell.text):
        return False
    about = "".join(text for text, _ in cell.pieces)[item.start :]
    return bool(about.strip()) and not _HOLDS.search(about.lower())


def _coded(cell: Cell) -> Cell:
    match = _VALUE.fullmatch(cell.text)
    if match is None:
        return cell
    rest = ((match["rest"], False),) if match["rest"] else ()
    return Cell(((match["value"], True), *rest), cell.where, f"`{match['value']}`{match['rest'] or ''}")
