"""Lines that name a parameter behind the word for one, each in its own part of the page: they stand for headings.

## Edge of the paper

**Parameter:** `edge` (int, range: 1-100)      **参数名**：`edge`      Field: `edge` - optional string

| Value | Effect |       the values that it may have, with a mark at the default
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_items import parsed_item
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.called_fields import names_call
from teststrip.provider.reading.forms.listed import cells_of, group_of
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LABELLED: Final = Pattern(
    r"[*_]{0,3}(?P<label>[^\W\d_][^\n:：*`|]{1,30}?)(?:[*_]{0,3}\s?[:：]\s?[*_]{0,3}|[*_]{2,3})\s{0,4}"
    r"(?P<named>(?:\*\*)?`[A-Za-z_][\w.\[\]-]{0,60}`(?:\*\*)?(?!\s?[,、/=`]).{0,400})"
)
_VALUE: Final = Pattern(
    r"[\"'“]?(?P<value>[\w.:+/%-]{1,40}?)[\"'”]?\s?(?P<default>[*†]?\s?[(（\[](?:the )?(?:default(?: value)?|默认值?|預設值?|デフォルト|既定値?|기본값?|predeterminado|por defecto|padrão|par défaut|standard|predefinito|по умолчанию)[)）\]])?"
)
_BOLD: Final = 9  # the level of a line in bold
_FEWEST: Final = 2  # such lines, and values of one
_MOST: Final = 40  # blocks below a line that are of it


def with_labelled_names(document: Document) -> Document:
    """Return a document in which such lines, where there are several, are each a group of one row."""
    found = dict(_named_in(document.blocks))
    if len({cells[0].text for cells, _ in found.values()}) < _FEWEST:
        return document
    made: list[Block] = []
    at, blocks = 0, document.blocks
    while at < len(blocks):
        if at not in found:
            made.append(blocks[at])
            at += 1
            continue
        end = at + 1
        while end < min(len(blocks), at + _MOST) and end not in found and not isinstance(blocks[end], Heading):
            end += 1
        told, above = found[at]
        cells, left = _filled(told, blocks[at + 1 : end])
        made.append(group_of([Row(tuple(cells), cells[0].where)], above, cells[0].where))
        made += left
        at = end
    return replace(document, blocks=tuple(made))


def _named_in(blocks: Sequence[Block]) -> Iterator[tuple[int, tuple[list[Cell], tuple[Heading, ...]]]]:
    """Give the place of each such line, the cells of its row, and the headings that it stands under."""
    above: tuple[Heading, ...] = ()
    for at, block in enumerate(blocks):
        cells = None
        # A line that begins in bold may have been taken for a heading.
        if isinstance(block, Text) or (isinstance(block, Heading) and block.level == _BOLD):
            over = tuple(one for one in above if not isinstance(block, Heading) or one.level < block.level)
            said = words.purpose(over[-1].cell.text) if over else None
            called = bool(over) and names_call(
                over[-1].cell.text
            )  # whose fields stand in such lines, several in each
            cells = _named(block.cell) if said in {None, "request"} and not called else None
            if cells is not None:
                yield at, (cells, over)
        if isinstance(block, Heading):
            above = over if cells is not None else block.below(above)


def _named(line: Cell) -> list[Cell] | None:
    """Return the cells of a line that is a label and a name."""
    first, _, more = line.raw.strip().partition("\n")
    match = _LABELLED.fullmatch(first)
    if match is None or words.column(match["label"]) != "name":
        return None
    cell = read_inline(match["named"], line.where)
    name = match["named"].strip("*").split("`")[1]
    alone = parsed_item(cell) is None and not cell.text.removeprefix(name).strip(" *")
    where = cell.where
    cells = cells_of({"name": plain_cell(name, where)}, where) if alone else plain_cells(cell)
    if cells is not None and more.strip():
        for below in more.split("\n"):
            told = read_inline(below.strip(), where)
            add_below(cells, told, FACT.fullmatch(told.text))
    return cells


def _filled(cells: list[Cell], below: Sequence[Block]) -> tuple[list[Cell], list[Block]]:
    """Return the cells of a row with what stands below it, and what of that is something else."""
    left: list[Block] = []
    for block in below:
        if isinstance(block, Text) and (not block.is_item or FACT.fullmatch(block.cell.text)):
            add_below(cells, block.cell, FACT.fullmatch(block.cell.text))
        elif isinstance(block, Group) and not cells[4].text and _lists_values(block):
            _tell_values(cells, block)
        else:
            left.append(block)
    return cells, left


def _lists_values(group: Group) -> bool:
    """Tell whether a table is one of values, each with what it means."""
    if group.form != "table" or len(group.rows) < _FEWEST or role_of(group) == "parameters":
        return False
    return all(row.cells and _VALUE.fullmatch(row.cells[0].text) for row in group.rows)


def _tell_values(cells: list[Cell], group: Group) -> None:
    where = group.where
    found = [match for row in group.rows if (match := _VALUE.fullmatch(row.cells[0].text)) is not None]
    values = [match["value"] for match in found]
    pieces = [piece for value in values for piece in ((", ", False), (value, True))]
    cells[4] = Cell(tuple(pieces[1:]), where, ", ".join(values))
    default = next((match["value"] for match in found if match["default"]), "")
    if default and not cells[3].text:
        cells[3] = Cell(((default, True),), where, default)
