"""Numbers between two ends: in equal steps, or so many of them at equal distances or ratios.

Decimal arithmetic throughout, wide enough (`_WIDE`) that no sum or product of written numbers is rounded; what is
rounded is rounded on purpose, once, and the rounded number is both the label and what is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Final

MAX_VALUES: Final = 10_000
_WIDE: Final = Context(prec=100, rounding=ROUND_HALF_UP)
_FARTHEST: Final = 18  # powers of ten: beyond, no reader of JSON tells neighbours apart
_EXACT_PLACES: Final = 6  # a distance that ends within so many decimals is kept as it is
_DIGITS: Final = range(3, 16)  # of a number between ends at equal ratios: as few as tell neighbours apart


class SpreadFault(Exception):  # noqa: N818  it becomes a located problem at the caller
    """Numbers that cannot be made; `member` is what is to blame, `suggestion` what it was probably meant to be."""

    def __init__(self, member: str, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.member = member
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Grain:
    """What the numbers must be: `whole` ones only; multiples of `multiple`, to which made ones are rounded."""

    whole: bool = False
    multiple: Decimal | None = None


def read_decimal(text: str, member: str) -> Decimal:
    """Read a number. Raises SpreadFault for what is none, or is too large or too small to be reckoned with."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise SpreadFault(member, f"{text!r} is not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > _FARTHEST or places(number) > 2 * _FARTHEST:
        raise SpreadFault(member, f"{text} is not a number that an axis can reach")
    return number


def places(number: Decimal) -> int:
    """Return with how many decimals a number is written."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def in_steps(first: Decimal, last: Decimal, step: Decimal) -> list[Decimal]:
    """Return first, first + step, ..., last, with equally many decimals. Raises SpreadFault on a missed end."""
    with localcontext(_WIDE):
        way = last - first
        if step == 0:
            raise SpreadFault("step", "steps of 0 lead nowhere")
        if way and (way > 0) != (step > 0):
            said = f"steps of {step:f} never lead from {first:f} to {last:f}"
            raise SpreadFault("step", said, f"{-step:f}")
        count, rest = divmod(way, step)
        if count >= MAX_VALUES:
            said = f"steps of {step:f} from {first:f} to {last:f} are more than {MAX_VALUES:,} values"
            raise SpreadFault("step", said)
        if rest:
            before = first + count * step
            after = before + step
            near = before if abs(rest) * 2 <= abs(step) else after
            said = f"steps of {step:f} lead from {first:f} to {before:f} and {after:f}, and miss {last:f}"
            raise SpreadFault("to", said, f"{near:f}")
        return _aligned((first + index * step for index in range(int(count) + 1)), first, last, step)


def onwards(first: Decimal, step: Decimal, count: int) -> list[Decimal]:
    """Return `count` numbers (at most MAX_VALUES), each a step on from the one before. Raises SpreadFault."""
    if step == 0:
        raise SpreadFault("step", "steps of 0 lead nowhere")
    with localcontext(_WIDE):
        return _aligned((first + index * step for index in range(count)), first, step)


def at_equal_distances(first: Decimal, last: Decimal, count: int, grain: Grain) -> list[Decimal]:
    """Return `count` numbers (at most MAX_VALUES) from first to last, both included. Raises SpreadFault.

    A distance that does not end within 6 decimals is rounded: the numbers have as many decimals as give the
    distance three digits.
    """
    _check_ends(first, last, count, grain)
    start, distance = Fraction(first), (Fraction(last) - Fraction(first)) / max(count - 1, 1)
    if grain.multiple is None and grain.whole and distance.denominator != 1:
        said = (
            f"{count} values from {first:f} to {last:f} are {float(distance):.4g} apart, and only whole numbers "
            "fit here; `multiple_of: 1` rounds them"
        )
        raise SpreadFault("count", said, _whole_count(first, last, count))
    kept = max(places(first), places(last), _places_of(distance))
    unit = grain.multiple or Decimal(1).scaleb(-kept)
    with localcontext(_WIDE):
        made = [unit * _nearest((start + index * distance) / Fraction(unit)) for index in range(count)]
    return _distinct(made, first, last)


def at_equal_ratios(first: Decimal, last: Decimal, count: int, grain: Grain) -> list[Decimal]:
    """Return `count` numbers (at most MAX_VALUES) from first to last, each so many times the one before.

    Numbers between the ends are rounded: to `grain`, else to three significant digits, or as few more as tell
    neighbours apart. Raises SpreadFault.
    """
    if first * last <= 0:
        member = "to" if first > 0 else "from"
        raise SpreadFault(member, "equal ratios neither cross 0 nor reach it; `spacing: linear` does")
    _check_ends(first, last, count, grain)
    with localcontext(_WIDE):
        ratio = (last / first) ** (Decimal(1) / max(count - 1, 1))
        exact = [first]
        for _ in range(count - 2):
            exact.append(exact[-1] * ratio)
        ends = [last] if count > 1 else []
        unit = grain.multiple or (Decimal(1) if grain.whole else None)
        if unit is not None:
            return _distinct([unit * _nearest(Fraction(number / unit)) for number in [*exact, *ends]], first, last)
    for digits in _DIGITS:
        rounding = Context(prec=digits, rounding=ROUND_HALF_UP)
        made = [first, *(rounding.plus(number).normalize(rounding) for number in exact[1:]), *ends]
        if all((before < after) == (first < last) and before != after for before, after in pairwise(made)):
            return made
    said = f"{count} values between {first:f} and {last:f} lie too close to be told apart; ask for fewer"
    raise SpreadFault("count", said)


def _check_ends(first: Decimal, last: Decimal, count: int, grain: Grain) -> None:
    if (first == last) != (count == 1):
        what = "one value has" if count == 1 else f"{count} values have"
        said = f"{what} no place between {first:f} and {last:f}"
        raise SpreadFault("count", said, "1" if first == last else None)
    for member, end in (("from", first), ("to", last)):
        if grain.multiple is not None and not is_multiple(end, grain.multiple):
            near = grain.multiple * _nearest(Fraction(end) / Fraction(grain.multiple))
            raise SpreadFault(member, f"{end:f} is not a multiple of {grain.multiple:f}", f"{near:f}")


def is_multiple(number: Decimal, multiple: Decimal) -> bool:
    """Tell whether a number is so many times another, without rounding."""
    return (Fraction(number) / Fraction(multiple)).denominator == 1


def _distinct(numbers: list[Decimal], first: Decimal, last: Decimal) -> list[Decimal]:
    for before, after in pairwise(numbers):
        if before == after:
            said = f"{len(numbers)} values between {first:f} and {last:f} lie so close that two are {after:f}"
            said += "; ask for fewer"
            raise SpreadFault("count", said)
    return numbers


def _nearest(number: Fraction) -> Decimal:
    """Return the nearest whole number; of two, the one farther from 0, as people round."""
    whole, rest = divmod(abs(number.numerator), number.denominator)
    rounded = whole + (2 * rest >= number.denominator)
    return Decimal(rounded if number >= 0 else -rounded)


def _places_of(distance: Fraction) -> int:
    """Return with how many decimals a distance is written: all of its own if few, else for three digits."""
    twos, fives, rest = 0, 0, distance.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest == 1 and max(twos, fives) <= _EXACT_PLACES:
        return max(twos, fives)
    decimal = _WIDE.divide(Decimal(abs(distance.numerator)), Decimal(distance.denominator))
    return max(0, 2 - decimal.adjusted())


def _whole_count(first: Decimal, last: Decimal, count: int) -> str | None:
    """Return the count nearest to the one that was asked for at which all values are whole."""
    if places(first) or places(last):
        return None
    way = abs(int(last) - int(first))
    near = (number for off in range(1, count) for number in (count + off, count - off))
    return next((f"{number}" for number in near if 1 < number <= way + 1 and way % (number - 1) == 0), None)


def _aligned(numbers: Iterable[Decimal], *written: Decimal) -> list[Decimal]:
    """Write all numbers with as many decimals as the longest of those that were written."""
    unit = Decimal(1).scaleb(-max(map(places, written)))
    return [number.quantize(unit) for number in numbers]
