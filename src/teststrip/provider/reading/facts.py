"""What the cells of a row say together, with the rest of the page to help: enumerations, bounds, the default."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from teststrip.base.json import Absent
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.listing_spans import read_examples
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.found import Facts, Found
from teststrip.provider.reading.from_description import from_description
from teststrip.provider.reading.from_range import from_example, from_range, from_type
from teststrip.provider.reading.kind_reading import says_media
from teststrip.provider.reading.settle import check, settle_default
from teststrip.provider.reading.told_rows import gather_told

if TYPE_CHECKING:
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.page_words import PageWords
    from teststrip.provider.reading.rows import Parsed

__all__ = ["Facts", "gather"]


def gather(parsed: Parsed, page: PageWords, flags: Flags) -> Facts:
    """Read a row's range, type details, description and default together."""
    found = Found(parsed, page, flags)
    if parsed.told is not None:
        gather_told(found, parsed.told, flags)
        _samples(found)
        check(found)
        return found.facts
    from_type(found)
    cell = parsed.cell("range")
    if cell.text not in words.NOTHING:
        from_range(found, cell)
    if found.array and found.facts.item is None:
        name = parsed.path.removesuffix("[]").rpartition(".")[2]
        found.facts = replace(found.facts, item=page.examples.items.get(name))
    from_description(found)
    from_example(found)
    settle_default(found)
    _samples(found)
    check(found)
    return found.facts


def _samples(found: Found) -> None:
    """Take the examples of the description, and whether the values are pictures, sounds or films."""
    media = found.row.kind.media or (says_media(found.about.text) and bool({"string", "array"} & set(found.kinds)))
    samples = (typed_any(text, found.scalars) for text in read_examples(found.about))
    found.facts = replace(
        found.facts,
        media=media,
        examples=(*found.facts.examples, *(one for one in samples if not isinstance(one, Absent))),
    )
