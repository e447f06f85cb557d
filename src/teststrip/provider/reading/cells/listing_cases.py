"""Lists of values that each belong to a case, and whole numbers that each have a meaning."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.listing_marks import SEPARATORS
from teststrip.provider.reading.cells.listings import Listing, Value
from teststrip.provider.reading.sections import model_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.inline import Cell

Piece = tuple[str, bool]
_COLON: Final = Pattern(r"\s*(?:models?|模型)?\s*[:：]\s*")
_NEXT: Final = Pattern(r"[;；。\n]|\.\s")
# 0-off, 1-on; 0 为关闭，1 为开启; 0表示否，1表示是
_COUNTED: Final = Pattern(
    r"(?<![\w.,:/-])(?P<value>\d{1,2})\s?(?:[-–—]|表示|代表|为|是|\bmeans\b|\bis\b|\bfor\b)\s?(?P<label>[^\W\d_][^,;，；、|/\n()（）。.]{0,40})"
)
_BARRED: Final = Pattern(r"[\w.:-]{1,40}(?:\s?\|{1,2}\s?[\w.:-]{1,40}){1,40}")
_MOST_ENDS: Final = 3  # two numbers may be the ends of a range
_MOST_VALUES: Final = 40


def without_cases(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], bool]:
    """Take the names of cases out of the code spans: `brush-2`: `a` / `b`; `brush-3`: `c` / `d`.

    Returns the pieces, and whether there was such a name: a model, or anything that several values follow.
    """
    codes = [at for at, (_, code) in enumerate(pieces) if code]
    keys = [
        at for at in codes if at + 2 < len(pieces) and _COLON.fullmatch(pieces[at + 1][0]) and pieces[at + 2][1]
    ]
    if not keys:
        return tuple(pieces), False
    counts = [
        _values_behind(pieces, at, following) for at, following in zip(keys, [*keys[1:], len(pieces)], strict=True)
    ]
    cases = {
        at for at, count in zip(keys, counts, strict=True) if count > 1 or (count and _names_model(pieces[at][0]))
    }
    if not cases or (len(cases) < len(keys) and not all(_names_model(pieces[at][0]) for at in cases)):
        return tuple(pieces), False
    return tuple((text, code and at not in cases) for at, (text, code) in enumerate(pieces)), True


def _names_model(text: str) -> bool:
    return "*" in text or bool(model_like(text))


def _values_behind(pieces: Sequence[Piece], at: int, end: int) -> int:
    """Count the code spans behind a name and its colon, up to the end of the sentence or the next name."""
    count = 0
    for text, code in pieces[at + 2 : end]:
        if code:
            count += 1
        elif _NEXT.search(text) or not SEPARATORS.fullmatch(text):
            break
    return count


def numbered(cell: Cell) -> Listing | None:
    """Find numbers that count on from 0 or 1, each with what it means: `0-off, 1-on`."""
    found = [Value(match["value"], match["label"].strip()) for match in _COUNTED.finditer("\n".join(cell.lines))]
    numbers = [int(value.text) for value in found]
    if not 1 < len(numbers) <= _MOST_VALUES or numbers[0] not in {0, 1}:
        return None
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or len(
        {value.label for value in found}
    ) < len(found):
        return None
    return Listing(tuple(found), integral=True)


def is_barred(text: str) -> bool:
    """Tell whether a text is nothing but values with bars between: `soft || hard`."""
    return _BARRED.fullmatch(text.strip()) is not None


def is_one_value(text: str, parts: Sequence[str]) -> bool:
    """Tell whether numbers are one value of several parts, as of margins: `100,20,200,111`; values come in order."""
    if len(parts) < _MOST_ENDS or not re.fullmatch(r"[\d.,]+", text):
        return False
    numbers = [Decimal(part) for part in parts if re.fullmatch(r"\d+(?:\.\d+)?", part)]
    return len(numbers) == len(parts) and numbers not in (sorted(numbers), sorted(numbers, reverse=True))
