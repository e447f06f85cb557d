"""What a parameter is, in the words of a parameter table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from teststrip.base.json import ABSENT, Json
from teststrip.provider.model import Bounds, Choice, Parameter

_KINDS: Final = {"number": "float"}
_BARE: Final = re.compile(r"[\w.:/@+-]+")


def one_line(text: str) -> str:
    """Return text on one line, its white space made single spaces."""
    return " ".join(text.split())


def type_words(parameter: Parameter) -> str:
    """Say which kind of value it takes: `integer or null`, `array of floats`, `string (Base64 or URL)`."""
    kinds = [_KINDS.get(kind, kind) for kind in (parameter.kind, *parameter.or_kinds)]
    if parameter.kind == "array":
        if parameter.items is not None:
            kinds[0] = f"array of {type_words(parameter.items)}s"
        elif parameter.children:
            kinds[0] = "array of objects"
    words = " or ".join([*kinds, *(["null"] if parameter.nullable else [])])
    return f"{words} (Base64 or URL)" if parameter.media else words


def need_words(parameter: Parameter) -> str:
    """Say whether it must be given: `yes`, `no`, `when action is img2img`."""
    if parameter.required_when is not None:
        return f"when {parameter.required_when}"
    return "yes" if parameter.required else "no"


def default_words(parameter: Parameter) -> str:
    """Say what counts when it is not given; empty where the page names nothing."""
    if parameter.random_default:
        return "random"
    return "" if parameter.default is ABSENT else value_words(parameter.default)


def value_words(value: Json) -> str:
    """Print a value: text bare where that cannot mislead, everything else as JSON."""
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def range_words(parameter: Parameter) -> str:
    """Say what limits its values, choices aside: `1 to 50`, `64x64 to 2048x2048`, `1 to 9 items, each 0 to 1`."""
    parts = [] if parameter.bounds is None else [bounds_words(parameter.bounds)]
    if parameter.size is not None:
        least, most = parameter.size.minimum, parameter.size.maximum
        parts.append(" to ".join(parameter.size.separator.join(map(str, sides)) for sides in (least, most)))
    if parameter.step is not None:
        parts.append(f"in steps of {number_words(parameter.step)}")
    if parameter.length is not None:
        unit = "items" if parameter.kind == "array" else "characters"
        parts.append(f"{bounds_words(parameter.length)} {unit}")
    if parameter.items is not None:
        inner = [range_words(parameter.items), ", ".join(value_words(c.value) for c in parameter.items.choices)]
        parts += [f"each {words}" for words in inner if words]
    return ", ".join(part for part in parts if part)


def bounds_words(bounds: Bounds) -> str:
    """Print bounds: `1 to 50`, `at least 0`, `above 0, at most 50`."""
    least, most = bounds.minimum, bounds.maximum
    if least is not None and most is not None and not (bounds.exclusive_minimum or bounds.exclusive_maximum):
        return f"{number_words(least)} to {number_words(most)}"
    parts = []
    if least is not None:
        parts.append(f"{'above' if bounds.exclusive_minimum else 'at least'} {number_words(least)}")
    if most is not None:
        parts.append(f"{'below' if bounds.exclusive_maximum else 'at most'} {number_words(most)}")
    return ", ".join(parts)


def number_words(number: Decimal) -> str:
    """Print a number without an exponent, as the page has it."""
    return f"{number:f}"


def choice_lines(choices: tuple[Choice, ...]) -> Iterator[str]:
    """Print choices: on one line where none has a label, else each on its own with its label."""
    if not any(choice.label for choice in choices):
        if choices:
            yield ", ".join(value_words(choice.value) for choice in choices)
        return
    for choice in choices:
        yield (
            f"{value_words(choice.value)} = {one_line(choice.label)}"
            if choice.label
            else value_words(choice.value)
        )
