"""What a recipe says that a run may use: predictions at once, money, submits in a time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from teststrip.base.json import Json
from teststrip.base.rate import gap_of
from teststrip.recipe.model import Limits


def limits_of(limits: Mapping[str, Json]) -> Limits:
    """Turn the members of `limits` into their record; what a schema check found wrong is left out."""
    concurrency, budget, rate = (limits.get(name) for name in ("concurrency", "budget", "rate"))
    return Limits(
        concurrency=cast("int | None", concurrency),
        budget=Decimal(str(budget)) if isinstance(budget, int | float) else None,
        rate=rate if isinstance(rate, str) and gap_of(rate) is not None else None,
    )
