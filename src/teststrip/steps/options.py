"""The options of the built-in steps: their schemas in few words, and what a recipe gave, by its type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from teststrip.base.json import Json
from teststrip.errors import StepError
from teststrip.steps.model import Options

MOST_SIDE: Final = 16384  # pixels
_COLOUR: Final = re.compile(r"#?([0-9a-fA-F]{6})")

GRAVITIES: Final[Mapping[str, tuple[float, float]]] = {
    "center": (0.5, 0.5),
    "top": (0.5, 0.0),
    "top right": (1.0, 0.0),
    "right": (1.0, 0.5),
    "bottom right": (1.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottom left": (0.0, 1.0),
    "left": (0.0, 0.5),
    "top left": (0.0, 0.0),
}
"""Places in a frame, as the share of the free room that lies to the left and above."""


def schema_of(
    properties: Mapping[str, Mapping[str, Json]], required: Sequence[str] = (), **rules: Json
) -> Mapping[str, Json]:
    """Return the schema of options; `rules` are further keywords of it."""
    needed: Mapping[str, Json] = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False, **rules}


def at_least_one(*names: str) -> Mapping[str, Json]:
    """Return the rule that one of these options is there."""
    without: Sequence[Json] = [{"not": {"required": [name]}} for name in names]
    return {"not": {"allOf": without}, "x-teststrip-refuses": f"{' or '.join(names)} is missing"}


def apart(name: str, others: Sequence[str], why: str) -> Mapping[str, Json]:
    """Return the rule that an option does not stand beside any of the others."""
    beside: Sequence[Json] = [{"required": [name, other]} for other in others]
    return {"not": {"anyOf": beside}, "x-teststrip-refuses": why}


def option(kind: str, title: str, description: str, **more: Json) -> Mapping[str, Json]:
    """Return the schema of one option, whose type is `kind`; `more` are further keywords, `default` among them."""
    return {"type": kind, "title": title, "description": description, **more}


def side(title: str, description: str) -> Mapping[str, Json]:
    """Return the schema of a length in pixels."""
    return option("integer", title, description, minimum=1, maximum=MOST_SIDE)


def colour(title: str, description: str, **more: Json) -> Mapping[str, Json]:
    """Return the schema of a colour."""
    expects = {"x-teststrip-expects": "a colour: six hexadecimal digits, such as #ffcc00"}
    return option("string", title, description, pattern=f"^{_COLOUR.pattern}$", **expects, **more)


def text(options: Options, name: str) -> str:
    """Return a text; "" where there is none."""
    value = options.get(name)
    return value if isinstance(value, str) else ""


def whole(options: Options, name: str) -> int | None:
    """Return a whole number, or None where there is none. YAML's 3.0 is one too."""
    value = options.get(name)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def number(options: Options, name: str) -> float | None:
    """Return a number, or None where there is none."""
    value = options.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(options: Options, name: str) -> bool:
    """Return whether a switch is on."""
    return options.get(name) is True


def colour_of(options: Options, name: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255. Raises StepError for what is no colour, which a template may make."""
    value = text(options, name)
    found = _COLOUR.fullmatch(value.strip())
    if found is None:
        raise StepError(f"{name}: {value!r} is not a colour; write six hexadecimal digits, such as #ffcc00")
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue


def chosen(options: Options, name: str, values: Sequence[str]) -> str:
    """Return a text that is one of the values. Raises StepError for another, which a template may make."""
    value = text(options, name)
    if value not in values:
        raise StepError(f"{name}: {value!r} is not one of {', '.join(values)}")
    return value
