"""What a page says of a parameter, as the Markdown that an editor shows when the pointer rests on it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json, Scalar
from teststrip.schema.kinds import KIND_WORDS

if TYPE_CHECKING:
    from teststrip.provider.model import Bounds, Condition, Parameter

_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|#])")
_KINDS: Final = {**KIND_WORDS, "file": "a file, as text"}


def markdown(parameter: Parameter, *, listed: bool = True) -> str:
    """Write what a page says of a parameter; with `listed`, also the values that it lists, with their labels."""
    parts = [escaped(parameter.description)] if parameter.description else []
    if parameter.choices and listed:
        parts.append("\n".join(_choice(choice.value, choice.label) for choice in parameter.choices))
    parts += [f"{sentence}." for sentence in (*_values(parameter), *_use(parameter))]
    return "\n\n".join(parts)


def escaped(text: str) -> str:
    """Keep Markdown from taking a page's signs for its own."""
    return _MARKDOWN.sub(r"\\\1", text)


def _values(parameter: Parameter) -> list[str]:
    said: list[str] = []
    if parameter.or_kinds or parameter.kind == "file":
        kinds = dict.fromkeys(_KINDS[kind] for kind in (parameter.kind, *parameter.or_kinds))
        said.append(f"Type: {' or '.join(kinds)}")
    bounded = parameter.items or parameter
    each = ", each" if parameter.items else ""
    if bounded.bounds is not None and not bounded.choices:
        said.append(f"Range: {_reach(bounded.bounds)}{each}")
    if bounded.step is not None:
        said.append(f"Step: {bounded.step}{each}")
    if parameter.length is not None:
        what = "items" if parameter.kind == "array" else "characters"
        said.append(f"Length: {_reach(parameter.length)} {what}")
    if parameter.size is not None:
        least, most = ("x".join(map(str, sides)) for sides in (parameter.size.minimum, parameter.size.maximum))
        said.append(f"Range: {least} to {most} pixels, each side by itself")
    return said


def _use(parameter: Parameter) -> list[str]:
    said: list[str] = []
    if parameter.random_default:
        said.append("Default: drawn anew for each picture")
    elif not isinstance(parameter.default, Absent):
        said.append(f"Default: {_code(parameter.default)}")
    if parameter.required_when is not None:
        said.append(f"Required when {_when(parameter.required_when)}")
    elif parameter.applies_when is not None:
        said.append(f"Counts when {_when(parameter.applies_when)}")
    return said


def _choice(value: Scalar, label: str) -> str:
    return f"- {_code(value)}" + (f": {escaped(label)}" if label else "")


def _reach(bounds: Bounds) -> str:
    if bounds.minimum is None:
        return f"{'below' if bounds.exclusive_maximum else 'at most'} {bounds.maximum}"
    least = f"{'above ' if bounds.exclusive_minimum else ''}{bounds.minimum}"
    if bounds.maximum is None:
        return f"{'' if bounds.exclusive_minimum else 'at least '}{least}"
    return f"{least} to {'below ' if bounds.exclusive_maximum else ''}{bounds.maximum}"


def _when(condition: Condition) -> str:
    if not condition.values:
        return f"`{condition.parameter}` is {'given' if condition.given else 'not given'}"
    return f"`{condition.parameter}` is {' or '.join(map(_code, condition.values))}"


def _code(value: Json) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return f"`{text}`"
