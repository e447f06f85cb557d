"""What the lines below a parameter's name and type say: labels with their values, limits, marks, and words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.forms.pasted.labels import BUTTON, labeled
from teststrip.provider.reading.forms.pasted.marks import Mark, read_marks
from teststrip.provider.reading.forms.pasted.values import (
    values_at_end,
    values_behind,
    values_from,
    values_stated,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from teststrip.provider.reading.forms.pasted.heads import Head
    from teststrip.provider.reading.forms.pasted.lines import Line

_LONGEST: Final = 120  # characters of a default
_MOST_WORDS: Final = 3  # of a default that nothing marks as one
_MOST_BRACES: Final = 60  # lines of an example
_YES: Final = frozenset({"yes", "true", "是"})
_NO: Final = frozenset({"no", "false", "否"})


@dataclass(slots=True)
class Told:
    """What is said of a parameter, gathered line by line. `about` are the lines of its description."""

    kind: str
    required: str = ""
    default: str | None = None
    values: list[str] = field(default_factory=list)
    glued: str = ""  # values that run together
    limits: list[str] = field(default_factory=list)
    example: str = ""
    about: list[Line] = field(default_factory=list)
    place: str = ""
    listed: bool = False  # a bare `enum` says that there are values
    doubted: bool = False  # lines of the description may be values, or the other way round

    def take(self, marks: Sequence[Mark]) -> None:
        """Take marks that stand behind the type, or on a line of their own."""
        for mark in marks:
            if mark.kind in {"required", "optional"}:
                self.required = self.required or mark.kind
            elif mark.kind == "default":
                self.default = mark.text if self.default is None else self.default
            elif mark.kind == "limit":
                self.limits.append(mark.text)
            elif mark.kind == "enum":
                self.listed = True
            elif mark.kind == "one":
                self.values.append(mark.text)
            elif mark.kind == "values":
                self.values += re.findall(r"\"([^\"]*)\"", mark.text)
            elif mark.kind == "place":
                self.place = mark.text


def read_told(head: Head, lines: Sequence[Line], start: int, end: int) -> Told:
    """Read what stands between the head of a parameter and the next one."""
    told = Told(head.kind)
    told.take(head.marks)
    reader = _Reader(told, lines, end)
    at = start
    while at < end:
        at = reader.line(at)
    if told.listed and not told.values and not told.glued:
        _take_last(told)
    if told.values:
        # A site's box to choose from shows them once more, run together.
        whole = "".join(told.values)
        told.about = [line for line in told.about if line.text.replace(" ", "") != whole]
    return told


def _take_last(told: Told) -> None:
    """Take the lines at the end of a description for the values that a bare `enum` announces."""
    found, start = values_at_end(told.about)
    default = (told.default or "").strip("\"'")
    if default and default not in found:
        return
    first = found.index(default) if default else 0
    # A line of two words may be the description, and no value.
    told.doubted = any(" " in value for value in (found[:first] if default else found)) or len(found) == 1
    told.values = found
    told.about = told.about[:start]


class _Reader:
    """Takes lines up to an end. A reader of a label returns the next line, or 0 where its words are no value."""

    def __init__(self, told: Told, lines: Sequence[Line], end: int) -> None:
        self._told = told
        self._lines = lines
        self._end = end
        self._labels: Mapping[str, Callable[[str, int, Line], bool]] = {
            "default": self._default,
            "one": self._one,
            "example": self._example,
            "type": self._type,
            "required": self._required,
            "word": lambda *_: True,
        }

    def line(self, at: int) -> int:
        """Take one line, and those that hold its values; return the next one."""
        line = self._lines[at]
        if BUTTON.fullmatch(line.text):
            return at + 1
        found = labeled(line.text, self._lines[at + 1].text if at + 1 < self._end else "")
        if found is not None:
            label, value, below = found
            after = self._labeled(label, value, at + below)
            if after:
                return after
        if not self._told.values:
            self._told.values += values_stated(line)
        marks, rest = read_marks(line.text)
        if marks and not rest and not line.bullet:
            self._told.take(marks)
        else:
            self._told.about.append(line)
        return at + 1

    def _labeled(self, label: str, value: str, at: int) -> int:
        if label == "enum":
            return self._enum(value, at)
        after = at + 1
        line = self._lines[at]
        if not value:
            if after >= self._end:
                return after
            value, line = self._lines[after].text, self._lines[after]
            after = self._balanced(after) if label == "example" and value[:1] in "{[" else after + 1
        if label == "limit":
            return after if self._limit(self._lines[at].text, value) else 0
        return after if self._labels[label](value, at, line) else 0

    def _default(self, value: str, _: int, line: Line) -> bool:
        codes = line.cell.codes
        if codes and len(value) > len(codes[0]) + 4:
            return False  # words go on behind it
        if not codes and _is_words(value):
            return False
        self._told.default = codes[0] if codes else value
        return True

    def _one(self, value: str, _: int, line: Line) -> bool:
        if _is_words(value):
            return False
        self._told.values.append(line.cell.codes[0] if line.cell.codes else value.strip("\"'"))
        return True

    def _example(self, value: str, _: int, line: Line) -> bool:
        self._told.example = self._told.example or (line.cell.codes[0] if line.cell.codes else value)
        return True

    def _type(self, value: str, _: int, __: Line) -> bool:
        if self._told.kind:
            return False
        self._told.kind = value
        return True

    def _required(self, value: str, _: int, __: Line) -> bool:
        if value.lower() not in _YES | _NO:
            return False
        self._told.required = "required" if value.lower() in _YES else "optional"
        return True

    def _limit(self, line: str, value: str) -> bool:
        """Take limits that a label names: `Required string length: 1 - 64`, `max length:` / `2083`."""
        lower = line.lower()
        items = "array" in lower or "item" in lower
        unit = " items" if items else " characters" if "length" in lower or "长度" in lower else ""
        if re.fullmatch(r"-?\d[\d,.]{0,30}", value):
            sign = ">=" if lower.startswith("min") else "<=" if lower.startswith("max") else ""
            if sign:
                self._told.limits.append(f"{sign} {value}{unit}")
            return bool(sign)
        marks, rest = read_marks(value)
        if rest or not marks or any(mark.kind != "limit" for mark in marks):
            return False
        for mark in marks:
            told = mark.text.endswith(("items", "characters"))
            self._told.limits.append(mark.text if told else mark.text + unit)
        return True

    def _enum(self, value: str, at: int) -> int:
        """Take the values of an enumeration: behind the label, or one a line below it."""
        if not value:
            found, after = values_from(self._lines, at + 1, self._end)
            self._told.values += found
            return after if found else 0
        marks, rest = read_marks(value)
        if marks and not rest and all(mark.kind == "limit" for mark in marks) and re.search(r"[^\d.,\s]", value):
            self._told.take(marks)  # `Possible values: >= 1 and <= 10`
            return at + 1
        parted = values_behind(self._lines[at], value)
        if parted is None:
            return 0
        if len(parted) == 1 and not self._lines[at].cell.codes and value[:1] not in '"[':
            self._told.glued = parted[0]
        else:
            self._told.values += parted
        if value.rstrip()[-1:] not in {",", "，"}:
            return at + 1
        found, after = values_from(self._lines, at + 1, self._end)
        self._told.values += found
        return after

    def _balanced(self, at: int) -> int:
        """Return where an example of several lines ends: behind the bracket that closes the first."""
        depth = 0
        for index in range(at, min(self._end, at + _MOST_BRACES)):
            text = self._lines[index].text
            depth += sum(text.count(sign) for sign in "{[") - sum(text.count(sign) for sign in "}]")
            if depth <= 0:
                return index + 1
        return at + 1


def _is_words(text: str) -> bool:
    """Tell whether what stands behind a label is a sentence, and no value."""
    if text[:1] in "\"'[{":
        return len(text) > _LONGEST
    return (
        len(text) > _LONGEST or text.count(" ") > _MOST_WORDS or re.search(r"[a-z] [a-z]+ [a-z]", text) is not None
    )
