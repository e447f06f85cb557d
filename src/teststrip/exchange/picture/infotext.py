"""AUTOMATIC1111's `parameters`: the prompt, `Negative prompt:`, and a line of settings.

    a night sky, stars
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: "a, b"

A value with a comma, a colon or a line break is a JSON string; what begins with a bracket may have commas inside;
a piece without a colon goes on with the value before it. The text is scanned once from left to right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NEGATIVE: Final = "Negative prompt:"
_STEPS: Final = re.compile(r"\s*Steps: ?[0-9]{1,6}\s*(?:,|$)")
_FEWEST: Final = 3  # settings that make a line one of settings, where it does not begin with the steps
_OPENINGS: Final = ('"', "[", "{")
_MOST_BROKEN: Final = 100  # quotes that never close; each is looked for up to the end of the line
_NAME: Final = re.compile(r"\s*([^\W\d_][\w \-/.()\[\]]{0,99}):[ \t]?")


@dataclass(frozen=True, slots=True)
class Infotext:
    """What a text says: both prompts, and the settings as they were written, in order."""

    prompt: str
    negative: str
    settings: tuple[tuple[str, str], ...]


def parse_infotext(text: str) -> Infotext | None:
    """Read such a text; None when nothing in it is a line of settings or a negative prompt."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    at = _settings_line(lines)
    settings = tuple(pair for line in lines[at:] for pair in _pairs(line))
    above = lines[:at]
    start = next((index for index, line in enumerate(above) if line.lstrip().startswith(_NEGATIVE)), len(above))
    if not settings and start == len(above):
        return None
    negative = "\n".join(above[start:]).strip().removeprefix(_NEGATIVE).strip()
    return Infotext("\n".join(above[:start]).strip(), negative, settings)


def _settings_line(lines: list[str]) -> int:
    """Return the position of the line that has the settings, or the number of lines."""
    for index in range(len(lines) - 1, -1, -1):
        if _STEPS.match(lines[index]):
            return index
    last = len(lines) - 1
    return last if last >= 0 and sum(1 for _ in _pairs(lines[last])) >= _FEWEST else len(lines)


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    name, value, at = "", "", 0
    quotes = _MOST_BROKEN
    while at < len(line):
        match = _NAME.match(line, at)
        if match is None:
            end = _comma(line, at)
            value += line[at - 1 : end] if name else ""  # the comma belongs to the value
            at = end + 1
            continue
        if name:
            yield name, _unquoted(value)
        name, start = match[1].strip(), match.end()
        closed = _closed(line, start) if quotes else None
        quotes -= closed is None and line[start : start + 1] in _OPENINGS
        at = _comma(line, start) if closed is None else closed
        value = line[start:at]
        at += 1
    if name:
        yield name, _unquoted(value)


def _closed(line: str, start: int) -> int | None:
    """Return where a value in quotes or brackets ends, at a comma or the line's end; None when it is none."""
    if line[start : start + 1] not in _OPENINGS:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(line, start)
    except (ValueError, RecursionError):
        return None
    rest = _comma(line, end)
    return rest if not line[end:rest].strip() else None


def _comma(line: str, start: int) -> int:
    found = line.find(",", start)
    return len(line) if found < 0 else found


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if isinstance(read, str) else value
