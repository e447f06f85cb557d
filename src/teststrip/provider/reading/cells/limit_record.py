"""What a text says of a value in numbers, whichever phrases say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.provider.model import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable
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
    return Limits(
        joined(first.bounds, second.bounds),
        first.what if first.bounds else second.what,
        first.step or second.step,
        first.size or second.size,
        unit=first.unit or second.unit,
    )


def joined(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    """Return the limits that two say of one thing; what the first says of an end stays."""
    if one is None or other is None:
        return one or other
    least, most = one.minimum is None, one.maximum is None
    return Bounds(
        other.minimum if least else one.minimum,
        other.maximum if most else one.maximum,
        other.exclusive_minimum if least else one.exclusive_minimum,
        other.exclusive_maximum if most else one.exclusive_maximum,
    )


def compared(
    differ: Callable[[str, str, str], None], what: str, one: Bounds | None, other: Bounds | None
) -> Bounds | None:
    """Return the same, of `what`; `differ` is told of ends on which the two are not agreed."""
    if one is not None and other is not None:
        for end in ("minimum", "maximum"):
            first, second = getattr(one, end), getattr(other, end)
            if first is not None and second is not None and first != second:
                differ(what, f"{end} {first}", f"{end} {second}")
    return joined(one, other)
