"""What kind of value an example shows, and the value itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from teststrip.provider.reading.shown import Shown

_WORD: Final = Pattern(
    r"<?(?P<type>string|integer|int|number|float|boolean|bool|array|object)>?(?: \| null)?\??", re.IGNORECASE
)
_VARIABLE: Final = Pattern(r"[\"']?[$<{%].*", re.DOTALL)
_MOST_SHOWN: Final = 200  # characters of a value that is kept as an example


def kind_of(value: Shown) -> str:
    """Return the type that a value is of; empty where it shows none."""
    if value.form in {"object", "array", "integer", "number", "boolean"}:
        return value.form
    if value.form == "string":
        word = _WORD.fullmatch(value.text.strip())
        return word["type"].lower() if word is not None else "string"
    if value.form != "field":
        return ""
    text = value.text.strip("\"' ")
    if text.startswith("@"):
        return "file"
    if _VARIABLE.fullmatch(text):
        return ""
    if re.fullmatch(r"-?\d{1,18}", text):
        return "integer"
    if re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text):
        return "number"
    return "boolean" if text.lower() in {"true", "false"} else "string"


def value_of(value: Shown) -> str | int | float | bool | None:
    """Return a plain value as its type has it; None where it only stands for one."""
    text = value.text.strip("\"' ") if value.form == "field" else value.text
    if len(text) > _MOST_SHOWN or _VARIABLE.fullmatch(text):
        return None
    kind = kind_of(value)
    if value.form == "string":
        return text if kind == "string" and not _WORD.fullmatch(text.strip()) else None
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "string":
        return text
    return int(text) if kind == "integer" else float(text)
