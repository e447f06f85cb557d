"""What a row without a type shows of its kind: by its default, values and range, by an example, by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import mine_default
from teststrip.provider.reading.cells.limit_record import Limits
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import Listing, read_listing
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.kind_words import kind_by_description, kind_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.rows import Parsed

_PLAIN: Final[tuple[Kind, ...]] = ("boolean", "integer", "number", "string")
_FACT: Final = Pattern(
    r"^\d+(?:\.\d+)?\s?[-–~]\s?\d+(?:\.\d+)?$|\bdefault\b", re.IGNORECASE
)  # what a list's part says
_SWITCH: Final = Pattern(
    r"^\W*(?:(?:if|when) (?:set to )?true\b|whether\b|enables? or disables?\b|是否)", re.IGNORECASE
)
_WORDS_ONLY: Final = Pattern(r"[A-Za-z][A-Za-z'’-]{1,30}(?: [A-Za-z][A-Za-z'’-]{0,30}){1,6}")
_BOTH: Final = frozenset({"true", "false"})
_NUMBERS: Final = frozenset({"integer", "number"})

Evidence = tuple["Kind", str]  # a kind, and what shows it


def evidence_of(row: Parsed, examples: Examples) -> list[Evidence]:
    """Return what a row's cells and the page's examples show; only where they show nothing, what its words say."""
    return [*_evidence(row, examples)] or [*_of_words(row)]


def settled(found: Sequence[Evidence]) -> Evidence | None:
    """Return the first kind, unless what follows says another; whole numbers and others make numbers.

    A form sends everything as text: a text in an example says nothing against a number of the row itself.
    """
    own = [one for one in found if one != ("string", "an example")]
    if own and all(kind != "string" for kind, _ in own):
        found = own
    kinds = {kind for kind, _ in found}
    if len(kinds) == 1:
        return found[0]
    return next(one for one in found if one[0] == "number") if kinds == _NUMBERS else None


def _evidence(row: Parsed, examples: Examples) -> Iterator[Evidence]:
    default, about, listed = row.cell("default"), row.cell("description"), row.cell("range")
    if default.text.lower() in words.NULLS:
        pass  # a null is of any kind
    elif default.text not in words.NOTHING and default.text.lower() not in words.NO_DEFAULT:
        yield kind_of_text(default.codes[0] if default.codes else default.text), "the default"
    else:
        told = mine_default(about, _PLAIN, ())
        if told is not None and not isinstance(told, Absent):
            yield _kind_of(told), "the default"
    yield from _of_values(listing_of(row))
    yield from _of_limits(listed, about)
    if not listed.codes and _WORDS_ONLY.fullmatch(listed.text):
        yield "string", "what it may be"
    name = row.path.removesuffix("[]").rpartition(".")[2]
    shown = examples.kinds.get(name, frozenset())
    if len(shown) == 1:
        yield next(iter(shown)), "an example"
    elif (example := row.cell("example")).text not in words.NOTHING:
        yield kind_of_text(example.codes[0] if example.codes else example.text), "an example"
    if _SWITCH.match(about.text):
        yield "boolean", "the description"


def _of_words(row: Parsed) -> Iterator[Evidence]:
    """Give what the words of a row say, where nothing else says anything."""
    kind = kind_by_description(row.cell("description").text)
    if kind is not None:
        yield kind, "the description"
        return
    kind = kind_by_name(row.path.removesuffix("[]").rpartition(".")[2])
    if kind is not None:
        yield kind, "the name"


def listing_of(row: Parsed) -> Listing | None:
    """Return the values that the range of a row lists, or else its description."""
    cell = row.cell("range") if row.cell("range").text not in words.NOTHING else row.cell("description")
    return (read_listing(cell) if cell.text else None) or mine_listing(cell)


def _of_values(listing: Listing | None) -> Iterator[Evidence]:
    if listing is None or not listing.strength:
        return
    texts = [text for text in listing.texts if text]
    if any(map(_FACT.search, texts)):
        return  # "Quality, 1-100, default 75" lists no values
    if texts and not listing.open:
        if {text.lower() for text in texts} == _BOTH:
            yield "boolean", "the list of values"
            return
        kinds = {kind_of_text(text) for text in texts}
        yield (
            (kinds.pop() if len(kinds) == 1 else "number" if kinds == _NUMBERS else "string"),
            "the list of values",
        )


def _of_limits(listed: Cell, about: Cell) -> Iterator[Evidence]:
    whole = read_limits(listed.text) if listed.text not in words.NOTHING else None
    for limits in (whole,) if whole is not None else mine_limits("\n".join(about.lines)):
        if limits.what == "characters":
            yield "string", "a limit of its length"
        elif limits.what == "items":
            yield "array", "a limit of its items"
        elif limits.what == "value" and limits.bounds is not None:
            yield "integer" if _whole(limits) else "number", "its range"


def _whole(limits: Limits) -> bool:
    """Tell whether a range is of whole numbers: from 0 to 1 is a share."""
    bounds = limits.bounds
    ends = [] if bounds is None else [end for end in (bounds.minimum, bounds.maximum) if end is not None]
    return all(end == end.to_integral_value() and "." not in str(end) for end in ends) and max(ends, default=0) > 1


def kind_of_text(text: str) -> Kind:
    """Return the kind of a value as a page writes it."""
    bare = text.strip()
    if bare[:1] in "\"'“":
        return "string"
    if bare[:1] == "{":
        return "object"
    if bare[:1] == "[":
        return "array"
    return _kind_of(typed_any(bare, _PLAIN))


def _kind_of(value: Json | Absent) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"


def told_default(row: Parsed) -> str:
    """Return the text that a description tells for a default; empty without any."""
    told = mine_default(row.cell("description"), ("string",), ())
    return told if isinstance(told, str) else ""
