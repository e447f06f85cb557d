"""Limits of a range cell that are not plain: of what a word counts (`Min 1 message`), or of each case its own.

1-10 (painter-2), 1 (painter-3)
painter-2: up to 1000 characters; painter-3: up to 4000
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds
from teststrip.provider.reading.cells.limit_record import Limits
from teststrip.provider.reading.cells.limits import read_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

_COUNTED: Final = Pattern(
    r"(?P<limit>.{0,40}\d)\s+(?:of\s+)?(?:[a-z]{2,20}[ -])?(?P<noun>[a-z]{3,20})", re.IGNORECASE
)
# What is behind a number and counts nothing that is given.
_NO_NOUN: Final = frozenset(
    ["and", "are", "day", "each", "for", "hour", "inclusive", "less", "max", "maximum", "min", "minimum", "minute", "more",
     "only", "per", "side", "sides", "than", "the", "when", "with", "word", "words", "step", "total", "default"]
)  # fmt: skip
_PARTS: Final = Pattern(r"[;；\n]+|[,，、/](?!\d{3}\b)(?![^(（]{0,80}[)）])|\s+\|\s+|(?<=[)）])\s+(?=\S)")
_BRACKETED: Final = Pattern(r"(?P<limit>[^()（）]{1,60}?)\s*[(（](?P<case>[^()（）]{2,60})[)）]")
_NAMED: Final = Pattern(r"(?P<case>[^:：=]{2,60}?)\s*[:：=]\s*(?P<limit>.{1,60})")
_BEHIND: Final = Pattern(
    r"(?P<limit>.{1,60}?)\s+(?:for|with|on|in|when|if|using)\s+(?P<case>\S.{1,60})", re.IGNORECASE
)
_NUMBER: Final = Pattern(r"-?\d{1,12}(?:\.\d{1,6})?")
_NO_CASE: Final = Pattern(
    r"\d|inclusive|exclusive|default|recommended|optional|min|max|range|values?|length|count|steps?\b|integers?|numbers?|either|both",
    re.IGNORECASE,
)
_LEAST_CASES: Final = 2


def read_counted(text: str) -> tuple[Limits, str] | None:
    """Read a limit and the word for what it counts: `Min 1 message`, `1 to 4 tags`; None when it is none."""
    match = _COUNTED.fullmatch(" ".join(text.split()).strip(" .。"))
    if match is None or match["noun"].lower() in _NO_NOUN:
        return None
    limits = read_limits(match["limit"])
    return (limits, match["noun"].lower()) if limits is not None and limits.what == "value" else None


def read_cases(text: str) -> tuple[Limits, tuple[str, ...]] | None:
    """Read limits that differ from case to case: the widest, and each as it stands; None when the text is no such thing."""
    parts = [part.strip(" .。") for part in _PARTS.split(text) if part.strip(" .。")]
    found = [_one(part) for part in parts]
    known = [one for one in found if one is not None]
    if len(known) < _LEAST_CASES or len(known) < len(found) or len({one.what for one in known}) > 1:
        return None
    if all(one.bounds is None or one.bounds.minimum == one.bounds.maximum for one in known):
        return None  # numbers with labels
    return _widest(known), tuple(parts)


def _one(part: str) -> Limits | None:
    for form in (_BRACKETED, _NAMED, _BEHIND):
        match = form.fullmatch(part)
        if match is None or _NO_CASE.match(match["case"].strip()):
            continue
        if _NUMBER.fullmatch(match["limit"]):
            return Limits(Bounds(Decimal(match["limit"]), Decimal(match["limit"])))
        limits = read_limits(match["limit"])
        if limits is not None and limits.bounds is not None:
            return limits
    return None


def _widest(cases: Sequence[Limits]) -> Limits:
    """Return what the least strict of the cases allows."""
    ends = [one.bounds for one in cases if one.bounds is not None]
    least = [one for one in ends if one.minimum is not None]
    most = [one for one in ends if one.maximum is not None]
    low = (
        min(least, key=lambda one: (one.minimum or 0, one.exclusive_minimum)) if len(least) == len(ends) else None
    )
    high = (
        max(most, key=lambda one: (one.maximum or 0, not one.exclusive_maximum))
        if len(most) == len(ends)
        else None
    )
    bounds = Bounds(
        low.minimum if low is not None else None,
        high.maximum if high is not None else None,
        low is not None and low.exclusive_minimum,
        high is not None and high.exclusive_maximum,
    )
    return replace(cases[0], bounds=bounds)
