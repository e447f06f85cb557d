"""What a text says of a value in numbers, whichever phrases say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.provider.model import Bounds

if TYPE_CHECKING:
    from decimal import Decimal

    from teststrip.provider.model import SizeBounds


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text says of a value in numbers; `what` is what the bounds count: the value itself, or something of it.

    `value`: the number; `characters` of a text; `items` of an array; `other`: seconds of a film, megabytes of a file.
    """

    bounds: Bounds | None = None
    what: str = "value"
    step: Decimal | None = None
    size: SizeBounds | None = None
    disputed: bool = False  # another phrase of the text says otherwise
    unit: str = ""  # what stands behind the number, when it is neither characters nor items


def merge(first: Limits, second: Limits) -> Limits:
    """Join what two phrases say; what the first says of an end stays."""
    if first.bounds is None or second.bounds is None:
        bounds = first.bounds or second.bounds
    else:
        bounds = Bounds(
            first.bounds.minimum if first.bounds.minimum is not None else second.bounds.minimum,
            first.bounds.maximum if first.bounds.maximum is not None else second.bounds.maximum,
            first.bounds.exclusive_minimum
            if first.bounds.minimum is not None
            else second.bounds.exclusive_minimum,
            first.bounds.exclusive_maximum
            if first.bounds.maximum is not None
            else second.bounds.exclusive_maximum,
        )
    return Limits(
        bounds,
        first.what if first.bounds else second.what,
        first.step or second.step,
        first.size or second.size,
        unit=first.unit or second.unit,
    )
