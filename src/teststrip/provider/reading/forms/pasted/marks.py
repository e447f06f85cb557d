"""The words that documentation sites put behind a type: marks, a default, limits; each a `Mark` of one kind.

string · enum    integer <int32> [ 1 .. 10 ]    string <= 100 characters    stringRequired    1 to 8    · max: 10
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["required", "optional", "default", "limit", "enum", "place", "word", "one", "values"]

_N: Final = r"-?\d[\d,_]{0,20}(?:\.\d{1,20})?(?:e[-+]?\d{1,3})?"
_UNIT: Final = r"(?:\s?(?P<{0}>characters?|chars?|items?|elements?|properties))?"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is said in a word or two; `text` is a value as written, or limits in words of `limits.py`."""

    kind: Kind
    text: str = ""


def _unit(word: str | None) -> str:
    if word is None or word == "properties":
        return ""
    return " characters" if word.startswith("char") else " items"


def _interval(found: re.Match[str]) -> Mark:
    """Read `[ 1 .. 10 ] characters`, `( 0 .. 1 ]`."""
    text = f"{found['open']}{found['least']} .. {found['most']}{found['close']}"
    return Mark("word" if found["iunit"] == "properties" else "limit", text + _unit(found["iunit"]))


def _end(found: re.Match[str]) -> Mark:
    """Read `<= 10`, `length ≥ 1`, `= 5 characters`."""
    sign = {"≤": "<=", "≥": ">="}.get(found["sign"], found["sign"])
    unit = " characters" if found["len"] else _unit(found["eunit"])
    if found["eunit"] == "properties" or (sign == "=" and not unit):
        return Mark("word")
    number = found["end"]
    return Mark("limit", f"{number} - {number}{unit}" if sign == "=" else f"{sign} {number}{unit}")


def _between(found: re.Match[str]) -> Mark:
    """Read `1 to 8`, `0-2`, `length between 1 and 100`, `1 <= x <= 10`, `1…8`."""
    unit = " characters" if found["blen"] else _unit(found["bunit"])
    return Mark("limit", f"{found['from']} - {found['to']}{unit}")


def _chain(found: re.Match[str]) -> Mark:
    """Read `1 <= x <= 10`, `0 < x`, `x >= 1`."""
    turned = {"<": ">", "<=": ">=", "≤": ">=", ">": "<", ">=": "<=", "≥": "<="}
    parts = []
    if found["left"] is not None:
        parts.append(f"{turned[found['lsign']]} {found['left']}")
    if found["right"] is not None:
        parts.append(f"{found['rsign']} {found['right']}")
    return Mark("limit", ", ".join(parts)) if parts else Mark("word")


def _named(found: re.Match[str]) -> Mark:
    """Read `min: 1`, `max length: 2083`, `maxItems: 4`, `Minimum array length: 1`."""
    end = "min" if found["end_of"].lower().startswith("min") else "max"
    of = (found["of"] or "").lower()
    unit = "items" if "item" in of or "array" in of else "length" if "length" in of else ""
    if not unit:
        return Mark("limit", f"{end}: {found['limit']}{_unit(found['nunit'])}")
    sign = ">=" if end == "min" else "<="
    return Mark("limit", f"{sign} {found['limit']} {'items' if unit == 'items' else 'characters'}")


# The first that matches at a place is taken, so the longer spelling of two stands before the shorter.
_MARKS: Final[tuple[tuple[Pattern, Callable[[re.Match[str]], Mark]], ...]] = (
    (
        Pattern(r"\*|(?:(?:is\s)?required|mandatory|必需|必填|必选|必須|필수)(?!(?-i:[a-z_]))", re.IGNORECASE),
        lambda _: Mark("required"),
    ),
    (
        Pattern(r"(?:optional|not required|可选|选填|任意|선택)(?!(?-i:[a-z_]))", re.IGNORECASE),
        lambda _: Mark("optional"),
    ),
    (
        Pattern(
            r"(?:defaults?(?:\s?value)?\s{0,2}(?:[:：=]|to\b|is\b)|默认值?\s?[:：]|default\s(?=[\"`\d-]|true\b|false\b))\s{0,4}(?P<default>\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|`[^`\n]{1,200}`|\[[^\[\]\n]{0,200}\]|\{\}|-?\d{1,20}(?:\.\d{1,20})?(?!\d|\.\d|(?-i:[a-z_]))|(?:true|false|null)(?!(?-i:[a-z_]))|[^\s·,]{1,120}?(?=required\b|optional\b|Required|Optional|[\s·,]|$|(?<=[\w)])(?-i:[A-Z][a-z]*\s)))",
            re.IGNORECASE,
        ),
        lambda found: Mark("default", found["default"].strip("`")),
    ),
    (
        Pattern(
            rf"(?P<open>[\[(])\s?(?P<least>{_N})\s?(?:\.\.|,|…|–|-)\s?(?P<most>{_N})\s?(?P<close>[\])]){_UNIT.format('iunit')}"
        ),
        _interval,
    ),
    (
        Pattern(
            rf"(?:(?P<left>{_N})\s?(?P<lsign>[<>]=?|[≤≥])\s?)?(?:x|value|length)(?:\s?(?P<rsign>[<>]=?|[≤≥])\s?(?P<right>{_N}))?(?![\w.])"
        ),
        _chain,
    ),
    (
        Pattern(
            rf"(?P<len>length\s?)?(?P<sign>[<>]=?|[≤≥=])\s?(?P<end>{_N}){_UNIT.format('eunit')}", re.IGNORECASE
        ),
        _end,
    ),
    (
        Pattern(
            rf"(?P<blen>length\s)?(?:between\s|from\s)?(?P<from>{_N})\s?(?:to|and|-|–|\.\.|…|~)\s?(?P<to>{_N}){_UNIT.format('bunit')}(?!\d|\.\d|(?-i:[a-z_]))",
            re.IGNORECASE,
        ),
        _between,
    ),
    (Pattern(rf"…\s?(?P<most>{_N})(?![\w.])"), lambda found: Mark("limit", f"<= {found['most']}")),
    (Pattern(rf"(?P<least>{_N})\s?…(?![\w.])"), lambda found: Mark("limit", f">= {found['least']}")),
    (
        Pattern(
            rf"(?P<end_of>minimum|maximum|min|max)(?P<of>\s?(?:string\s|array\s)?(?:length|items?|value))?\s{{0,2}}[:：]\s{{0,4}}(?P<limit>{_N}){_UNIT.format('nunit')}",
            re.IGNORECASE,
        ),
        _named,
    ),
    (Pattern(r"non-empty", re.IGNORECASE), lambda _: Mark("limit", ">= 1 characters")),
    (
        Pattern(rf"multiple\s?of\s?[:：]?\s?(?P<step>{_N})", re.IGNORECASE),
        lambda found: Mark("limit", f"multiple of {found['step']}"),
    ),
    (
        Pattern(r"const(?:ant)?\s?[:：=]\s?(?P<one>\"[^\"\n]{1,120}\"|[^\s·,]{1,120})", re.IGNORECASE),
        lambda found: Mark("one", found["one"].strip('"')),
    ),
    (
        Pattern(
            r"(?:items\s)?enum\s?:\s?(?P<values>\"[^\"\n]{0,200}\"(?:[\s,]{0,3}\"[^\"\n]{0,200}\"){0,200})",
            re.IGNORECASE,
        ),
        lambda found: Mark("values", found["values"]),
    ),
    (Pattern(r"enum(?!(?-i:[a-z_])|[:：])", re.IGNORECASE), lambda _: Mark("enum")),
    (
        Pattern(r"\((?:query|path|header|cookie|body|formData)\)|(?:header|path|cookie)(?![\w-])"),
        lambda found: Mark("place", found[0].strip("()")),
    ),
    (
        Pattern(
            r"(?:nullable|deprecated|read-?only|write-?only|unique!?|expandable|beta|query|body|formData)(?![\w-])"
            r"|(?:format|pattern|match pattern|title|decimal places)\s?[:：=<>]{1,2}\s?(?:\"[^\"\n]{0,200}\"|`[^`\n]{1,200}`|\S{1,200})"
            r"|additional properties|\((?!enum)[A-Z][\w. -]{0,60}\)|<[a-z][\w-]{0,30}>|\(\$?[\w-]{1,30}\)|/\^?[^/\n]{1,200}/",
            re.IGNORECASE,
        ),
        lambda _: Mark("word"),
    ),
)
_BETWEEN: Final = Pattern(r"(?:[\s·•|,;]|\band\b)+")


def read_marks(text: str) -> tuple[list[Mark], str]:
    """Read the marks that a text begins with, and return what is left behind the last of them."""
    marks: list[Mark] = []
    at = 0
    while at < len(text):
        gap = _BETWEEN.match(text, at)
        start = gap.end() if gap is not None else at
        found = next(
            (one for pattern, make in _MARKS if (one := _read(pattern, make, text, start)) is not None), None
        )
        if found is None:
            return marks, text[at:].strip(" \t·•|,;")
        marks.append(found[0])
        at = found[1]
    return marks, ""


def _read(pattern: Pattern, make: Callable[[re.Match[str]], Mark], text: str, at: int) -> tuple[Mark, int] | None:
    match = pattern.match(text, at)
    return (make(match), match.end()) if match is not None and match.end() > at else None
