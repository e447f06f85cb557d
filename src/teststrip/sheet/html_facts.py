"""What is known of cells besides the run itself: what steps made of them, and their price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from teststrip.exchange.marks import Marks
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.sheet.model import Added


@dataclass(frozen=True, slots=True)
class Facts:
    """Both by the cell's digest; `unit` is that of the prices. `marks` are those that the page begins with."""

    added: Mapping[str, Added] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    unit: str = ""
    marks: Marks | None = None
    extensions: Extensions = BUILT_IN  # what captions may call


NO_FACTS = Facts()
