"""What is known of cells besides the run itself: their price, and what a person marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from teststrip.exchange.marks import Marks
from teststrip.plugins.extensions import BUILT_IN, Extensions


@dataclass(frozen=True, slots=True)
class Facts:
    """Prices by the cell's digest, in `unit`. `marks` are those that the page begins with."""

    prices: Mapping[str, Decimal] = field(default_factory=dict)
    unit: str = ""
    marks: Marks | None = None
    extensions: Extensions = BUILT_IN  # what captions may call


NO_FACTS = Facts()
