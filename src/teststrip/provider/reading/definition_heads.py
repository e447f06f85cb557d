"""What a definition begins with: whether the parameter has to be given, its type, its default.

`(Optional, integer) ...`, `Required. String. ...`, `int, default: 8. ...`, in any order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.bullet_items import parts_of
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell
from teststrip.provider.reading.kinds import read_kind

_BRACKET: Final = Pattern(
    r"\s{0,4}[(（\[]([^()（）\[\]\n]{1,80}(?:\([^()\n]{0,40}\)|\[\])?)[)）\]]\s?[.,:;：—–-]?\s{0,4}"
)
_WORD: Final = Pattern(
    r"\s{0,4}(?P<part>[A-Za-z{][^.;:：\n—–()]{0,60}?(?:\([^()\n]{0,40}\))?)(?:\s?[.;:：](?=\s|$)\s{0,4}|\n|\s[—–-]\s|$)"
)
_SET: Final = Pattern(r"\{([^{}\n]{1,200})\}")  # values, as a Python writes them
_REQUIRED: Final = Pattern(
    r"required|optional|mandatory|必填|可选|必需|选填|必須|任意|필수|선택|obligatorio|opcional", re.IGNORECASE
)
_DEFAULT: Final = Pattern(r"(?:default(?:s to| value)?|默认值?)\s?[:=：]?\s?(?P<value>\S.{0,80})", re.IGNORECASE)
_BESIDE: Final = frozenset({"deprecated", "beta", "preview", "experimental", "nullable", "read-only", "multipart"})
_MOST_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Head:
    """The words before the description; `rest` is the description."""

    kind: str
    required: str
    default: str
    rest: Cell


def head_of(cell: Cell) -> Head:
    """Take the head off a definition."""
    whole = "".join(text for text, _ in cell.pieces)
    found: dict[str, str] = {}
    at = 0
    for _ in range(_MOST_STEPS):
        match = _BRACKET.match(whole, at) or _WORD.match(whole, at)
        told = _told(match[1]) if match is not None else None
        if match is None or told is None or set(told) & set(found):
            break
        found |= told
        at = match.end()
    return Head(found.get("type", ""), found.get("required", ""), found.get("default", ""), _without(cell, at))


def _told(text: str) -> dict[str, str] | None:
    """Read a few words as facts; None when one of them is none."""
    found: dict[str, str] = {}
    for part in parts_of(_SET.sub(lambda match: match[1].replace(",", " |"), text)):
        bare = part.strip(" *_`")
        default = _DEFAULT.fullmatch(bare)
        if _REQUIRED.fullmatch(bare):
            found.setdefault("required", bare)
        elif default is not None:
            found.setdefault("default", default["value"].strip("`\"' "))
        elif "type" not in found and _is_type(bare):
            found["type"] = bare
        elif bare.lower() not in _BESIDE:
            return None
    return found or None


def _is_type(text: str) -> bool:
    try:
        reading = read_kind(text)
    except CellError:
        return False
    listed = bool(reading.values) and text[:1] not in "\"'"
    return reading.kind is not None and not reading.named and not listed and text.lower() not in words.NULLS


def _without(cell: Cell, at: int) -> Cell:
    """Return a cell without its first `at` characters, spans of code kept."""
    pieces: list[tuple[str, bool]] = []
    for text, code in cell.pieces:
        left = text[at:]
        at = max(0, at - len(text))
        if left:
            pieces.append((left, code))
    return Cell(tuple(pieces), cell.where, cell.raw)
