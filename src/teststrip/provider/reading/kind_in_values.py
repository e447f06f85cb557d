"""A column of values on a page without types: some of its cells name a type, and the values of others are all of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.taking import SEPARATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.reading.inline import Cell

_WHOLE: Final = Pattern(r"[-+]?\d{1,20}")
_NUMBER: Final = Pattern(r"[-+]?\d{1,20}(?:\.\d{1,20})?")
_TRUTH: Final = frozenset({"true", "false"})
_A_WORD: Final = Pattern(r"[A-Za-z]{3}|[\u3040-\u9fff]")


def kind_in_values(cells: Mapping[str, Cell]) -> KindReading:
    """Return the type that the cell for values tells: by its words, or by the values that it lists."""
    cell, default = cells.get("range"), cells.get("default")
    if cell is None or cell is default:
        return KindReading()
    if SEPARATED.search(cell.text):
        return KindReading("string")
    told = type_in_place(cell)
    return told if told.kind is not None else _of_values(cell, default)


def type_in_place(cell: Cell) -> KindReading:
    """Read a type that stands in place of values: `floating-point number`."""
    if cell.codes or re.search(r"\d", cell.text) or not _A_WORD.search(cell.text):
        return KindReading()
    try:
        reading = read_kind(cell.text)
    except CellError:
        return KindReading()
    return KindReading() if reading.named or reading.values or reading.detail else reading


def _of_values(cell: Cell, default: Cell | None) -> KindReading:
    """Return the type that all listed values have, with the default among them."""
    text = default.text.strip("\"'`") if default is not None else ""
    text = "" if text.lower() in words.NO_DEFAULT else text
    listing = read_listing(cell) or mine_listing(cell)
    if listing is None or listing.open or len(listing.values) < 2 or not listing.strength:
        return KindReading()
    values = [*listing.texts, *([text] if text else [])]
    if all(value.lower() in _TRUTH for value in values):
        return KindReading("boolean")
    if all(_WHOLE.fullmatch(value) for value in values):
        return KindReading("integer")
    texts = text in {"", *listing.texts} and not any(_NUMBER.fullmatch(value) for value in values)
    return KindReading("string") if texts else KindReading()
