"""What the examples of a page show: which arrays hold what, and which names stand below which.

`shown.py` parts the code into objects and values; what stands in brackets and what a command or an address gives are
taken together here, by name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.pieces import NO_PIECES, Pieces, pieces_of
from teststrip.provider.reading.shown import Shown, shown_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.rows import Parsed

_UPLOADED: Final = Pattern(r"\b([A-Za-z_]\w{0,80})=@")  # of a form that a command sends
# "mode": "slow"; mode="slow"; -F "mode=slow"; ?mode=slow
_GIVEN: Final = Pattern(
    r"(?<!\w)([A-Za-z_]\w{0,60})\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?([A-Za-z0-9][\w.:-]{0,40})(?=[\\\"'&,;\s})]|$)"
)
_MOST: Final = 60_000  # characters of examples that are looked at
_OWN: Final[Mapping[str, Kind]] = {
    "object": "object", "array": "array", "string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
}  # fmt: skip
_NAME: Final = Pattern(r"[A-Za-z_]\w{0,80}")


@dataclass(frozen=True, slots=True)
class Examples:
    """What examples show of each name.

    `items` are the kinds that arrays of a name hold, `kinds` those of its values; `parents` what each name stands
    below, and how often; `values` are the words and numbers that it is given; `pieces` tells what shows a member alone.
    """

    items: Mapping[str, Kind] = field(default_factory=dict)
    kinds: Mapping[str, frozenset[Kind]] = field(default_factory=dict)
    parents: Mapping[str, Counter[str]] = field(default_factory=dict)
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pieces: Pieces = NO_PIECES


def examples_of(document: Document, rows: Sequence[Parsed]) -> Examples:
    """Look through what shows a request: the page's blocks of code, and its descriptions."""
    texts = list(_showing(document, rows))
    return read_examples_of(texts, pieces_of(texts, _MOST))


def _showing(document: Document, rows: Sequence[Parsed]) -> Iterator[str]:
    """Give the texts that may show a request: blocks of code, and descriptions with braces in them."""
    yield from (code.text for code in document.codes)
    for row in rows:
        raw = row.cell("description").raw
        if "{" in raw or "[" in raw:
            # A span of code is no text of a program.
            yield re.sub(r"<br\s*/?>", "\n", raw).replace("`", " ")


def read_examples_of(texts: Iterable[str], pieces: Pieces = NO_PIECES) -> Examples:
    """Look through code blocks; an array that is shown with items of several kinds is left out."""
    items: dict[str, set[Kind]] = defaultdict(set)
    kinds: dict[str, set[Kind]] = defaultdict(set)
    parents: dict[str, Counter[str]] = defaultdict(Counter)
    values: dict[str, set[str]] = defaultdict(set)
    left = _MOST
    for text in texts:
        if left <= 0:
            break
        for name, parent, value in _named(text[:left], pieces):
            parents[name][parent] += 1
            if (kind := _kind(value)) is not None:
                kinds[name].add(kind)
            if (item := _item(value)) is not None:
                items[name].add(item)
        for name in _UPLOADED.findall(text[:left]):
            kinds[name] = {"file"}
        for name, value in _GIVEN.findall(text[:left]):
            values[name].add(value)
        left -= len(text)
    return Examples(
        {name: kind for name, several in items.items() if (kind := _one(several)) is not None},
        {name: frozenset(several) for name, several in kinds.items()},
        dict(parents),
        {name: frozenset(several) for name, several in values.items()},
        pieces,
    )


def _one(kinds: set[Kind]) -> Kind | None:
    if kinds == {"integer", "number"}:
        return "number"
    return next(iter(kinds)) if len(kinds) == 1 else None


@lru_cache(256)  # a block is read by itself, with those of its request, and with all of the page
def _roots(text: str) -> tuple[Shown, ...]:
    return tuple(shown_in(text, 1))


def _named(text: str, pieces: Pieces) -> Iterator[tuple[str, str, Shown]]:
    """Give each name that has a value, what it stands below ("" for nothing), and the value."""
    roots = _roots(text)
    yield from ((root.label, "", root) for root in roots if root.form != "call" and _NAME.fullmatch(root.label))
    left = [(pieces.of(root), root) for root in reversed(roots)]
    while left:
        above, value = left.pop()
        # The objects in an array stand below the array's own name; an argument of a call holds a whole body.
        inner = [(above, one) for one in value.items]
        for name, member in value.members:
            yield name, above, member
            whole = member.form == "call" or (value.form == "call" and member.form == "object")
            inner.append((above if whole else name, member))
        left += reversed(inner)


def _item(value: Shown) -> Kind | None:
    """Return the kind of an array's first item; an empty object stands for anything."""
    first = value.items[0] if value.form == "array" and value.items else None
    if first is None or (first.form == "object" and not first.members):
        return None
    return _OWN.get(first.form)


def _kind(value: Shown) -> Kind | None:
    """Return the kind of a value, or that which a word in its place names: `"active": "boolean"`."""
    if value.form == "string" and (not value.text or value.text.startswith("<")):
        return None
    return words.KINDS.get(value.text.lower()) or _OWN.get(value.form)
