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


def series_meant(text: str) -> str | None:
    """Return the series that `4..6`, `1-3`, `1 to 3` or `4.0 4.5 ... 6.0` mean, as a recipe writes it."""
    numbers = _OTHER_WAYS.match(text) if len(text) <= _LONGEST else None
    if numbers is None:
        return None
    return ", ".join(number for number in (numbers["first"], numbers["second"], "...", numbers["last"]) if number)
