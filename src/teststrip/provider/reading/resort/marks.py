"""What stands behind a name in no known form: its type, whether it has to be given, its default, in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS
from teststrip.provider.reading.cells.marks_behind import is_kind

_BETWEEN: Final = Pattern(r"(?:[\s:：,，;；|()（）\[\]【】*_`·•–—]|/(?=[/\s*])|(?<=/)/|-(?!\d)|\#|\*/){0,40}")
_DEFAULT: Final = Pattern(
    rf"(?:default(?:s to| value(?: is)?| is)?|{DEFAULT_WORDS})[值为は]?\s{{0,3}}[:：=]?\s{{0,3}}(?P<value>\"[^\"\n]{{0,80}}\"|'[^'\n]{{0,80}}'|`[^`\n]{{0,80}}`|\[[^\[\]\n]{{0,80}}\]|[^\s,;，；()（）\[\]|]{{1,60}}?)(?=\.?(?:[\s,;，；()（）\]|]|$))",
    re.IGNORECASE,
)
_GIVEN: Final = Pattern(
    r"=\s{0,3}(?P<value>\"[^\"\n]{0,80}\"|'[^'\n]{0,80}'|-?\d[\d.]{0,20}|true|false|null|none|[\w./-]{1,40})(?=\s*(?:[,;#)）\]]|//|\s-|$))",
    re.IGNORECASE,
)
_KIND: Final = Pattern(
    r"(?:(?:array|list)\s(?:of\s)?(?:array|list)?s?\s?(?:of\s)?[a-z]+|[^\W\d_][\w.]*(?:<[\w<>, |]{1,40}>|\[\d{0,3}\]|\((?:\d{1,5})\))*(?:\s?\|\s?[^\W\d_]\w*(?:<[\w<>, ]{1,40}>|\[\])?){0,4}\??)"
)
_WORD: Final = Pattern(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,2}")
_ENDED: Final = Pattern(
    r"\s{0,8}(?:[.:：,，;；|()（）\[\]】【=`*#<–—-]|//|\n|$)|\s{2,}|\s+(?=[A-Z\"“`']|[^\x00-\u024f])"
)
_CLOSED: Final = Pattern(r"[`*_]{0,3}\s{0,8}(?:[,，;；|)）\]】=#]|//|[–—]|-\s|[:：]\s|\n|$)|\s{2,}")
LOOSE: Final = frozenset({"text", "image", "file", "list", "map", "number", "date", "video", "set", "select", "flag", "link", "color", "audio", "data", "json", "url"})  # fmt: skip
"""Types that are words of running text as well."""
_NULL: Final = frozenset({"null", "none", "nil", "undefined", "required", "optional"})
_MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Marks:
    """The words behind a name, and where what is left of the text begins."""

    kind: str = ""
    required: str = ""
    default: str = ""
    end: int = 0


def read_marks(text: str, at: int) -> Marks:
    """Read the marks from a place of a text on."""
    kind = required = default = ""
    end = at
    for _ in range(_MOST):
        between = _BETWEEN.match(text, end)
        start = end if between is None else between.end()
        told = _DEFAULT.match(text, start)
        if told is not None and not default:
            default, end = told["value"].strip("`"), told.end()
            continue
        given = _GIVEN.match(text, start)
        if given is not None and (kind or required) and not default:
            default, end = given["value"], given.end()
            continue
        need = "" if required else _needed(text, start)
        if need:
            required, end = need, start + len(need)
            continue
        one = "" if kind else _kind(text, start)
        if not one:
            break
        kind, end = one, start + len(one)
    if default.lower() in _NULL:
        default = ""
    return Marks(kind, required, default, end)


def _needed(text: str, at: int) -> str:
    """Return the words at a place that say whether something has to be given: up to three, the fewest first."""
    match = _WORD.match(text, at)
    if match is None:
        return ""
    parts = re.split(r"(?<=[ -])", match[0])
    for count in range(1, len(parts) + 1):
        one = "".join(parts[:count]).rstrip(" -")
        if words.says_required(one) and _ENDED.match(text, at + len(one)) is not None:
            return one
        if words.says_required(one) and _kind(text, at + len(one) + 1):
            return one
    return ""


def _kind(text: str, at: int) -> str:
    """Return the type at a place, if it is no word of a sentence."""
    match = _KIND.match(text, at)
    if match is None:
        return ""
    one = match[0]
    if "|" in one and not is_kind(one):
        one = one.partition("|")[0].rstrip()
    if one.lower() in _NULL or not is_kind(one):
        one = one.split(" ")[0] if " " in one else ""
        if not one or not is_kind(one):
            return ""
    end = at + len(one)
    bracketed = text[at - 1 : at] in {"(", "（", "[", "【", "<"} if at else False
    if one.lower().rstrip("?") in LOOSE:
        return (
            one if _CLOSED.match(text, end) is not None or (bracketed and text[end : end + 1] in ")）]】>") else ""
        )
    if _ENDED.match(text, end) is not None or _needed_next(text, end):
        return one
    # An abbreviation is no word: `steps: int how many`.
    return one if one.lower() in {"int", "str", "bool", "integer", "boolean", "string", "float"} else ""


def _needed_next(text: str, at: int) -> bool:
    match = _WORD.match(text, at + 1)
    return match is not None and words.says_required(match[0].split(" ")[0])
