"""Lists as grid definitions write them: `1, 2, ..., 10`, and `a || b` where commas are part of the values."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

MOST_NUMBERS: Final = 10_000
_DOTS: Final = frozenset({"..", "...", "....", "…"})
_SKIP: Final = "SKIP:"


class ListFault(Exception):  # noqa: N818  it becomes a located problem at the caller
    """A list that cannot be expanded."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def split_list(text: str) -> list[tuple[str, bool]]:
    """Part a list into its values, each with whether it is to be skipped."""
    pipes = "||" in text
    parts = [part.strip() for part in text.split("||" if pipes else ",")]
    if pipes and parts and not parts[-1]:
        parts.pop()
    return [
        (part.removeprefix(_SKIP).strip(), True) if part.startswith(_SKIP) else (part, False) for part in parts
    ]


def has_dots(text: str) -> bool:
    """Tell whether a list leaves numbers out."""
    return any(part in _DOTS for part, _ in split_list(text))


def series_of(text: str) -> str | None:
    """Return a list with dots as a recipe writes it, `1, 2, ..., 10`; None when a value of it is skipped."""
    parts = split_list(text)
    if any(skip for _, skip in parts):
        return None
    return ", ".join("..." if part in _DOTS else part for part, _ in parts)


def numbers_of(text: str) -> list[tuple[str, bool]]:
    """Expand a list with dots to its numbers, each with whether it is skipped.

    Between the number before the dots and the one after them stand those that the step reaches. Raises ListFault.
    """
    parts = split_list(text)
    made: list[tuple[Decimal, bool]] = []
    for index, (part, skip) in enumerate(parts):
        if part not in _DOTS:
            made.append((_number(part), skip))
        elif len(made) < 2 or index + 1 >= len(parts) or parts[index + 1][0] in _DOTS:
            raise ListFault("dots need two numbers before them and one after them")
        else:
            after = _number(parts[index + 1][0])
            made += [(number, skip) for number in _between(made[-2][0], made[-1][0], after)]
        if len(made) > MOST_NUMBERS:
            raise ListFault(f"the list has more than {MOST_NUMBERS:,} values")
    return [(f"{number:f}", skip) for number, skip in made]


def _between(first: Decimal, second: Decimal, last: Decimal) -> list[Decimal]:
    step = second - first
    if step == 0 or (last - second) / step <= 0:
        raise ListFault(f"steps of {step} never lead from {second} to {last}")
    count = (last - second) / step
    if count > MOST_NUMBERS:
        raise ListFault(f"the list has more than {MOST_NUMBERS:,} values")
    whole = int(count)
    return [second + index * step for index in range(1, whole + (whole != count))]


def _number(part: str) -> Decimal:
    try:
        number = Decimal(part)
    except InvalidOperation:
        raise ListFault(f"{part!r} is no number, and dots stand between numbers") from None
    if not number.is_finite() or abs(number.adjusted()) > 18 or len(part) > 40:
        raise ListFault(f"{part!r} is no number that a list can reach")
    return number
