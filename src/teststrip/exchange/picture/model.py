"""What a picture says of how it was made, whoever made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, cast

from teststrip.base.json import Json

MOST_JSON: Final = 4 * 1024 * 1024  # characters; a large workflow has some hundred thousand
_FARTHEST: Final = 30  # powers of ten that a number may be from one, so that it prints in a line
_LONGEST_NUMBER: Final = 40


@dataclass(frozen=True, slots=True)
class Found:
    """The settings of a picture.

    `place` is where they lay (`tEXt parameters`), `model` what is said of the model, `settings` the rest by the
    tool's own names, as texts. `request` has what is kept under a page's own names. `lost` says what went into the
    picture and is not in its settings, by what it is called.
    """

    tool: str
    place: str
    model: str = ""
    prompt: str = ""
    negative: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    request: Mapping[str, Json] = field(default_factory=dict)
    lost: tuple[tuple[str, str], ...] = ()
    final: bool = False  # the prompt has what the tool adds by itself


def load_json(text: str) -> Json:
    """Read JSON in which numbers keep their digits (as Decimal); raises ValueError for anything else.

    What no recipe could hold (numbers beyond all measure, halves of characters) comes as text that says so.
    """
    if len(text) > MOST_JSON:
        raise ValueError("too long")
    try:
        read: Json = json.loads(text, parse_float=_number, parse_int=_whole, parse_constant=str)
        return _scrubbed(read)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def as_json(value: Any) -> Json:
    """Return a value with plain numbers, as schemas want them."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: as_json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return cast("Json", value)


def as_text(value: Any) -> str:
    """Return a value as a setting's text."""
    if isinstance(value, str):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(as_json(value), ensure_ascii=False)


def is_nothing(value: Json) -> bool:
    """Tell whether a value only says that there is nothing: null, false, "", [] or {}."""
    return value is None or value is False or value in ("", [], {})


def _number(text: str) -> Decimal | str:
    if len(text) > _LONGEST_NUMBER:
        return text[:_LONGEST_NUMBER]
    number = Decimal(text)
    return number if abs(number.adjusted()) <= _FARTHEST else text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_NUMBER else text[:_LONGEST_NUMBER]


def _scrubbed(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value
    if isinstance(value, Mapping):
        return {str(_scrubbed(name)): _scrubbed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_scrubbed(item) for item in value]
    return value
