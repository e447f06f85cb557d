"""Lines that give values a name, to which a type or a description may refer: "**Outline:** `thin` | `bold`"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.inline import behind

if TYPE_CHECKING:
    from teststrip.provider.reading.cells.listings import Value
    from teststrip.provider.reading.document import Text

_NAMED: Final = Pattern(r"(?P<name>[A-Za-z][\w -]{1,40}?)\s?(?P<sign>[:：])\s?(?=\S)")


def named_list(text: Text) -> tuple[str, tuple[Value, ...]] | None:
    """Read a line that is a name set apart, a colon, and values: "**Outline:** `thin` | `bold`"."""
    match = _NAMED.match(text.cell.text) if text.cell.raw.lstrip().startswith(("**", "__", "`")) else None
    if match is None:
        return None
    whole = "".join(piece for piece, _ in text.cell.pieces)
    listing = read_listing(behind(text.cell, whole.find(match["sign"]) + 1))
    if listing is None or listing.open or len(listing.values) < 2:
        return None
    return match["name"], listing.values
