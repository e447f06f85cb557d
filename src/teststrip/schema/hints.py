"""What a person most likely meant who is used to another tool, or wrote what looks right but is not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.near import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LONGEST: Final = 60
_WORDS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_MEASURED: Final = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*[a-zA-Z]+\Z")
_COMMA: Final = re.compile(r"([-+]?\d+),(\d+)\Z")
# Words for what a recipe calls otherwise, as other tools have them; the first that may stand there is meant.
_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "begin": ("from",),
    "columns": ("cols",),
    "description": ("note", "title"),
    "end": ("to",),
    "exclude": ("where",),
    "filter": ("where",),
    "increment": ("step",),
    "label": ("title",),
    "matrix": ("axes",),
    "max": ("to",),
    "min": ("from",),
    "n": ("count",),
    "name": ("title",),
    "num": ("count",),
    "number": ("count",),
    "parameters": ("params",),
    "start": ("from",),
    "stop": ("to",),
    "sweep": ("axes",),
    "variables": ("vars",),
    "x": ("cols",),
    "y": ("rows",),
}


def name_meant(name: str, known: Sequence[str]) -> str | None:
    """Return the member that was probably meant by a name that is none."""
    called = _CALLED.get(name.casefold(), ())
    return next((other for other in called if other in known), None) or near(name, known)


def value_meant(text: str, values: Sequence[Any], labels: Sequence[str]) -> str | None:
    """Return the value of an enumeration that was probably meant, be it by its label: `Euler a`, `DDIM`."""
    texts = [value for value in values if isinstance(value, str)]
    if len(labels) == len(values):
        names = {label.replace("\\", ""): value for label, value in zip(labels, values, strict=True)}
        same = text.casefold() in {value.casefold() for value in texts}
        label = None if same else _label_meant(text, list(names))
        if label is not None and isinstance(names[label], str):
            return str(names[label])
    return near(text, texts)


def _label_meant(text: str, labels: Sequence[str]) -> str | None:
    """Return the label that a text shortens (`Euler a` is no `Euler`) or is, but for little."""
    shortened = [label for label in labels if label.casefold().startswith(text.casefold())]
    same = [label for label in shortened if label.casefold() == text.casefold()]
    if same or len(shortened) == 1:
        return (same or shortened)[0]
    return near(text, [label for label in labels if label], 0.9)


def retyped(text: str, kinds: Iterable[str]) -> str | None:
    """Return text without its quotes, or its unit, when it then has the type that is wanted."""
    plain = text.strip()
    if len(plain) > _LONGEST:
        return None
    if "boolean" in kinds:
        lower = _WORDS.get(plain.lower(), plain.lower())
        return lower if lower in {"true", "false"} else None
    measured, comma = _MEASURED.match(plain), _COMMA.match(plain)
    if measured and "e" not in plain[len(measured[1]) :].lower()[:1]:
        plain = measured[1]
    elif comma:
        plain = f"{comma[1]}.{comma[2]}"
    try:
        number = json.loads(plain)
    except ValueError:
        return None
    whole = isinstance(number, int) and not isinstance(number, bool)
    fits = whole if "number" not in kinds else whole or isinstance(number, float)
    return plain if fits and {"integer", "number"} & set(kinds) else None
