"""Marks that stand above a parameter's name, as the first column of a table does: `Required`, then `steps`, `integer`.

Such a cell may span the rows below it: a parameter without a mark of its own has that of the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.forms.pasted.lines import Line
    from teststrip.provider.reading.forms.pasted.spots import Spot

_MARK: Final = Pattern(r"(?P<word>[^\W\d_][^()（）\n]{1,24}?)\s?(?:[(（][^()（）\n]{1,120}[)）])?")
_FEWEST: Final = 2


def is_mark(text: str) -> bool:
    """Tell whether a line says whether something has to be given, and nothing else but a case in brackets."""
    match = _MARK.fullmatch(text) if len(text) <= 160 else None
    return match is not None and words.says_required(match["word"])


def marks_above(lines: Sequence[Line], spots: Sequence[Spot], end: int) -> Mapping[int, str]:
    """Return the marks of parameters by the lines that they begin on; {} where marks stand behind what they are about.

    They stand above where the first and most of the others have one there, and the last has none behind it.
    """
    above = {spot.at: lines[spot.at - 1].text for spot in spots if spot.at and is_mark(lines[spot.at - 1].text)}
    own = any(mark.kind in {"required", "optional"} for spot in spots if spot.head for mark in spot.head.marks)
    behind = any(is_mark(line.text) for line in lines[spots[-1].at + 1 : end])
    if own or behind or spots[0].at not in above or len(above) < max(_FEWEST, len(spots) / 2):
        return {}
    found: dict[int, str] = {}
    last = ""
    for spot in spots:
        last = found[spot.at] = above.get(spot.at, last)
    return found
