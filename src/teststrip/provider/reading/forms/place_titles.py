"""Lines that are titles of a part of a request or an answer, though no mark of a heading holds the whole of them.

**Body (**`application/json`**)**    *Query parameters*    <b>Headers</b>    Body parameters (application/json)
**请求体**（`application/json`）        ***Response*** (200)   ▶ **Body**        1. **Path parameters**
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.forms.pasted.titles import is_title

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 120  # characters of such a line
_FEW: Final = 5  # words of a title whose words are not known as a whole
_BLANKS: Final = 3  # empty lines between a title and its table
_LINE: Final = Pattern(r"[ \t]{0,12}(?P<sign>(?:(?:[-*+•▶▸►▼▾➤→◆■●]|\d{1,2}[.)])[ \t]+)?)(?P<rest>\S.*)")
_BOLD: Final = Pattern(r"\*\*|__|<(?:b|strong)>", re.IGNORECASE)
_SLANTED: Final = Pattern(r"\*\w|_[^\W_]|<(?:i|em|u)>", re.IGNORECASE)
_MARKS: Final = Pattern(r"[*`]|</?(?:b|strong|i|em|u|code)>|(?<![\w])_{1,3}|_{1,3}(?![\w])", re.IGNORECASE)
_NAMED: Final = Pattern(
    r"[:：][*_\s]{0,6}`(?P<name>[A-Za-z_][\w.\[\]-]{0,60})`"
)  # "**Parameter:** `a`" is about that one
_TABLE: Final = Pattern(r"\s{0,12}(?:\||<table\b)", re.IGNORECASE)
# What may stand behind the words of a title: how the body is written, or the status of an answer.
_REMARK: Final = Pattern(
    r"(?:\s?[(（\[【]|\s?[:：–—-]\s?|\s)(?:(?:application|multipart|text)/[\w.+-]{1,40}|(?:raw )?json|(?:multipart )?form(?:[ -]data)?"
    r"|multipart|x-www-form-urlencoded|(?:http )?[1-5]\d\d(?: \w{1,20})?)\s?[)）\]】]?\s?[:：]?$",
    re.IGNORECASE,
)


def place_title(lines: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the words of a line that is such a title, and where they begin; None for any other line."""
    line = lines[at].rstrip()
    found = _LINE.fullmatch(line) if len(line) <= _LONGEST else None
    if found is None or found["rest"][0] in "|#>":
        return None
    rest = found["rest"]
    text = " ".join(_MARKS.sub("", rest).split())
    core = _REMARK.sub("", text).rstrip(" :：")
    bold = _BOLD.match(rest) is not None
    named = _NAMED.search(rest)
    if (
        not core
        or (named is not None and named["name"] in core)
        or not (core[0].isupper() or not core[0].isascii())
    ):
        return None
    if not is_title(core) and not (bold and _is_short(core) and _REMARK.search(text)):
        return None
    sure = bold or _SLANTED.match(rest) is not None
    if (found["sign"] or not sure) and not _over_table(lines, at + 1):
        return None
    return text, found.start("rest")


def _is_short(core: str) -> bool:
    """Tell whether a few words, of whatever language, speak of a part of a request or an answer."""
    return core.count(" ") < _FEW and core[-1] not in ".!?。" and words.purpose(core) is not None


def _over_table(lines: Sequence[str], at: int) -> bool:
    """Tell whether a table is the next thing below a line."""
    below = next((line for line in lines[at : at + _BLANKS] if line.strip()), "")
    return _TABLE.match(below) is not None
