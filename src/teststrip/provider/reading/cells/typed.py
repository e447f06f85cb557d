"""Words of a page as values of a kind, leniently: `True`, `1,024`, `"auto"`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.base.pattern import Pattern
from teststrip.provider.values import is_kind, parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind

_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}
_WORDS: Final = {"true": True, "false": False, "是": True, "否": False}
_NUMBER: Final = Pattern(
    r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+|[-+−]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
)
_LONGEST_NUMBER: Final = 40


def typed(text: str, kind: Kind) -> Json | Absent:
    """Read a word as a value of one kind; ABSENT when it is none."""
    plain = text.strip()
    if kind in {"string", "file"}:
        return bare(plain)
    if kind == "boolean":
        return _WORDS.get(bare(plain).lower(), ABSENT)
    if kind in {"integer", "number"}:
        return _number(plain, kind)
    value = parsed(plain)
    if isinstance(value, Absent) and plain[:1] in "[{":
        value = parsed(plain.replace("'", '"'))
    return value if not isinstance(value, Absent) and is_kind(value, kind) else ABSENT


def typed_any(text: str, kinds: Sequence[Kind]) -> Json | Absent:
    """Read a word as a value of the first kind that it fits; a text is what fits nothing else."""
    for kind in sorted(kinds, key=lambda kind: kind in {"string", "file"}):
        value = typed(text, kind)
        if not isinstance(value, Absent):
            return value
    return ABSENT


def bare(text: str) -> str:
    """Take one pair of quotes off."""
    closes = _QUOTES.get(text[:1])
    return text[1:-1] if len(text) > 1 and closes is not None and text[-1] == closes else text


def _number(text: str, kind: Kind) -> Json | Absent:
    plain = bare(text)
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        return ABSENT
    plain = plain.replace(",", "").replace("−", "-").lstrip("+")
    value = parsed(
        "0" + plain if plain.startswith(".") else plain.lstrip("0") if re.match(r"0\d", plain) else plain
    )
    if isinstance(value, Absent):
        return ABSENT
    if kind == "integer" and isinstance(value, float) and value.is_integer() and "e" in plain.lower():
        return int(value)
    return value if is_kind(value, kind) else ABSENT
