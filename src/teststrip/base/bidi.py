"""In which order the parts of a line stand where scripts of both directions meet (Unicode Standard Annex 9).

Without embeddings and isolates: what would begin one is written out before it comes here, see `base.text.visible`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_FROM_RIGHT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_STRONG: Final = frozenset({"L", "R", "AL"})
_NEUTRAL: Final = frozenset({"B", "S", "WS", "ON", "BN", "ES", "ET", "CS"})
_MIRRORED: Final = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤", strict=True))


def visual(text: str) -> list[tuple[str, bool]]:
    """Part a line into pieces in the order in which they stand, from left to right.

    Each comes as it is written, and with whether it is read from the right.
    """
    if _FROM_RIGHT.search(text) is None:
        return [(text, False)]
    levels = _levels(text)
    pieces: list[tuple[str, int]] = []
    for character, level in zip(text, levels, strict=True):
        if pieces and pieces[-1][1] == level:
            pieces[-1] = pieces[-1][0] + character, level
        else:
            pieces.append((character, level))
    for least in range(max(levels), 0, -1):  # rule L2: from the innermost out, turn round what is at least as deep
        at = 0
        while at < len(pieces):
            end = at
            while end < len(pieces) and pieces[end][1] >= least:
                end += 1
            pieces[at:end] = reversed(pieces[at:end])
            at = end + 1
    return [(piece, level % 2 == 1) for piece, level in pieces]


def turned(text: str) -> str:
    """Return signs as they stand where they are read from the right: the last one first, brackets mirrored."""
    return "".join(_MIRRORED.get(character, character) for character in reversed(text))


def _levels(text: str) -> list[int]:
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    base = next((int(kind != "L") for kind in kinds if kind in _STRONG), 0)
    _settle_numbers(kinds, "R" if base else "L")
    _settle_neutrals(kinds, "R" if base else "L")
    deeper = {"L": 2, "R": 1, "EN": 2, "AN": 2} if base else {"L": 0, "R": 1, "EN": 2, "AN": 2}
    levels = [deeper[kind] for kind in kinds]
    for at in range(len(text) - 1, -1, -1):  # rule L1: spaces at the end of the line
        if not text[at].isspace():
            break
        levels[at] = base
    return levels


def _settle_numbers(kinds: list[str], base: str) -> None:
    """Settle what numbers are, and what belongs to them: rules W1 to W7."""
    strong = before = base
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = before
        elif kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
        before = kinds[at]
    _join_numbers(kinds)
    strong = base
    for at, kind in enumerate(kinds):
        if kind in _STRONG:
            strong = kinds[at] = "R" if kind == "AL" else kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _join_numbers(kinds: list[str]) -> None:
    """Give numbers the signs between and beside them: rules W4 and W5."""
    for at in range(1, len(kinds) - 1):
        before, after = kinds[at - 1], kinds[at + 1]
        parts = {"ES": {"EN"}, "CS": {"EN", "AN"}}.get(kinds[at], set())
        if before == after and before in parts:
            kinds[at] = before
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        beside = ""
        for at in order:
            if kinds[at] == "ET" and beside == "EN":
                kinds[at] = "EN"
            beside = kinds[at]


def _settle_neutrals(kinds: list[str], base: str) -> None:
    """Give what has no direction that of both its neighbours, or the line's: rules N1 and N2."""
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > at:
            before = _side(kinds, at - 1, base)
            kinds[at:end] = [before if before == _side(kinds, end, base) else base] * (end - at)
        at = end + 1


def _side(kinds: Sequence[str], at: int, base: str) -> str:
    if not 0 <= at < len(kinds):
        return base
    return "L" if kinds[at] == "L" else "R"
