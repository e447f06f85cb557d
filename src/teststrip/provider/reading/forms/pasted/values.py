"""The values of an enumeration, on the line of their label or one a line below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.forms.pasted.labels import BUTTON, label_of
from teststrip.provider.reading.forms.pasted.marks import read_marks
from teststrip.provider.reading.forms.pasted.titles import is_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.forms.pasted.lines import Line

_QUOTED: Final = Pattern(r"(?P<mark>[\"'])(?P<value>[^\"'\n]{0,200})(?P=mark)[,，;]?")
_SENTENCE: Final = Pattern(r"[.。!?！？:：]$|[.;,!?] |[，。；]")
_STATED: Final = Pattern(
    r"(?:(?:possible|allowed|valid|supported) )?values are (?P<list>[^.\n]{1,400}(?:\.\d[^.\n]{0,100}){0,20})\.(?=\s|$)",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 3  # of a value that nothing marks as one
_LONGEST: Final = 60  # characters of such a value
_MOST: Final = 300


def values_on(line: Line) -> list[str]:
    """Return the values that a line holds and nothing else; a line of plain words is one."""
    text = line.text
    if is_end(text) or (text[-1:] in ":：" and label_of(text.rstrip(" :：")) not in {None, "one"}):
        return []
    codes = line.cell.codes
    if codes:
        plain = "".join(piece for piece, code in line.cell.pieces if not code)
        return [code.strip("\"'") for code in codes] if not plain.strip(" ,，、|/;") else []
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        return [quoted["value"]]
    text = text.rstrip(" ,，;")
    if len(text) > _LONGEST or text.count(" ") >= _MOST_WORDS or _SENTENCE.search(text) or BUTTON.fullmatch(text):
        return []
    marks, rest = read_marks(text)
    if marks and not rest and not re.fullmatch(r"[\d.:x×*-]+", text):
        return []
    return [text] if re.search(r"\w", text) else []


def values_from(lines: Sequence[Line], at: int, end: int) -> tuple[list[str], int]:
    """Return the values on lines from one on, as long as there are some, and the line behind them."""
    values: list[str] = []
    apart = 0 < at < end and lines[at].block != lines[at - 1].block  # each in a paragraph of its own
    first = at
    while at < end and len(values) < _MOST:
        parted = at > first and not apart and lines[at].block != lines[at - 1].block
        found = [] if parted and not lines[at].cell.codes else values_on(lines[at])
        if not found:
            break
        values += found
        at += 1
    return values, at


def values_behind(line: Line, value: str) -> list[str] | None:
    """Part the values behind a label: code spans, quoted, commas or blanks between; None where they are words."""
    raw = line.cell.raw
    if "``" in raw:  # spans that nothing parts
        return re.findall(r"`([^`\n]{1,120})`", raw)
    if line.cell.codes:
        plain = "".join(text for text, code in line.cell.pieces if not code).partition(":")[2]
        return [code.strip("\"'") for code in line.cell.codes] if not re.search(r"[A-Za-z]{4,}", plain) else None
    quoted = re.findall(r"\"([^\"\n]{0,200})\"", value)
    if quoted:
        return quoted
    value = value.strip("[]() ").rstrip(".")
    if re.search(r"[,，、|┃;]", value):
        parts = [part.strip(" '") for part in re.split(r"[,，、|┃;]", value)]
        return [part for part in parts if part] if all(part.count(" ") < _MOST_WORDS for part in parts) else None
    parts = value.split()
    capital = sum(part[:1].isupper() for part in parts)
    return parts if len(parts) < 2 or (not _SENTENCE.search(value) and capital in {0, len(parts)}) else None


def values_stated(line: Line) -> list[str]:
    """Return the values of a sentence such as "Values are soft, hard, or plain"."""
    stated = _STATED.match(line.text) if not line.cell.codes else None
    if stated is None:
        return []
    parts = re.split(r",\s?(?:or|and)\s|,\s?|\s(?:or|and)\s", stated["list"])
    return [part for part in parts if part] if all(" " not in part for part in parts) else []


def values_at_end(lines: Sequence[Line]) -> tuple[list[str], int]:
    """Return the values on the last lines of a description, and the line where they begin."""
    start = len(lines)
    while start > 0 and values_on(lines[start - 1]):
        start -= 1
    return [value for line in lines[start:] for value in values_on(line)], start
