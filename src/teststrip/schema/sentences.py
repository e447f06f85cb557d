"""A validator's errors as sentences: what is wrong, what would be right, what was probably meant."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.near import near
from teststrip.schema.branches import leaves
from teststrip.schema.hints import name_meant, retyped, value_meant
from teststrip.schema.kinds import KIND_WORDS
from teststrip.schema.series import series_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from teststrip.base.where import Path
    from teststrip.schema.misses import Miss

_NEEDED: Final = "it is needed because"
_MISSING: Final = " is missing"
_LONGEST: Final = 60
_FEW: Final = 24
_SAFE_INTEGER: Final = 2**53
_VALUES: Final = "the values of an axis are a list: [first, {title: Second, set: {...}}]"
_DASH: Final = "; with `- ` before its first name it is the first item of one"
_BETWEEN: Final = re.compile("[x*×,:]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a value.

    `path` leads to it; with `on_key` the fault is in the member's name, not in what it holds. `suggestion` is the
    text that was probably meant, or None.
    """

    path: Path
    message: str
    suggestion: str | None = None
    on_key: bool = False


def faults_of(misses: Iterable[Miss]) -> list[Fault]:
    """Turn what a value misses into faults; of several at one place, only the one that says most."""
    told = list(leaves(misses))
    best: dict[Path, int] = {}
    for miss in told:
        best[miss.path] = min(_rank(miss), best.get(miss.path, len(_RANKS)))
    # A value of the wrong type fails much else: only what says most is kept. A dict keeps order and drops doubles.
    faults = {fault: None for miss in told if _rank(miss) == best[miss.path] for fault in _faults(miss)}
    # A misspelt name is one mistake, not an unknown member and a missing one; nor does it make others necessary.
    misspelt = {(fault.path[:-1], fault.suggestion) for fault in faults if fault.on_key}
    unclear = {fault.path[:-1] if fault.on_key else fault.path for fault in faults if _unclear(fault)}
    whole = {miss.path for miss in told if "x-teststrip-whole" in miss.schema}
    return [
        fault
        for fault in faults
        if misspelt.isdisjoint((fault.path, name) for name in _missing(fault))
        and not (fault.path in unclear and _NEEDED in fault.message)
        and not any(fault.path[:length] in whole for length in range(len(fault.path)))
    ]


def _unclear(fault: Fault) -> bool:
    return fault.on_key or fault.message == _VALUES


def _missing(fault: Fault) -> list[str]:
    """Return the names of which a fault says that one of them is missing."""
    head = fault.message.partition(";")[0]
    return head.removesuffix(_MISSING).split(" or ") if head.endswith(_MISSING) else []


def _rank(miss: Miss) -> int:
    return _RANKS.get(miss.keyword, len(_RANKS))


def _faults(miss: Miss) -> Iterator[Fault]:
    if miss.keyword == "additionalProperties" and isinstance(miss.value, dict):
        yield from _unknown(miss)
        return
    sentence = _SENTENCES.get(miss.keyword, _other)
    message, suggestion = sentence(miss)
    yield Fault(miss.path, message, suggestion)


def _unknown(miss: Miss) -> Iterator[Fault]:
    known = list(miss.schema.get("properties", {}))
    if _is_values(miss, known):
        yield Fault(miss.path, _VALUES)
        return
    patterns = tuple(pattern.removeprefix("^") for pattern in miss.schema.get("patternProperties", {}))
    for name in miss.value:
        if name in known or (patterns and str(name).startswith(patterns)):
            continue
        elsewhere = miss.schema.get("x-teststrip-elsewhere", {}).get(name)
        if elsewhere is not None:
            yield Fault((*miss.path, name), f"this model does not take it; {elsewhere}", on_key=True)
            continue
        meant = name_meant(str(name), known)
        rest = "" if meant is not None or len(known) > _FEW else f"; it is one of {', '.join(known)}"
        yield Fault((*miss.path, name), f"nothing here has this name{rest}", meant, on_key=True)


def _is_values(miss: Miss, known: list[str]) -> bool:
    """Tell whether a mapping on an axis has values by their titles, as the grids of other tools do."""
    return "from" in known and all(name not in known and isinstance(miss.value[name], dict) for name in miss.value)


Said = tuple[str, str | None]


def _type(miss: Miss) -> Said:
    value = miss.value
    kinds = [miss.wanted] if isinstance(miss.wanted, str) else list(miss.wanted)
    words = " or ".join(KIND_WORDS[kind] for kind in kinds)
    if isinstance(value, list) and "x-teststrip-lists" in miss.schema:
        return f"a list is not {words}: {miss.schema['x-teststrip-lists']}", None
    if isinstance(value, str) and "string" not in kinds:
        return _text_for(miss, kinds, words)
    if isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        return f"{shown(value)} is beyond 2^53: JSON readers would round it", None
    if kinds == ["string"] and isinstance(value, bool | int | float):
        return f"{shown(value)} is not text: put it in quotes", json.dumps(shown(value))
    if isinstance(value, dict) and kinds == ["array"] and "x-teststrip-such" in miss.schema:
        return f"a mapping is not {words}{_DASH}", None
    such = f", such as {miss.schema['x-teststrip-such']}" if "x-teststrip-such" in miss.schema else ""
    rest = "; where nothing is meant, leave the name out" if value is None and _named(miss) else ""
    return f"{shown(value)} is not {words}{such}{rest}", None


def _named(miss: Miss) -> bool:
    return bool(miss.path) and isinstance(miss.path[-1], str)


def _text_for(miss: Miss, kinds: list[str], words: str) -> Said:
    text = str(miss.value)
    if text == "...":
        return '"..." belongs in text without brackets, such as 4, 5, ..., 8', None
    meant = f"[{text}]" if kinds == ["array"] else retyped(text, kinds)
    return f"{shown(text)} is text, not {words}", meant


def _enum(miss: Miss) -> Said:
    values = [value for value in miss.wanted if value is not None]
    title = miss.schema.get("title")
    what = f"is not {_article(title)}" if title else "is not one of the values"
    listed = ", ".join(_bare(value) for value in values)
    rest = f"choose one of {listed}" if len(values) > 1 else f"the only one is {listed}"
    labels = [label for label in miss.schema.get("markdownEnumDescriptions", ()) if isinstance(label, str)]
    meant = value_meant(miss.value, values, labels) if isinstance(miss.value, str) else None
    return f"{shown(miss.value)} {what}; {rest}", meant


def _const(miss: Miss) -> Said:
    expected = miss.schema.get("x-teststrip-expects") or _bare(miss.wanted)
    return f"{shown(miss.value)} is not {expected}", None


def _required(miss: Miss) -> Said:
    missing = [name for name in miss.wanted if name not in miss.value]
    # The validator reports one error for each missing member and names it in its message only.
    name = next((name for name in missing if miss.message.startswith(repr(name))), missing[0])
    because = miss.schema.get("x-teststrip-because")
    return f"{name}{_MISSING}" + (f"; it is needed {because}" if because else ""), None


def _bound(miss: Miss) -> Said:
    words = {
        "minimum": "is below the minimum",
        "maximum": "is above the maximum",
        "exclusiveMinimum": "must be above",
        "exclusiveMaximum": "must be below",
    }
    return f"{shown(miss.value)} {words[miss.keyword]} {miss.wanted}", None


def _step(miss: Miss) -> Said:
    step = Decimal(str(miss.wanted))
    nearest = (Decimal(str(miss.value)) / step).to_integral_value() * step
    return f"{shown(miss.value)} is not a multiple of {miss.wanted}", f"{nearest:f}"


def _length(miss: Miss) -> Said:
    value = miss.wanted
    words = {
        "minLength": "this may not be empty" if value == 1 else f"this needs at least {value} characters",
        "maxLength": f"this may have at most {value} character{'' if value == 1 else 's'}",
        "minItems": "this list may not be empty" if value == 1 else f"this list needs at least {value} items",
        "maxItems": f"this list may have at most {value} item{'' if value == 1 else 's'}",
        "uniqueItems": "this list has an item twice",
    }
    return words[miss.keyword], None


def _size(miss: Miss) -> Said:
    separator = miss.wanted["separator"]
    parts = [part.strip() for part in _BETWEEN.split(str(miss.value).lower().replace("px", ""))]
    sides = len(parts) == 2 and all(part.isdecimal() and part.isascii() for part in parts)
    meant = separator.join(parts) if sides else None
    return f"{shown(miss.value)} {miss.message}", None if meant == miss.value else meant


def _any(miss: Miss) -> Said:
    value = miss.value
    expects = miss.schema.get("x-teststrip-expects")
    branches = [branch for branch in miss.schema.get(miss.keyword, ()) if isinstance(branch, dict)]
    if expects is None:
        kinds = [kind for branch in branches for kind in _kinds(branch)]
        expects = " or ".join(dict.fromkeys(KIND_WORDS[kind] for kind in kinds)) or "any of the forms allowed here"
    words = [str(branch["const"]) for branch in branches if "const" in branch]
    meant = near(value, words) if isinstance(value, str) else None
    if meant is None and any("array" in _kinds(branch) for branch in branches):
        meant = _bracketed(value, enumerated=bool(words))
    dashed = isinstance(value, dict) and any("array" in _kinds(branch) for branch in branches)
    return f"{shown(value)} is not {expects}{_DASH if dashed else ''}", meant


def _bracketed(value: object, *, enumerated: bool) -> str | None:
    """Return a value as a list in YAML, or as a series, when that is likely what was meant."""
    if isinstance(value, str) and (series := series_meant(value)):
        return series
    listed = isinstance(value, str) and (enumerated or "," in value) and not set("()[]{}") & set(value)
    return f"[{_bare(value)}]" if listed or isinstance(value, int | float) else None


def _not(miss: Miss) -> Said:
    return miss.schema.get("x-teststrip-refuses", f"{shown(miss.value)} is not allowed here"), None


def _other(miss: Miss) -> Said:
    expects = miss.schema.get("x-teststrip-expects")
    return (f"{shown(miss.value)} is not {expects}" if expects else miss.message), None


_SENTENCES: Final[Mapping[str, Callable[[Miss], Said]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "minimum": _bound,
    "maximum": _bound,
    "exclusiveMinimum": _bound,
    "exclusiveMaximum": _bound,
    "multipleOf": _step,
    "minLength": _length,
    "maxLength": _length,
    "minItems": _length,
    "maxItems": _length,
    "uniqueItems": _length,
    "x-teststrip-size": _size,
    "anyOf": _any,
    "oneOf": _any,
    "not": _not,
}
# What says most comes first; equals are all told.
_RANKS: Final[Mapping[str, int]] = {"enum": 0, "x-teststrip-size": 0, "type": 1, "const": 2, "pattern": 3}


def shown(value: object) -> str:
    """Print a value as JSON, cut to a length that fits a line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}...{text[-1] if text[0] == text[-1] else ''}"


def _bare(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)


def _kinds(branch: Mapping[str, Any]) -> list[str]:
    kinds = branch.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _article(title: str) -> str:
    return f"{'an' if title[:1].lower() in 'aeio' else 'a'} {title}"
