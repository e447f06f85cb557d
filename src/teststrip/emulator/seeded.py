"""Chance that is the same every time: a number drawn from a seed and from what it is drawn for."""

from __future__ import annotations

from typing import Final

from teststrip.base.json import Json, digest

_DIGITS: Final = 13  # hexadecimal, 52 bits: a float holds them all


def draw(seed: int, *what: Json) -> float:
    """Return a number in [0, 1) that depends on the seed and on `what`, and on nothing else."""
    return int(digest([seed, *what])[:_DIGITS], 16) / 16**_DIGITS
