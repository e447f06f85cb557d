"""Text for paper: made visible, measured by whoever draws it, and wrapped without losing a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

Width = Callable[[str], float]
"""Measures a line of text in pixels."""

_LINE_ENDS: Final = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_HALF: Final = re.compile("[\ud800-\udfff]")
_SPACES: Final = re.compile(r"( +)")
_WIDE: Final = (  # scripts written without spaces: a line may end after any character
    "\u0e00-\u0eff\u1780-\u17ff\u1100-\u11ff\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
# Of these scripts (JIS X 4051, 8.1): what begins no line, and what ends none.
_NO_START: Final = frozenset(
    "、。，．・：；？！）］｝」』】〉》〕〗〙”’ゝゞ々ーヽヾ〜…‥％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NO_END: Final = frozenset("（［｛「『【〈《〔〖〘“‘")
_PARTS: Final = re.compile(f"[{_WIDE}]|[^_\\-,/.{_WIDE}]*[_\\-,/.]+|[^_\\-,/.{_WIDE}]+")


def visible(text: str) -> str:
    r"""Make text safe to draw: line ends become "\n", tabs spaces, other controls are written out as \u001b.

    Directional marks and overrides are written out too: they could make a label read as what it is not.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def is_unicode(text: str) -> bool:
    """Tell whether text has no half of a surrogate pair, with which it could not be written as UTF-8."""
    return _HALF.search(text) is None


def wrap(text: str, limit: float, width: Width) -> tuple[str, ...]:
    """Break text into lines of at most `limit` pixels.

    Lines end at spaces; a word that is too long ends after `_ - , / .` or a character of a script without
    spaces; what is still too long ends anywhere. Only the spaces at a line's end are dropped, and a single
    character wider than the limit stands alone. Line ends in the text are kept.
    """
    return tuple(line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, limit, width))


def longest_word(text: str, width: Width) -> float:
    """Width in pixels of the widest word: what `wrap` needs so as not to break inside one."""
    return max((width(word) for word in text.split()), default=0.0)


def _wrap_paragraph(text: str, limit: float, width: Width) -> list[str]:
    lines: list[str] = []
    line = ""
    gap = ""
    for token in _SPACES.split(text):
        if not token.strip(" "):  # other spaces, such as the unbreakable one, are characters of a word
            gap += token
            continue
        joined = line + gap + token if line else token
        gap = ""
        if width(joined) <= limit:
            line = joined
        elif width(token) <= limit and not _has_wide(token):
            lines.append(line)
            line = token
        else:
            *whole, line = _break_word(joined, len(joined) - len(token), limit, width)
            lines += whole
    lines.append(line)
    return [line.rstrip(" ") for line in lines] if text.strip(" ") else [""]


def _has_wide(token: str) -> bool:
    return re.search(f"[{_WIDE}]", token) is not None


def _break_word(joined: str, start: int, limit: float, width: Width) -> list[str]:
    """Break the word that begins at `start` of `joined`; what stands before it is the line so far."""
    lines: list[str] = []
    line = joined[:start]
    for part in _clusters(_PARTS.findall(joined[start:])):
        if width(line + part) <= limit:
            line += part
            continue
        if line:
            lines.append(line)
        line = part
        while (cut := _longest_prefix(line, limit, width)) < len(line):
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def _clusters(parts: list[str]) -> list[str]:
    """Join what must not be parted: combining marks, joiners and variation selectors with what they follow.

    So are a comma or a closing bracket with what stands before it, and an opening bracket with what stands behind.
    """
    joined: list[str] = []
    for part in parts:
        clings = _clings(part[0]) or part[0] in _NO_START
        if joined and (clings or joined[-1][-1] == "\u200d" or joined[-1][-1] in _NO_END):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _clings(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or character == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _longest_prefix(text: str, limit: float, width: Width) -> int:
    """Find how many characters fit, at least one cluster.

    By bisection, up to twice as many as fit: to measure the whole again for every line of a word without end would
    take the square of its length.
    """
    low, high = 1, min(2, len(text))
    while high < len(text) and width(text[:high]) <= limit:
        low, high = high, min(2 * high, len(text))
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    cut = low
    while cut > 1 and (_clings(text[cut : cut + 1] or "x") or text[cut - 1] == "\u200d"):
        cut -= 1
    if cut == 1:
        while cut < len(text) and (_clings(text[cut]) or text[cut - 1] == "\u200d"):
            cut += 1
    return cut


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction is one of a script written from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False
