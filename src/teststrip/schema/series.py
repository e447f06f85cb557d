"""Series of numbers as other tools write them."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_LONGEST: Final = 200
_OTHER_WAYS: Final = re.compile(
    rf"\s*(?P<first>{_NUMBER})(?:[\s,]+(?P<second>{_NUMBER}))?"
    rf"[\s,]*(?:\.{{2,3}}|…|-|–|~|to|:)[\s,]*(?P<last>{_NUMBER})\s*\Z"
)
# The X/Y/Z plot of AUTOMATIC1111: `1-5 (+2)` has steps, `1-10 [5]` a count.
_PLOTTED: Final = re.compile(
    rf"\s*(?P<first>{_NUMBER})\s*-\s*(?P<last>{_NUMBER})\s*(?:\(\+?(?P<step>{_NUMBER})\)|\[(?P<count>\d+)\])\s*\Z"
)


def series_meant(text: str) -> str | None:
    """Return what `4..6`, `1-3`, `1 to 3`, `4.0 4.5 ... 6.0` or `1-5 (+2)` mean, as a recipe writes it."""
    plotted = _PLOTTED.match(text) if len(text) <= _LONGEST else None
    if plotted is not None:
        how = f"step: {plotted['step']}" if plotted["step"] else f"count: {plotted['count']}"
        return f"{{from: {plotted['first']}, to: {plotted['last']}, {how}}}"
    numbers = _OTHER_WAYS.match(text) if len(text) <= _LONGEST else None
    if numbers is None:
        return None
    return ", ".join(number for number in (numbers["first"], numbers["second"], "...", numbers["last"]) if number)
