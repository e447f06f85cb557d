"""Values that a type cell lists in place of a type: `"auto" | "low"`, `1 | 2 | 4`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_phrases import ANGLED
from teststrip.provider.reading.kind_reading import KindReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.base.json import Scalar
    from teststrip.provider.model import Kind

_QUOTED: Final = Pattern(r"[\"'“”‘’`](.*)[\"'“”‘’`]")
_LITERALS: Final = Pattern(r"\s*(?:\||/|,|;|、|，|\bor\b|或)\s*|\n", re.IGNORECASE)
_NUMBER: Final = Pattern(r"[-+]?\d+(?:\.\d+)?")
_STRINGS: Final = frozenset({"string", "strings", "str"})


def unbraced(text: str) -> str:
    """Return a type without the brackets around it: `<int>`, `{string}`."""
    match = ANGLED.fullmatch(text)
    word = (match["word"] or match["braced"]) if match is not None else ""
    return word if word.lower() in words.KINDS else text


def read_literals(text: str, codes: Sequence[str]) -> KindReading | None:
    """Read values in place of a type: `"auto" | "low"`, `1 | 2 | 4`, or code spans that are no types."""
    parts = [part.strip() for part in _LITERALS.split(text) if part.strip()]
    nullable = any(part.lower() in words.NULLS for part in parts)
    parts = [part for part in parts if part.lower() not in words.NULLS]
    if not parts:
        return None
    quoted = [_QUOTED.fullmatch(part) for part in parts]
    if all(quoted):
        return KindReading("string", nullable=nullable, values=tuple(match[1] for match in quoted if match))
    if len(parts) > 1 and all(_NUMBER.fullmatch(part) for part in parts):
        return KindReading(kind_of(parts), nullable=nullable, values=tuple(parts))
    words_only = len(parts) > 1 and all(re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", part) for part in parts)
    if words_only or (
        len(parts) > 1 and len(codes) == len(parts) and all(re.fullmatch(r"[\w.:+-]+", part) for part in parts)
    ):
        return KindReading(kind_of(parts), nullable=nullable, values=tuple(parts))
    return None


def values_in(text: str) -> tuple[str, ...]:
    """Part the values of a list, without their quotes."""
    parts = (part.strip().strip("\"'`“”‘’ ") for part in _LITERALS.split(text))
    return tuple(part for part in parts if part)


def kind_of(values: Sequence[Scalar]) -> Kind:
    """Return the kind that all of some values are of."""
    texts = [str(value) for value in values]
    if texts and all(re.fullmatch(r"[-+]?\d+", text) for text in texts):
        return "integer"
    return "number" if texts and all(_NUMBER.fullmatch(text) for text in texts) else "string"
