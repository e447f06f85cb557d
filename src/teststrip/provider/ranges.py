"""What a range cell says, and what a description says beside it: bounds, sizes, enumerations, examples.

A range has several spellings; each is a function in `_SPELLINGS`, tried in order. A new spelling is one more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.provider.findings import CellError
from teststrip.provider.model import Bounds, Choice, Kind, SizeBounds
from teststrip.provider.values import DASHES, an, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from teststrip.provider.tables import Cell

_NUMBER: Final = r"[-+]?[0-9]{1,24}(?:\.[0-9]{1,24})?"
_TO: Final = r"\s*(?:-|–|—|~|to)\s*"
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBERS: Final = re.compile(rf"({_NUMBER}){_TO}({_NUMBER})")
_SIZES: Final = re.compile(rf"([0-9]{{1,9}})\s*([x*])\s*([0-9]{{1,9}}){_TO}([0-9]{{1,9}})\s*\2\s*([0-9]{{1,9}})")
_SEE: Final = re.compile(r"see (?:the )?(.+?)(?: table)?\.?", re.IGNORECASE)
_LABELLED: Final = re.compile(r"(?:^|(?<=[\s:(]))([A-Za-z0-9_.+-]+) = ([^,;.=]+)")
_EXAMPLES: Final = re.compile(r"(?:\be\.g\.,?|\bfor example,?|\bsuch as) ?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RangeReading:
    """What a range cell says; `see` is the title of the table that has the values."""

    bounds: Bounds | None = None
    size: SizeBounds | None = None
    choices: tuple[Choice, ...] = ()
    see: str = ""


def read_range(cell: Cell, kind: Kind) -> RangeReading:
    """Read a range cell; `kind` is the parameter's, or that of an array's items."""
    if cell.text in DASHES:
        return RangeReading()
    for spelling in _SPELLINGS:
        reading = spelling(cell, kind)
        if reading is not None:
            return reading
    raise CellError(
        f'the range "{cell.text}" cannot be read; write LEAST - MOST, or `a`, `b`, `c`, or see [Table](#table), '
        "or - for none"
    )


def read_reference(cell: Cell) -> str:
    """Return the title that a cell `see TITLE` refers to, else nothing."""
    match = _SEE.fullmatch(cell.text)
    return match[1] if match else ""


def read_labelled(cell: Cell, kind: Kind) -> tuple[Choice, ...]:
    """Read an enumeration with labels from running text: `0 = Heavy, 1 = Light`; () where there is none.

    A single `x = word` is a remark, not an enumeration. Text names its values as code spans or not at all, so
    only whole numbers are looked for in plain text.
    """
    if kind == "string":
        found = [match for match in _LABELLED.finditer(cell.text) if match[1] in cell.codes]
        choices = tuple(Choice(match[1], match[2].strip()) for match in found)
    elif kind == "integer":
        found = [match for match in _LABELLED.finditer(cell.text) if _WHOLE.fullmatch(match[1])]
        choices = tuple(Choice(int(match[1]), match[2].strip()) for match in found)
    else:
        choices = ()
    return choices if len(choices) > 1 else ()


def read_examples(cell: Cell, kind: Kind) -> tuple[Json, ...]:
    """Read the code spans that follow "for example" in a description, as values of the parameter's kind."""
    values: list[Json] = []
    started = False
    for text, code in cell.pieces:
        if not code:
            started = bool(_EXAMPLES.search(text)) or (started and text.strip() in {",", "or", ", or"})
        elif started:
            value = typed(text, kind)
            values += [] if isinstance(value, Absent) else [value]
    return tuple(values)


def _size_range(cell: Cell, kind: Kind) -> RangeReading | None:
    match = _SIZES.fullmatch(cell.text)
    if match is None:
        return None
    if kind != "string":
        raise CellError(f"a range of sizes does not go with the type {kind}")
    minimum, maximum = (int(match[1]), int(match[3])), (int(match[4]), int(match[5]))
    if minimum[0] > maximum[0] or minimum[1] > maximum[1]:
        raise CellError(f'the range "{cell.text}" is upside down')
    return RangeReading(size=SizeBounds(minimum, maximum, match[2]))


def _number_range(cell: Cell, kind: Kind) -> RangeReading | None:
    match = _NUMBERS.fullmatch(cell.text)
    if match is None:
        return None
    bounds = Bounds(Decimal(match[1]), Decimal(match[2]))
    if kind not in {"integer", "number", "array"}:
        raise CellError(f"a range of numbers does not go with the type {kind}")
    if kind == "integer" and "." in match[0]:
        raise CellError(f'"{cell.text}" has fractions, and the type is integer')
    if Decimal(match[1]) > Decimal(match[2]):
        raise CellError(f'the range "{cell.text}" is upside down')
    return RangeReading(bounds=bounds)


def _reference(cell: Cell, _kind: Kind) -> RangeReading | None:
    title = read_reference(cell)
    return RangeReading(see=title) if title else None


def _labelled_values(cell: Cell, kind: Kind) -> RangeReading | None:
    choices = read_labelled(cell, kind)
    return RangeReading(choices=choices) if choices else None


def _code_values(cell: Cell, kind: Kind) -> RangeReading | None:
    between = {text.strip() for text, code in cell.pieces if not code}
    if not cell.codes or not between <= {"", ",", "or", ", or", "/", "|"}:
        return None
    return RangeReading(choices=_choices(cell.codes, kind))


def _listed_values(cell: Cell, kind: Kind) -> RangeReading | None:
    words = [word.strip() for word in cell.text.split(",")]
    if cell.codes or len(words) < 2 or not all(re.fullmatch(r"[\w.+:-]+", word) for word in words):
        return None
    return RangeReading(choices=_choices(words, kind))


_SPELLINGS: Final[tuple[Callable[[Cell, Kind], RangeReading | None], ...]] = (
    _size_range,
    _number_range,
    _reference,
    _labelled_values,
    _code_values,
    _listed_values,
)


def _choices(words: Sequence[str], kind: Kind) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    for word in words:
        value = typed(word, kind)
        if isinstance(value, Absent):
            raise CellError(f'"{word}" is listed as a value but is not {an(kind)}')
        if any(choice.value == value for choice in choices):
            raise CellError(f'"{word}" is listed twice')
        choices.append(Choice(value))
    return tuple(choices)
