"""What is known of cells besides the run itself: their price, and a flat record of what steps found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Record = Mapping[str, float | int | str]
"""Of one cell: `name -> number or text`, such as scores and badges."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Both by the cell's digest; `unit` is that of the prices."""

    records: Mapping[str, Record] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    unit: str = ""


NO_FACTS = Facts()
