"""Parameters that are told in paragraphs, each of its own, in place of rows or list items.

**steps** (integer, optional) - How many          ** Steps **
steps to take.                                     How many steps to take.
                                                   Type: Integer
`seed` integer                                     Required: No
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.where import Where
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.marks_behind import is_kind, named_at, says_required
from teststrip.provider.reading.document import Block, Heading, Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.bullet_items import parsed_item, parts_of
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below, item_cells
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BOLD: Final = 9  # the level of a heading that is no more than a line
_FEWEST: Final = 2  # paragraphs that there have to be
_APART: Final = ("`", "**", "__", "<code", "<b>", "<strong")


def with_told(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks in which paragraphs that are parameters are headings with facts, or groups of rows."""
    made: list[Block] = []
    run: list[Text] = []
    for block in itertools.chain.from_iterable(map(_parted, blocks)):
        if isinstance(block, Text) and (run or _is_parameter(block)):
            run.append(block)
            continue
        made += [*_taken(run), block]
        run = []
    return [*made, *_taken(run)]


def _parted(block: Block) -> Iterator[Block]:
    """Part a paragraph of facts into its lines; a name above them is a heading."""
    if not isinstance(block, Text) or block.is_item or "\n" not in block.cell.raw:
        yield block
        return
    where = block.cell.where
    cells = [
        read_inline(raw.strip(), Where(where.file, where.line + at, where.column))
        for at, raw in enumerate(block.cell.raw.split("\n"))
    ]
    lines = [Text(cell, block.headings) for cell in cells if cell.text]
    if all((one := parsed_item(line.cell)) is not None and one.bracketed for line in lines):
        yield from (Text(line.cell, block.headings, 0) for line in lines)  # `steps (integer): how many`
        return
    if not any(_says_type(line) for line in lines):
        yield block
        return
    name = _name_alone(lines[0].cell)
    if name:
        yield Heading(_BOLD, plain_cell(name, lines[0].cell.where))
        lines = lines[1:]
    yield from lines


def _name_alone(cell: Cell) -> str:
    """Return the name that a text is, and nothing else; empty for any other."""
    text = "".join(piece for piece, _ in cell.pieces).strip("*_ ")
    end = named_at(text)
    return "" if end is None or text[end:].strip(" :：*") else text[:end].rstrip("*? ")


def _says_type(text: Text) -> bool:
    """Tell whether a text is a fact that only a parameter has: `Type: integer`."""
    fact = FACT.fullmatch(text.cell.text)
    if fact is None or fact["key"].lower() not in {"type", "类型", "数据类型", "data type"}:
        return False
    try:
        return read_kind(fact["value"]).kind is not None
    except CellError:
        return re.fullmatch(r"[\w()\[\]<>,. -]{1,40}", fact["value"]) is not None


def _is_parameter(block: Text) -> bool:
    """Tell whether a paragraph begins with a name that is set apart, and says its type or that it is required."""
    if block.is_item or not block.cell.raw.startswith(_APART) or FACT.fullmatch(block.cell.text):
        return False
    item = parsed_item(block.cell)
    return item is not None and any(is_kind(part) or says_required(part) for part in parts_of(item.said))


def _taken(run: Sequence[Text]) -> Iterator[Block]:
    """Give a run of paragraphs that begins with a parameter as a group, if there are more of them in it."""
    starts = [at for at, text in enumerate(run) if _is_parameter(text)]
    if len(starts) < _FEWEST:
        yield from run
        return
    longest = max(after - at for at, after in itertools.pairwise(starts))
    end = min(len(run), starts[-1] + longest)
    while end < len(run) and run[end].is_item:
        end += 1  # the values of the last one
    yield group_of(_rows(run[:end]), run[0].headings, run[0].cell.where)
    yield from run[end:]


def _rows(run: Sequence[Text]) -> Iterator[Row]:
    """Give the row of each paragraph that is a parameter, with what is below it."""
    cells: list[Cell] = []
    for text in run:
        item = parsed_item(text.cell) if _is_parameter(text) else None
        if item is None:
            add_below(cells, text.cell, FACT.fullmatch(text.cell.text))
            continue
        if cells:
            yield Row(tuple(cells), cells[0].where)
        cells = item_cells(item, text.cell)
    if cells:
        yield Row(tuple(cells), cells[0].where)
