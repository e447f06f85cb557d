"""Enumerations whose separators a scraper lost: `generateimg2imginfill`, parted again, or not.

A reading is believed only when every piece of it is a known word: the parameter's default, a word that stands
elsewhere on the page, a word of the explicit lexicon, or a form that parts itself (832x1216, 16:9, 720p). One such
reading is taken, and says which sources it used; several, or none, are for a person to choose from.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.listings import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST: Final = 400  # characters of a glued cell
_MOST_READINGS: Final = 4
_SIZE: Final = Pattern(r"\d{3,4}[x*×]\d{3,4}")
_GLUE: Final = Pattern(r"[a-z0-9)\]][A-Z]|\)[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Parting:
    """How a glued cell may be read: the values of each reading, and the sources of the only one."""

    readings: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...] = ()


@functools.cache
def lexicon() -> frozenset[str]:
    """Return the explicit lexicon."""
    text = Path(__file__).with_name("lexicon.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def part(text: str, default: str | None, page: Mapping[str, str]) -> Parting | None:
    """Part a glued text; None when nothing says that it is one.

    `default` is the parameter's own; `page` has the words that stand elsewhere on the page, with where.
    """
    if not 3 < len(text) <= _MOST or re.search(r"\s", text):
        return None
    known = _known(text, default, page)
    readings = [reading for reading in _readings(text, known) if len(reading) > 1]
    if default is not None and default != text:
        with_default = [reading for reading in readings if default in reading]
        readings = with_default or readings
    if len(readings) > 1:
        readings = _simplest(readings)
    if len(readings) == 1:
        return Parting((readings[0],), tuple(dict.fromkeys(known[word] for word in readings[0])))
    if readings:
        return Parting(tuple(readings[:_MOST_READINGS]))
    return _around(text, default) if default and default != text and default in text else None


def _known(text: str, default: str | None, page: Mapping[str, str]) -> dict[str, str]:
    """Return the known words that are in a text, each with its source; the nearest source is named."""
    known = {word: "the lexicon" for word in lexicon() if word in text}
    known |= {match[0]: "its form" for match in _SIZE.finditer(text)}
    known |= {
        text[i : i + n]: "its form"
        for n in (7, 8, 9)
        for i in range(len(text) - n + 1)
        if _SIZE.fullmatch(text[i : i + n])
    }
    known |= {word: where for word, where in page.items() if len(word) > 1 and word in text}
    if default and len(default) > 1 and default in text:
        known[default] = "the default"
    known.pop(text, None)
    return known


def _readings(text: str, known: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the ways to write a text as known words, at most a few; from the end, so that it takes no deep stack."""
    ways: list[list[tuple[str, ...]]] = [[] for _ in text] + [[()]]
    for start in range(len(text) - 1, -1, -1):
        for word in known:
            if text.startswith(word, start):
                for rest in ways[start + len(word)]:
                    if word not in rest and len(ways[start]) < 3 * _MOST_READINGS:
                        ways[start].append((word, *rest))
    return ways[0]


def _simplest(readings: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Drop readings that only part another one's words further: `img2img` before `img`, `2`, `img`."""
    kept = []
    for reading in readings:
        edges = _edges(reading)
        coarser = [other for other in readings if other != reading and _edges(other) < edges]
        if not coarser:
            kept.append(reading)
    return kept


def _edges(reading: Sequence[str]) -> frozenset[int]:
    edges, at = set[int](), 0
    for word in reading:
        at += len(word)
        edges.add(at)
    return frozenset(edges)


def _around(text: str, default: str) -> Parting:
    """Read what is left and right of the default as one value each: a guess, so it is only a candidate."""
    left, _, right = text.partition(default)
    return Parting((tuple(word for word in (left, default, right) if word), (text,)))


def part_labelled(text: str, page: Mapping[str, str]) -> tuple[tuple[Value, ...], tuple[str, ...]] | None:
    """Part `hed - Palette Swapmidas - Form Lock (depth)uniformer - Landscaper`; None when it is nothing of the kind.

    A value stands before each ` - `; it begins after a bracket, a space, or as a known word. Gives the values, and
    the ends of labels that could not be parted from the next value.
    """
    segments = re.split(r"\s+[-–—]\s+", text)
    if len(segments) < 3:
        return None
    values: list[Value] = []
    unsure: list[str] = []
    name = segments[0].split()[-1] if segments[0].split() else ""
    for segment in segments[1:-1]:
        label, following = _label_and_next(segment, page)
        if not following:
            unsure.append(segment)
        values.append(Value(name, label.strip(" ,;")))
        name = following or segment
    values.append(Value(name, segments[-1].strip(" ,;.")))
    return tuple(values), tuple(unsure)


def _label_and_next(segment: str, page: Mapping[str, str]) -> tuple[str, str]:
    closed = re.fullmatch(r"(.*[)\]）])\s*([\w.+-]+)", segment, re.DOTALL)
    if closed is not None:
        return closed[1], closed[2]
    ends = [word for word in {*lexicon(), *page} if len(word) > 2 and segment.endswith(word) and word != segment]
    if ends:
        word = max(ends, key=lambda one: (len(one), one))
        return segment[: -len(word)], word
    parted = re.fullmatch(r"(.*[,;\n]\s*)([\w.+-]+)", segment, re.DOTALL)
    return (parted[1], parted[2]) if parted is not None else (segment, "")
