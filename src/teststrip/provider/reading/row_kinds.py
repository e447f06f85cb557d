"""The type of a row: what its cell says, what stands elsewhere in the row, and what the other cells show it to be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_values import kind_of
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.cells.names import NameReading, key_of
from teststrip.provider.reading.flags import CellError, Flags
from teststrip.provider.reading.kind_in_values import kind_in_values
from teststrip.provider.reading.kind_reading import KindReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.inline import Cell

_TYPE_FIRST: Final = Pattern(
    r"^\W*(?P<type>(?:array|list)\s*(?:of\s+\w+|<[^<>]+>|\[[^\[\]]+\])|[A-Za-z]+(?:\[\])?)\b\s*(?P<after>[)）\]】.,;:：—–|]|\s-|\n|$)"
)
_REST_WORDS: Final = Pattern(r"[\s,;/|()（）\[\]【】*:：—–-]+")
_ENUM: Final = Pattern(r"enum(?:eration|erated)?|枚举", re.IGNORECASE)
# The name of a structure, or of an array of such: `imageRef`, `imageRef[]`, `[]imageRef`, `list of image_ref`.
_STRUCTURE: Final = Pattern(
    r"(?P<many>(?:array|list)\s*(?:of\s+|[<\[(]\s*)|\[\]\s?)?(?P<name>[A-Za-z_]\w{2,60})\s*(?P<objects>objects?)?\s*[>\])]?(?P<marks>\[\])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RowKinds:
    """Reads the types of rows; `structures` are the keys of what the page's headings are called.

    `learnt` are words that are no types, and the types that examples show of them.
    """

    flags: Flags
    structures: frozenset[str] = frozenset()
    learnt: Mapping[str, Kind] = field(default_factory=dict)

    def read(self, name: NameReading, cells: Mapping[str, Cell]) -> KindReading:
        """Return the type of a row; one that is no type is flagged."""
        cell = cells.get("type")
        if cell is not None and cell.text not in words.NOTHING:
            try:
                reading = read_kind(cell.text, cell.codes)
            except CellError as error:
                described = self._described(cell.text)
                if described is None:
                    self.flags.add(cell.where, name.path, cell.text, error.problem, error.candidates)
                return described or KindReading()
            if reading.kind in {"array", "object"} and not reading.named and reading.item in {None, "object"}:
                described = self._described(cell.text)
                return described if described is not None and described.kind == reading.kind else reading
            if reading.kind == "string" and _ENUM.fullmatch(cell.text):
                return _numbered(reading, cells)
            return _named(reading, cells) if reading.named and reading.kind == "object" else reading
        return _elsewhere(name, cells)

    def _described(self, text: str) -> KindReading | None:
        """Read a word that is no type, and the title of a part of the page: a structure."""
        match = _STRUCTURE.fullmatch(text.strip())
        if match is None or key_of(match["name"]) not in self.structures:
            return None
        many = match["many"] or match["marks"]
        return KindReading("array", item="object", named=match["name"]) if many else KindReading(
            "object", named=match["name"]
        )  # fmt: skip


def _numbered(reading: KindReading, cells: Mapping[str, Cell]) -> KindReading:
    """Let an enumeration without a type be of numbers, where numbers are all that it lists."""
    listing = read_listing(cells["range"]) if "range" in cells else None
    return reading if listing is None or listing.open else replace(reading, kind=kind_of(listing.texts))


def _named(reading: KindReading, cells: Mapping[str, Cell]) -> KindReading:
    """Decide what a structure known only by its name is, where the other cells show values of it: a text."""
    default = cells["default"].text if "default" in cells else ""
    about = cells.get("description")
    listed = "range" in cells and bool(cells["range"].text.strip("-–— "))
    shown = default.strip("\"'`") not in words.NO_DEFAULT and not default.startswith("{")
    listing = mine_listing(about) if about else None
    if shown or listed or (listing is not None and listing.strength == 2):
        return replace(reading, kind="string", named="")
    return reading


def _elsewhere(name: NameReading, cells: Mapping[str, Cell]) -> KindReading:
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
    told = kind_in_values(cells) if "type" not in cells else KindReading()
    if told.kind is not None:
        return told
    about = cells.get("description")
    first = _TYPE_FIRST.match("".join(text for text, _ in about.pieces).strip()) if about else None
    if first is None or first["type"].lower() in words.PLAIN_TYPES:
        return KindReading()
    try:
        return read_kind(first["type"])
    except CellError:
        return KindReading()
