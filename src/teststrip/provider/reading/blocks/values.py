"""What a schema lists, bounds and defaults to, in the project's own records."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

from teststrip.base.json import ABSENT, Absent, Json, Scalar
from teststrip.provider.model import Bounds, Choice
from teststrip.provider.reading.told import Doubt
from teststrip.provider.values import is_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.blocks.schema import Shape

_LABELS: Final = ("x-apidog-enum", "x-apifox-enum", "x-enum")
_TEXTS: Final = ("x-enumDescriptions", "x-enum-descriptions", "x-enum-varnames", "x-enumNames", "enumDescriptions")
_MOST_CHOICES: Final = 2_000
_SAMPLES: Final = 8


def choices_of(shape: Shape, kinds: Sequence[Kind]) -> tuple[tuple[Choice, ...], bool, tuple[Doubt, ...]]:
    """Return the values that are listed, with what they are called; whether a null is among them; what is open."""
    listed = shape.get("enum")
    values = [shape.get("const")] if shape.has("const") else listed if isinstance(listed, list) else []
    if any(isinstance(value, list | dict) for value in values) or len(values) > _MOST_CHOICES:
        return (), False, (Doubt("the values that are listed are not read"),)
    labels = _labels(shape, values)
    if shape.has("const") and isinstance(shape.get("title"), str):
        labels = {str(shape.get("const")): str(shape.get("title"))}
    kept: dict[str, Choice] = {}
    for value in values:
        wanted = _as_kind(value, kinds)
        if wanted is None:
            continue
        kept.setdefault(f"{type(wanted).__name__} {wanted}", Choice(wanted, labels.get(str(value), "")))
    return tuple(kept.values()), None in values, ()


def _as_kind(value: Json, kinds: Sequence[Kind]) -> Scalar:
    """Return a listed value as its type has it: YAML reads the text 16 as a number, and yes as a word."""
    if value is None or not kinds or any(is_kind(value, kind) for kind in kinds):
        return cast("Scalar", value)
    if set(kinds) <= {"string", "file"}:
        return "true" if value is True else "false" if value is False else str(value)
    return cast("Scalar", value)


def _labels(shape: Shape, values: Sequence[Json]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in _LABELS:
        listed = shape.get(key)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and "value" in one:
                said = [one.get(name) for name in ("name", "label", "description")]
                words = [word for word in said if isinstance(word, str) and word and word != str(one["value"])]
                found[str(one["value"])] = ": ".join(dict.fromkeys(words))
    for key in _TEXTS:
        told = shape.get(key)
        if isinstance(told, dict):
            found |= {str(value): text for value, text in told.items() if isinstance(text, str)}
        elif isinstance(told, list) and len(told) == len(values):
            pairs = zip(values, told, strict=True)
            found |= {
                str(value): text for value, text in pairs if isinstance(text, str) and not found.get(str(value))
            }
    return {value: " ".join(text.split()) for value, text in found.items() if text}


def default_of(shape: Shape, kinds: Sequence[Kind]) -> tuple[Json | Absent, tuple[Doubt, ...]]:
    """Return the default, as the type has it; one of another type is left out."""
    if not shape.has("default"):
        return ABSENT, ()
    value = shape.get("default")
    if value is None:
        return None, ()
    if not kinds or any(is_kind(value, kind) for kind in kinds):
        return value, ()
    plain = _as_kind(value, kinds) if isinstance(value, bool | int | float | str) else value
    if any(is_kind(plain, kind) for kind in kinds):
        return plain, ()
    said = f'the default "{str(value)[:60]}" is not of the type {" or ".join(kinds)}'
    return ABSENT, (Doubt(said, ("the type is wrong", "the default is wrong")),)


def examples_of(shape: Shape, kinds: Sequence[Kind]) -> tuple[Json, ...]:
    """Return the examples that are of the type."""
    listed = shape.get("examples")
    found = [shape.get("example")] if shape.has("example") else []
    found += listed[:_SAMPLES] if isinstance(listed, list) else []
    kept = [value for value in found if value is not None and any(is_kind(value, kind) for kind in kinds)]
    return tuple(value for value in kept if value not in ("", [], {}))


def bounds_of(shape: Shape) -> Bounds | None:
    """Return the limits of a number; `exclusiveMinimum` is a number, or, before 2019, a yes beside `minimum`."""
    least, most = decimal_of(shape.get("minimum")), decimal_of(shape.get("maximum"))
    above, below = shape.get("exclusiveMinimum"), shape.get("exclusiveMaximum")
    found = Bounds(least, most, above is True and least is not None, below is True and most is not None)
    if decimal_of(above) is not None:
        found = replace(found, minimum=decimal_of(above), exclusive_minimum=True)
    if decimal_of(below) is not None:
        found = replace(found, maximum=decimal_of(below), exclusive_maximum=True)
    return found if found.minimum is not None or found.maximum is not None else None


def length_of(shape: Shape, what: str) -> Bounds | None:
    """Return the limits of a text's length, or of how many items there are."""
    least, most = decimal_of(shape.get(f"min{what}")), decimal_of(shape.get(f"max{what}"))
    least = None if least == 0 else least
    return Bounds(least, most) if least is not None or most is not None else None


def decimal_of(value: Json) -> Decimal | None:
    """Return a limit exactly; one too large for a number of JSON comes as its digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    return Decimal(text) if re.fullmatch(r"[-+]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,2})?", text) else None
