"""Numbers by example: `4.0, 4.5, ..., 6.0`. Decimal arithmetic throughout, so labels print as written."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation, localcontext
from typing import Final

MAX_VALUES: Final = 10_000
_DOTS: Final = ("...", "…")
_WIDE: Final = Context(prec=100)  # more digits than any sum or product of numbers that a series takes
_MOST_PLACES: Final = 36


class EllipsisFault(Exception):  # noqa: N818  it becomes a located problem at the caller
    """A series that cannot be continued; `suggestion` is a series that can."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def is_series(text: str) -> bool:
    """Tell whether a string is meant as a series: it has dots of omission between commas."""
    return any(part.strip() in _DOTS for part in text.split(","))


def expand_series(text: str) -> list[Decimal]:
    """Expand `a, b, ..., z` to all its numbers.

    The step is that of the two numbers before the dots (1 or -1 when there is one whole number only), and the
    number after the dots must be reached exactly. Several dots may stand in one series. Raises EllipsisFault.
    """
    parts = [part.strip() for part in text.split(",")]
    values: list[Decimal] = []
    omitted = False
    for part in parts:
        if part in _DOTS:
            if omitted or not values:
                raise EllipsisFault("the dots need a number before them and after them")
            omitted = True
            continue
        number = _number(part)
        if omitted:
            with localcontext(_WIDE):
                values.extend(_between(values, number))
        values.append(number)
        omitted = False
        if len(values) > MAX_VALUES:
            raise EllipsisFault(f"the series has more than {MAX_VALUES:,} values")
    if omitted:
        raise EllipsisFault("the series needs its last number after the dots")
    return values


def _number(part: str) -> Decimal:
    try:
        number = Decimal(part)
    except InvalidOperation:
        raise EllipsisFault(f"{part!r} is not a number; a series reads like 4.0, 4.5, ..., 6.0") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(number.adjusted()) > 18 or -exponent > _MOST_PLACES:
        raise EllipsisFault(f"{part!r} is not a number that a series can reach")
    return number


def _between(values: list[Decimal], last: Decimal) -> list[Decimal]:
    first = values[-1]
    step = _step(values, last)
    if step == 0 or (last - first) / step <= 0:
        raise EllipsisFault(f"steps of {step} never lead from {first} to {last}")
    count = (last - first) / step
    if count > MAX_VALUES:
        raise EllipsisFault(f"the series has more than {MAX_VALUES:,} values")
    whole = int(count)
    if count != whole:
        reached = first + whole * step
        raise EllipsisFault(
            f"steps of {step} lead from {first} to {reached} and {reached + step}, and miss {last}", f"{reached}"
        )
    return [first + index * step for index in range(1, whole)]


def _step(values: list[Decimal], last: Decimal) -> Decimal:
    if len(values) > 1:
        return values[-1] - values[-2]
    if values[0] != values[0].to_integral_value() or last != last.to_integral_value():
        raise EllipsisFault("two numbers before the dots are needed, so that the step is known")
    return Decimal(1) if last >= values[0] else Decimal(-1)
