"""How large a picture the darkroom of this machine may draw, as whoever starts the program says.

It is memory and time of a machine, so no recipe and no project says it: an environment variable does, for whatever
has the darkroom in it (`check`, `plan`, `run`, `resume`, `emulate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from teststrip.base.where import Problem
from teststrip.darkroom.limits import LARGEST_AREA, LONGEST_SIDE, MEGAPIXEL, MOST_AREA, SMALLEST_SIDE
from teststrip.errors import UsageError
from teststrip.provider.model import Provider
from teststrip.provider.wire import Ceiling

VARIABLE: Final = "TESTSTRIP_DARKROOM_MP"
_MOST: Final = MOST_AREA // MEGAPIXEL


def largest_area(environ: Mapping[str, str]) -> int:
    """Return the most pixels that the darkroom draws. Raises UsageError for what is no such number."""
    said = environ.get(VARIABLE, "").strip()
    if not said:
        return LARGEST_AREA
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(_MOST)) and 1 <= int(said) <= _MOST):
        raise UsageError(
            f"{VARIABLE} is {said!r}: it is a whole number from 1 to {_MOST}, in megapixels ({MEGAPIXEL:,} pixels)"
        )
    return int(said) * MEGAPIXEL


def under_ceiling(provider: Provider, environ: Mapping[str, str]) -> Provider:
    """Return a page whose requests the darkroom is to draw: what is too large is told as by the page."""
    largest = largest_area(environ)
    advice = "choose a smaller size"
    if largest < MOST_AREA:
        advice += f", or set {VARIABLE} (up to {_MOST})"
    words = f"the darkroom draws at most {largest:,}: {advice}"
    sides = f"the darkroom draws sides of {SMALLEST_SIDE} to {LONGEST_SIDE:,} pixels: choose another size"
    return replace(provider, ceiling=Ceiling(largest, words, (SMALLEST_SIDE, LONGEST_SIDE), sides))


def is_of_ceiling(problem: Problem, provider: Provider) -> bool:
    """Tell whether a problem is the darkroom's alone: the page allows what it does not draw."""
    ceiling = provider.ceiling
    words = () if ceiling is None else (ceiling.words, ceiling.side_words)
    return any(word and problem.message.endswith(word) for word in words)
