"""A range of whole numbers as a regular expression, for validators that know patterns and nothing of sizes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def size_pattern(minimum: Sequence[int], maximum: Sequence[int], separator: str) -> str:
    """Return a pattern of the sizes, `WIDTHxHEIGHT` in pixels, whose sides lie in these bounds."""
    width, height = (digits_between(max(1, least), most) for least, most in zip(minimum, maximum, strict=True))
    return f"^{width}{re.escape(separator)}{height}$"


def digits_between(least: int, most: int) -> str:
    """Return a pattern, in brackets, that matches the decimal form of `least` to `most` (0 <= least <= most)."""
    ways: list[str] = []
    for width in range(len(str(least)), len(str(most)) + 1):
        low = max(least, 10 ** (width - 1) if width > 1 else 0)
        ways += _of_one_width(str(low), str(min(most, 10**width - 1)))
    return f"(?:{'|'.join(ways)})"


def _of_one_width(low: str, high: str) -> list[str]:
    if not low:
        return [""]
    rest = len(low) - 1
    if low[0] == high[0]:
        return [low[0] + way for way in _of_one_width(low[1:], high[1:])]
    first, last = int(low[0]), int(high[0])
    before: list[str] = []
    after: list[str] = []
    if low[1:] != "0" * rest:
        before = [low[0] + way for way in _of_one_width(low[1:], "9" * rest)]
        first += 1
    if high[1:] != "9" * rest:
        after = [high[0] + way for way in _of_one_width("0" * rest, high[1:])]
        last -= 1
    middle = [_digit(first, last) + _any_digits(rest)] if first <= last else []
    return [*before, *middle, *after]


def _digit(first: int, last: int) -> str:
    return str(first) if first == last else f"[{first}-{last}]"


def _any_digits(count: int) -> str:
    return "" if count == 0 else "[0-9]" if count == 1 else f"[0-9]{{{count}}}"
