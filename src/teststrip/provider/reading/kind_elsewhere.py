"""The type of a row without a type cell: behind its name, in its values, or as the first word of its description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.kinds import read_kind
from teststrip.provider.reading.listings import read_listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.names import NameReading

_TYPE_FIRST: Final = Pattern(
    r"^\W*(?P<type>(?:array|list)\s*(?:of\s+\w+|<[^<>]+>|\[[^\[\]]+\])|[A-Za-z]+(?:\[\])?)\b\s*(?P<after>[)）\]】.,;:：—–|]|\s-|\n|$)"
)
_REST_WORDS: Final = Pattern(r"[\s,;/|()（）\[\]【】*:：—–-]+")


def kind_elsewhere(name: NameReading, cells: Mapping[str, Cell], *, lenient: bool) -> KindReading:
    """Look for a type behind the name, or as the first word of the description."""
    for part in (
        name.rest,
        " ".join(word for word in _REST_WORDS.split(name.rest) if word.lower() in words.KINDS),
    ):
        try:
            reading = read_kind(part.strip(" ()（）,:-*")) if part.strip() else KindReading()
        except CellError:
            continue
        if reading.kind is not None:
            return reading
    by_values = _kind_of_values(cells) if lenient else KindReading()
    if by_values.kind is not None:
        return by_values
    about = cells.get("description")
    first = _TYPE_FIRST.match("".join(text for text, _ in about.pieces).strip()) if about else None
    if first is None or first["type"].lower() in words.PLAIN_TYPES:
        return KindReading()
    try:
        return read_kind(first["type"])
    except CellError:
        return KindReading()


def _kind_of_values(cells: Mapping[str, Cell]) -> KindReading:
    """Read a cell of values for the type, where it has words for one, or whole numbers: `0 or 1`."""
    cell = cells.get("range")
    if cell is None or cell.text in words.NOTHING:
        return KindReading()
    listing = read_listing(cell)
    if listing is not None and all(re.fullmatch(r"-?\d+", text) for text in listing.texts):
        return KindReading("integer")
    try:
        reading = read_kind(cell.text) if not cell.codes else KindReading()
    except CellError:
        return KindReading()
    return KindReading(reading.kind) if not (reading.values or reading.named or reading.detail) else KindReading()
