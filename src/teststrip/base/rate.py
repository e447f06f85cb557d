"""Rates as a person writes them: `30/min`, `2/s`, `100/h`."""

from __future__ import annotations

import re
from typing import Final

RATE_PATTERN: Final = r"^(?=[0-9.]*[1-9])[0-9]{1,6}(\.[0-9]{1,6})? */ *(s|min|h)$"
RATE_FORM: Final = "a number of requests in a time, such as 30/min, 2/s or 100/h"

_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}


def gap_of(rate: str) -> float | None:
    """Return the seconds between two requests at a rate; None for what is no rate."""
    text = rate.strip()
    if not re.fullmatch(RATE_PATTERN, text):
        return None
    count, _, unit = text.partition("/")
    return _SECONDS[unit.strip()] / float(count)
