"""What the words in an item's brackets say, part by part: types, values, a default, having to be given, words about it.

(string png|jpeg, default png)            a type and its values
(`A4`|`Letter`)                           values alone
(required: `image` or `pdf`)              that it has to be given, and values
(number, default 24 on all sides)         a default, and words about it
(object, if `mode` is `edit`)             a type, and words about it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import may_be_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_DEFAULT: Final = Pattern(
    r"(?:default(?:s to| value)?|默认值?|預設)\s*[:：=]?\s*(?P<value>.+)", re.IGNORECASE | re.DOTALL
)
# A value with words behind it: "24 applied on all sides", "false when unset"
_VALUE_FIRST: Final = Pattern(
    r"(?P<value>[+-]?\d{1,12}(?:\.\d{1,12})?|true|false|\"[^\"]{1,80}\"|'[^']{1,80}'|[\w.-]{1,60}(?=\s[(（]))"
    r"\s{1,3}(?P<about>[^\W\d_]{2,}.{0,160}|[(（].{0,160})",
    re.IGNORECASE | re.DOTALL,
)
_UNIT: Final = Pattern(r"[a-zA-Z%]{1,12}")
_NEED: Final = Pattern(
    r"(?P<word>[^\W\d_]{4,20})\s{0,2}(?:[:：=]|\s[–—-]\s)\s{0,2}(?P<rest>\S.{0,200})", re.DOTALL
)
_ONE: Final = r"(?:\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|[\w.+:#-]{1,60})"
_BARS: Final = rf"{_ONE}(?:\s{{0,2}}\|\s{{0,2}}{_ONE}){{1,40}}"
_LISTED: Final = rf"{_ONE}(?:\s{{0,2}}(?:\||/|,|\bor\b|或|oder|ou|または)\s{{0,2}}{_ONE}){{1,40}}"
_TYPED: Final = Pattern(
    rf"(?P<kind>[A-Za-z]{{3,12}})(?:\s{{0,2}}[:：=]\s{{0,2}}|\s{{1,3}})(?:one of\s)?(?P<values>{_LISTED})"
)
_VALUES: Final = Pattern(rf"(?P<first>one of:?\s)?(?P<values>{_LISTED})", re.IGNORECASE)
_BETWEEN: Final = Pattern(r"\s{0,2}(?:\||/|,|\bor\b|或|oder|ou|または)\s{0,2}")
_BARRED: Final = Pattern(_BARS)


@dataclass(frozen=True, slots=True)
class Said:
    """The type, the word about having to be given, the default, the values, and the words that are none of these."""

    kind: str = ""
    required: str = ""
    default: str = ""
    values: tuple[str, ...] = ()
    about: str = ""


def said_of(parts: Sequence[str], codes: Collection[str] = ()) -> Said:
    """Sort the parts of what brackets say; `codes` are the spans of code of the line, which names and values are.

    What cannot be sorted stays with the type, so that it is flagged there.
    """
    kinds: list[str] = []
    abouts: list[str] = []
    required = default = ""
    values: tuple[str, ...] = ()
    for at, part in enumerate(parts):
        told = _DEFAULT.match(part) if at else None
        need = needed(part)
        if told is not None:
            default, behind = _parted(told["value"].strip())
            abouts += [behind] if behind else []
        elif words.says_required(part):
            required = part
        elif need is not None:
            required = need[0]
            found = () if values else values_of(need[1], codes, sure=True)
            values = found or values
            if not found:
                (kinds if may_be_kind(need[1]) else abouts).append(need[1])
        else:
            kinds.append(part)
    if kinds and not may_be_kind(", ".join(kinds)):
        kinds, values, more = _sorted(kinds, codes, values)
        abouts = [*more, *abouts]
    kind = ", ".join(kinds)
    if words.says_required(kind):
        kind, required = "", kind
    return Said(kind, required, default, values, "; ".join(abouts))


def needed(part: str) -> tuple[str, str] | None:
    """Part `required: fast or slow` at its colon."""
    match = _NEED.fullmatch(part)
    return (match["word"], match["rest"]) if match is not None and words.says_required(match["word"]) else None


def values_of(text: str, codes: Collection[str] = (), *, sure: bool = False) -> tuple[str, ...]:
    """Return the values that a text lists and says nothing else of; `sure`: a bare "or" is enough between them.

    Names of types, and what looks like names of structures, are none.
    """
    match = _VALUES.fullmatch(text.strip())
    if match is None:
        return ()
    found = [one.strip("\"'") for one in _BETWEEN.split(match["values"].strip())]
    marked = all(one in codes for one in found) or match["values"].lstrip()[:1] in "\"'"
    if not marked and (any(may_be_kind(one) for one in found) or all(one[:1].isupper() for one in found)):
        return ()
    return tuple(found) if sure or marked or _BARRED.fullmatch(text.strip()) or match["first"] else ()


def typed_values(part: str) -> tuple[str, tuple[str, ...]] | None:
    """Part `string png|jpeg` into the type and its values."""
    match = _TYPED.fullmatch(part)
    if match is None or match["kind"].lower() not in words.KINDS:
        return None
    found = values_of(match["values"], sure=True)
    return (match["kind"], found) if found else None


def _sorted(
    kinds: Sequence[str], codes: Collection[str], values: tuple[str, ...]
) -> tuple[list[str], tuple[str, ...], list[str]]:
    """Part what is no type as a whole: into types, values and words; as it was where no part, or too little, is told."""
    types: list[str] = []
    abouts: list[str] = []
    left: list[str] = []
    for part in kinds:
        typed = typed_values(part)
        if may_be_kind(part):
            types.append(part)
        elif typed is not None and not values:
            types.append(typed[0])
            values = typed[1]
        elif not values and (found := values_of(part, codes)):
            values = found
        elif " " in part.strip():
            abouts.append(part)
        else:
            left.append(part)
    if left or not (types or values):
        return list(kinds), values if not left else (), []
    return types, values, abouts


def _parted(value: str) -> tuple[str, str]:
    """Part a default from words behind it; a unit stays with its number."""
    match = _VALUE_FIRST.fullmatch(value)
    if match is None or _UNIT.fullmatch(match["about"]):
        return value, ""
    return match["value"].strip("\"'"), match["about"]
