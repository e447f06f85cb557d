"""What kind a parameter is where no cell gives its type: its default, its values, its range, or an example may show it.

A guess is always flagged, with what it rests on: it saves a person the looking, and decides nothing in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import mine_default
from teststrip.provider.reading.cells.limit_record import Limits
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import read_listing
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.kind_words import kind_by_description, kind_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.rows import Parsed

_PLAIN: Final[tuple[Kind, ...]] = ("boolean", "integer", "number", "string")
_SWITCH: Final = Pattern(
    r"^\W*(?:(?:if|when) (?:set to )?true\b|whether\b|enables? or disables?\b|是否)", re.IGNORECASE
)
_WORDS_ONLY: Final = Pattern(r"[A-Za-z][A-Za-z'’-]{1,30}(?: [A-Za-z][A-Za-z'’-]{0,30}){1,6}")
_BOTH: Final = frozenset({"true", "false"})
_NUMBERS: Final = frozenset({"integer", "number"})

Evidence = tuple["Kind", str]


def guess_kinds(rows: Sequence[Parsed], examples: Examples, flags: Flags) -> list[Parsed]:
    """Give each row without a type the kind that the rest of it, or the page's examples, speak for, and flag it."""
    holders = {above for row in rows for above in _above(row.path)}
    return [
        row if row.kind.kind is not None else _guessed(row, examples, flags, holds=row.path in holders)
        for row in rows
    ]


def flag_untyped(row: Parsed, flags: Flags, because: str = "") -> None:
    """Say that a row has no type, and which types its other cells speak for."""
    cell = row.cell("type")
    told = f"no type is given; {because}" if because else "no type is given"
    flags.add(cell.where, row.path, cell.text, told, _candidates(row))


def _above(path: str) -> Iterator[str]:
    at = path.rfind(".")
    while at > 0:
        yield path[:at].removesuffix("[]")
        at = path.rfind(".", 0, at)


def _guessed(row: Parsed, examples: Examples, flags: Flags, *, holds: bool) -> Parsed:
    evidence = () if holds else [*_evidence(row, examples)] or _of_words(row)
    found = next(iter(_settled(evidence)), None)
    if row.cell("type").text in words.NOTHING:  # another text there has its flag already
        flag_untyped(row, flags, "" if found is None else f"{found[1]} shows {_article(found[0])}")
    if found is None:
        return row
    return replace(row, kind=KindReading(found[0], guessed=True))


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aio" else f"a {kind}"


def _settled(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """Give the first kind, unless what follows says another; whole numbers and others make numbers."""
    found = list(evidence)
    kinds = {kind for kind, _ in found}
    if len(kinds) == 1:
        yield found[0]
    elif kinds == _NUMBERS:
        yield next(one for one in found if one[0] == "number")


def _evidence(row: Parsed, examples: Examples) -> Iterator[Evidence]:
    default, about, listed = row.cell("default"), row.cell("description"), row.cell("range")
    if default.text not in words.NOTHING and default.text.lower() not in words.NO_DEFAULT:
        yield _kind_of_text(default.codes[0] if default.codes else default.text), "the default"
    else:
        told = mine_default(about, _PLAIN, ())
        if told is not None and not isinstance(told, Absent):
            yield _kind_of(told), "the default"
    yield from _of_values(listed if listed.text not in words.NOTHING else about)
    yield from _of_limits(listed, about)
    if not listed.codes and _WORDS_ONLY.fullmatch(listed.text):
        yield "string", "what it may be"
    name = row.path.removesuffix("[]").rpartition(".")[2]
    shown = examples.kinds.get(name, frozenset())
    if len(shown) == 1:
        yield next(iter(shown)), "an example"
    elif (example := row.cell("example")).text not in words.NOTHING:
        yield _kind_of_text(example.codes[0] if example.codes else example.text), "an example"
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


def _of_values(cell: Cell) -> Iterator[Evidence]:
    listing = (read_listing(cell) if cell.text else None) or mine_listing(cell)
    if listing is None or not listing.strength:
        return
    texts = [text for text in listing.texts if text]
    if texts and not listing.open:
        if {text.lower() for text in texts} == _BOTH:
            yield "boolean", "the list of values"
            return
        kinds = {_kind_of_text(text) for text in texts}
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


def _kind_of_text(text: str) -> Kind:
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


def _candidates(row: Parsed) -> tuple[str, ...]:
    """Say which types the default speaks for."""
    text = row.cell("default").text
    if re.fullmatch(r"(?i)true|false", text):
        return ("boolean",)
    if re.fullmatch(r"-?\d+", text):
        return ("integer", "number")
    if re.fullmatch(r"-?\d+\.\d+", text):
        return ("number",)
    return ("string", "number", "boolean") if text in words.NOTHING else ("string",)
