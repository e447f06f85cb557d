"""Words of a page as values of a kind."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final, cast

from teststrip.base.json import ABSENT, Absent, Json, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.model import Kind, SizeBounds

DASHES: Final = frozenset({"", "-", "–", "—"})
"""What a cell says to say nothing."""
_SIZE: Final = re.compile(r"([1-9][0-9]{0,8})([x*])([1-9][0-9]{0,8})")


def typed(text: str, kind: Kind) -> Scalar | Absent:
    """Read a word as a value of a scalar kind; ABSENT when it is none."""
    if kind == "string":
        return unquoted(text)
    value = parsed(text)
    if kind not in {"integer", "number", "boolean"} or not is_kind(value, kind):
        return ABSENT
    return cast("Scalar", value)


def is_size(text: str, size: SizeBounds) -> bool:
    """Tell whether text is a WIDTHxHEIGHT within bounds."""
    match = _SIZE.fullmatch(text)
    if match is None or match[2] != size.separator:
        return False
    sides = (int(match[1]), int(match[3]))
    return all(least <= side <= most for least, side, most in zip(size.minimum, sides, size.maximum, strict=True))


def unquoted(text: str) -> str:
    """Take one pair of double quotes off."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def parsed(text: str) -> Json | Absent:
    """Read text as JSON; ABSENT when it is not, or when a number in it is not finite."""
    try:
        value: Json = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return ABSENT
    return ABSENT if isinstance(value, float) and not math.isfinite(value) else value


def _refuse(name: str) -> Json:
    raise ValueError(name)


def is_kind(value: Json | Absent, kind: Kind) -> bool:
    """Tell whether a value is of a kind; true is no number."""
    fits: Mapping[Kind, bool] = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
        "file": isinstance(value, str),
    }
    return fits[kind]


def an(kind: Kind) -> str:
    """Return a kind in words, with its article."""
    words: Mapping[Kind, str] = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a JSON list",
        "object": "a JSON object",
        "file": "a file",
    }
    return words[kind]
