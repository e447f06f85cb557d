"""What one item or sentence tells of a part of an address, as the cells of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.forms.query_values import Option, read_options
from teststrip.provider.reading.inline import Cell, joined, plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.base.where import Where

COLUMNS: Final = ("name", "type", "required", "default", "range", "description", "example")
"""The columns of what an address has: those of lists, and the value that is shown."""
_TYPE, _REQUIRED, _RANGE, _DESCRIPTION, _EXAMPLE = 1, 2, 4, 5, 6
_TITLE: Final = Pattern(r"\W{0,6}(?:[^\W\d_][\w /&'’,-]{0,60}?)?\W{0,4}")
_JOINS: Final = Pattern(r"\s{0,3}(?:,|/|\||&|、|\bor\b|\band\b|\boder\b|\bou\b|或)?\s{0,3}")
_PLAIN: Final = Pattern(r"[?&]?[A-Za-z_][\w.-]{0,60}=[^\s:：]{0,200}(?=\s|[:：]|$)")
_BETWEEN: Final = " :：–—-,.)）\n"
_MOST: Final = 60  # items and sentences about one part of an address


@dataclass(slots=True)
class Told:
    """What a page tells of one part of an address: the cells of its row, and the values with the words about each."""

    cells: list[Cell]
    lines: list[tuple[str, Cell]] = field(default_factory=list)

    @property
    def where(self) -> Where:
        """The place of the row."""
        return self.cells[0].where

    def add(self, option: Option, about: Cell) -> None:
        """Add what another item, or sentence, tells: one more value, more words."""
        if len(self.lines) < _MOST:
            self.lines.append((option.example, about))
        for index, text in ((_TYPE, option.kind), (_RANGE, option.span or ", ".join(option.values))):
            if text and not self.cells[index].text:
                self.cells[index] = plain_cell(text, self.where)

    def fill(self, example: str, required: str) -> None:
        """Take what an address of the page shows, and what a sentence says, where nothing else told it."""
        for index, text in ((_EXAMPLE, example), (_REQUIRED, required)):
            if text and not self.cells[index].text:
                self.cells[index] = plain_cell(text, self.where)

    def row(self) -> Row:
        """Return the row; several values, each with its words, are a list of them: `fit=cover`, `fit=contain`."""
        cells = list(self.cells)
        lines = [(cells[_EXAMPLE].text, cells[_DESCRIPTION]), *self.lines]
        if len({value for value, _ in lines if value}) > 1:
            told = [_valued(value, about) for value, about in lines]
        else:
            told = [about for _, about in {about.text: (value, about) for value, about in lines}.values()]
        if self.lines:
            cells[_DESCRIPTION] = joined(told, "\n")
        return Row(tuple(cells), self.where)


def told_of(option: Option, about: Cell) -> Told:
    """Return what an item or a sentence tells of a part of an address."""
    empty = plain_cell("", about.where)
    told = {"type": option.kind, "range": option.span or ", ".join(option.values), "example": option.example}
    cells = {name: plain_cell(text, about.where) for name, text in told.items() if text}
    cells |= {"name": plain_cell(option.name, about.where), "description": about}
    return Told([cells.get(column, empty) for column in COLUMNS])


def read_item(cell: Cell) -> tuple[Sequence[Option], Cell] | None:
    """Read an item that begins with parts of an address, behind a title or none; return them and the words about them."""
    found: list[Option] = []
    title = ""
    at = 0
    for index, (piece, code) in enumerate(cell.pieces):
        options = read_options(piece) if code else ()
        if options:
            found += options
            at = index + 1
        elif not found and not code and _TITLE.fullmatch(piece):
            title = piece.strip(" *_:：–—-(（")
        elif not found or code or not _JOINS.fullmatch(piece):
            break
    if found:
        return found, _about(title, cell.pieces[at:], cell)
    plain = _PLAIN.match(cell.text) if not cell.codes else None
    options = read_options(plain[0]) if plain is not None else ()
    if plain is None or not options:
        return None
    return options, _about("", ((cell.text[plain.end() :], False),), cell)


def _about(title: str, pieces: Sequence[tuple[str, bool]], cell: Cell) -> Cell:
    """Return the words behind what an item shows; its title where there are none."""
    rest = Cell(tuple(pieces), cell.where, cell.raw)
    if not rest.text.strip(_BETWEEN):
        return plain_cell(title, cell.where)
    first, code = pieces[0]
    kept = [(first if code else first.lstrip(_BETWEEN), code), *pieces[1:]]
    head = [(f"{title}. ", False)] if title and not code else []
    return without_options(Cell((*head, *kept), cell.where, cell.raw))


def without_options(cell: Cell) -> Cell:
    """Return a text in which parts of an address are plain words: as code they would be taken for values."""
    pieces = []
    for text, code in cell.pieces:
        options = read_options(text) if code else ()
        pieces.append((" and ".join(option.name for option in options), False) if options else (text, code))
    return Cell(tuple(pieces), cell.where, cell.raw)


def _valued(value: str, about: Cell) -> Cell:
    """Return the words about one value as a line of a list of them."""
    if not value:
        return about
    return Cell(
        (("- ", False), (value, True), (": ", False), *about.pieces), about.where, f"- {value}: {about.raw}"
    )
