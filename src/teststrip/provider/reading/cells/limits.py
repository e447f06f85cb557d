"""Numbers in a text that is about nothing else (a range cell): ranges, bounds, lengths, counts, steps and sizes.

`read_limits` must understand all of the text, in any of the spellings that documentation has. Limits in running text
are found by `limit_text.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds, SizeBounds
from teststrip.provider.reading.cells.limit_phrases import (
    AFTER,
    BETWEEN,
    INTERVAL,
    REMARKED,
    ROMANCE,
    SIGN,
    SIZES,
    SPAN,
    STEP,
    TO,
    WORDED,
    step_of,
)
from teststrip.provider.reading.cells.limit_record import Limits, merge

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX: Final = Pattern(
    r"(?:(?:it|value|values|length|长度|值)\s+)?(?:(?:must|should|can|may|has to|need to|shall)\s+)(?:be\s+)?(?=\S)",
    re.IGNORECASE,
)
_SIDED: Final = Pattern(
    rf"(?:(?:each|every|per)\s+side\s*[:：]?\s*)?(?:between\s+)?(\d{{1,6}})\s*(?:px|pixels)?\s*{TO}\s*(\d{{1,6}})\s*(?:px|pixels)?"
    r"\s*\(?(?:(?:per|each|on (?:each|every)|for (?:each|both)|both)\s+(?:sides?|dimensions?))?\)?",
    re.IGNORECASE,
)
_POSITIVE: Final = {
    "positive": Bounds(Decimal(0), exclusive_minimum=True),
    "positive integer": Bounds(Decimal(1)),
    "positive number": Bounds(Decimal(0), exclusive_minimum=True),
    "non-negative": Bounds(Decimal(0)),
    "nonnegative": Bounds(Decimal(0)),
    "non-negative integer": Bounds(Decimal(0)),
    "non negative": Bounds(Decimal(0)),
    "正整数": Bounds(Decimal(1)),
    "非负整数": Bounds(Decimal(0)),
    "正数": Bounds(Decimal(0), exclusive_minimum=True),
}
# Of whole numbers: "any integer from 4 to 15", 4–15 中的任意整数
_INTEGERS: Final = Pattern(
    r"^(?:any |an? )?(?:integers?|whole numbers?|整数)\s?(?:in |of )?\s*(?=from\b|between\b|[-+\d\[(])|\s?(?:中|之间|间)?的?(?:任意)?(?:一个)?整数$|\s?[(（]?\b(?:integers?|whole numbers?)(?: only)?[)）]?$",
    re.IGNORECASE,
)


def read_limits(text: str) -> Limits | None:
    """Read a text that is about limits and nothing else; None when any of it is not understood."""
    rest = " ".join(text.split()).strip(" .;。；")
    lower = rest.lower()
    if lower in _POSITIVE:
        return Limits(_POSITIVE[lower])
    if not any(sign.isdecimal() for sign in rest):
        return None
    rest = _INTEGERS.sub("", rest).strip()
    step = STEP.search(rest)
    found = Limits()
    if step is not None:
        found = Limits(step=step_of(step))
        rest = (rest[: step.start()] + rest[step.end() :]).strip(" ,;()，；")
        if not rest:
            return found
    whole = _whole(rest)
    if whole is None:
        return None
    return replace(whole, step=found.step or whole.step)


def _whole(text: str) -> Limits | None:
    text = text.strip()
    if text.startswith("(") and text.endswith(")") and INTERVAL.whole(text) is None:
        text = text[1:-1].strip()
    found = (spelling(text) for spelling in _SPELLINGS)
    return next((one for one in found if one is not None), None) or _parts(text)


def _parts(text: str) -> Limits | None:
    """Read `min: 0, max: 20`, `>= 0 and < 5`: two phrases, each about one end."""
    parts = [
        part.strip()
        for part in re.split(
            r"[,;，；、]\s*(?!\d{3}\b)|\s+and\s+|\s*且\s*|\s*&&\s*|\n|\.\s+(?=max|min)|\s(?=max)|(?<=\d)\s*/\s*(?=max|min)",
            text,
            flags=re.IGNORECASE,
        )
        if part.strip()
    ]
    if len(parts) < 2:
        return None
    found = [_one_end(part) for part in parts]
    if any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    if len({one.what for one in known}) > 1:
        return None
    merged = known[0]
    for one in known[1:]:
        merged = merge(merged, one)
    return merged


def _one_end(text: str) -> Limits | None:
    plain = _PREFIX.sub("", text.strip())
    return next((one for phrase in (WORDED, SIGN, AFTER) if (one := phrase.whole(plain)) is not None), None)


def _sided(text: str) -> Limits | None:
    """Read `64-2048 per side`, `each side between 64 and 2048`."""
    match = _SIDED.fullmatch(text) if re.search(r"\b(?:side|dimension)s?\b", text, re.IGNORECASE) else None
    if match is None:
        return None
    least, most = int(match[1]), int(match[2])
    return Limits(size=SizeBounds((least, least), (most, most)))


def _span(text: str) -> Limits | None:
    """Read a range; `1 and 4` is one behind "between" alone."""
    joined = re.search(r"\d\s*(?:and|和|与)\s*\d", text)
    return None if joined and not re.match(r"between|介于|在", text, re.IGNORECASE) else SPAN.whole(text)


_SPELLINGS: Final[tuple[Callable[[str], Limits | None], ...]] = (
    SIZES.whole,
    _sided,
    ROMANCE.whole,
    REMARKED.whole,
    INTERVAL.whole,
    _span,
    BETWEEN.whole,
    _one_end,
)
