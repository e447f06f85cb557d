"""The type of a row whose type cell says none: words behind the name, values, a default, the first word about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import plain_cell
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.kinds import read_kind
from teststrip.provider.reading.limits import read_limits
from teststrip.provider.reading.listing_text import mine_listing
from teststrip.provider.reading.listings import read_listing
from teststrip.provider.reading.taking import SEPARATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.names import NameReading

_TYPE_FIRST: Final = Pattern(
    r"^\W*(?P<type>(?:array|list)\s*(?:of\s+\w+|<[^<>]+>|\[[^\[\]]+\])|[A-Za-z]+(?:\[\])?)\b\s*(?P<after>[)）\]】.,;:：—–|]|\s-|\n|$)"
)
_REST_WORDS: Final = Pattern(r"[\s,;/|()（）\[\]【】*:：—–-]+")
_WHOLE: Final = Pattern(r"[-+]?\d{1,20}")
_NUMBER: Final = Pattern(r"[-+]?\d{1,20}(?:\.\d{1,20})?")
_TRUTH: Final = frozenset({"true", "false"})
_WORDS_ONLY: Final = Pattern(r"[A-Za-z][A-Za-z '’-]{1,60}")


def kind_elsewhere(cells: dict[str, Cell], name: NameReading) -> KindReading:
    """Return what is said of the type outside of its cell; a range cell that only says so is emptied."""
    behind = _behind(name)
    if behind.kind is not None:
        return behind
    if "type" not in cells:
        told = _in_place_of_values(cells)
        if told.kind is not None:
            return told
    first = _first_word(cells.get("description"))
    return first if first.kind is not None else _of_values(cells)


def guessed(cells: dict[str, Cell]) -> KindReading:
    """Return what the cells speak for where nothing says a type: it is taken, and flagged."""
    default = cells["default"].text if "default" in cells else ""
    about = cells.get("range")
    if about is None:
        return KindReading()
    limits = read_limits(about.text)
    if limits is not None and limits.bounds is not None and limits.what == "value":
        return KindReading("number" if "." in about.text or "." in default else "integer")
    if not about.codes and _WORDS_ONLY.fullmatch(about.text.strip()):
        cells["range"] = plain_cell("", about.where)
        return KindReading("string")
    return KindReading()


def guesses(cells: Mapping[str, Cell]) -> tuple[str, ...]:
    """Say which types the other cells speak for."""
    text = cells["default"].text if "default" in cells else ""
    if text.lower() in _TRUTH:
        return ("boolean",)
    if _WHOLE.fullmatch(text):
        return ("integer", "number")
    if _NUMBER.fullmatch(text):
        return ("number",)
    return ("string", "number", "boolean") if text in words.NOTHING else ("string",)


def _behind(name: NameReading) -> KindReading:
    """Read the words behind a name, or those among them that are types."""
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
    return KindReading()


def _in_place_of_values(cells: dict[str, Cell]) -> KindReading:
    """Read a type that stands in the column of values: `floating-point number`."""
    cell = cells.get("range")
    if cell is not None and SEPARATED.search(cell.text):
        return KindReading("string")
    if cell is None or cell.codes or cell is cells.get("default") or not re.search(r"[A-Za-z]{3}", cell.text):
        return KindReading()
    try:
        reading = read_kind(cell.text)
    except CellError:
        return KindReading()
    if reading.kind is None or reading.named or reading.values or reading.detail or re.search(r"\d", cell.text):
        return KindReading()
    cells["range"] = plain_cell("", cell.where)
    return reading


def _first_word(about: Cell | None) -> KindReading:
    first = _TYPE_FIRST.match("".join(text for text, _ in about.pieces).strip()) if about else None
    if first is None or first["type"].lower() in words.PLAIN_TYPES:
        return KindReading()
    try:
        return read_kind(first["type"])
    except CellError:
        return KindReading()


def _of_values(cells: Mapping[str, Cell]) -> KindReading:
    """Return the type that all listed values have, with the default among them."""
    cell, default = cells.get("range"), cells.get("default")
    text = default.text.strip("\"'`") if default is not None else ""
    listing = (read_listing(cell) or mine_listing(cell)) if cell is not None and cell is not default else None
    if listing is not None and not listing.open and len(listing.values) > 1 and listing.strength:
        values = [*listing.texts, *([text] if text.lower() not in words.NO_DEFAULT else [])]
        if all(value.lower() in _TRUTH for value in values):
            return KindReading("boolean")
        if all(_WHOLE.fullmatch(value) for value in values):
            return KindReading("integer")
        if not any(_NUMBER.fullmatch(value) for value in values) and text in {"", *listing.texts}:
            return KindReading("string")
        return KindReading()
    return KindReading("boolean") if text.lower() in _TRUTH and listing is None else KindReading()
