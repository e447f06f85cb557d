"""The tags of a prompt, as NovelAI and AUTOMATIC1111 write them: what a comma parts and what it does not.

A comma in `{braces}`, `[brackets]`, `(parentheses)` or a strength of numbers (`1.5::rain, fog::`) parts nothing. A
bracket without its partner is a character like any other (`:(`), and one after a backslash too. A strength that is
not ended holds for the rest of the prompt, and so is one tag with it. `|` parts prompts from each other, and what
begins with `Text:` is words to be drawn, up to the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SIGN: Final = re.compile(r"\\.|-?(?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})::|::|[{}\[\](),，、|]", re.DOTALL)
_TEXT: Final = re.compile(r"(?<![^\s,|.，])Text:")
_CLOSERS: Final[Mapping[str, str]] = {"{": "}", "[": "]", "(": ")"}
_COMMAS: Final = frozenset(",，、")


@dataclass(frozen=True, slots=True)
class Tag:
    """Where a tag stands in its prompt, without the space around it, and in which part of it."""

    start: int
    end: int
    part: int


def tags_of(prompt: str) -> tuple[Tag, ...]:
    """Return the tags of a prompt in their order; empty ones are none, and words to be drawn are none."""
    text = _TEXT.search(prompt)
    end = text.start() if text else len(prompt)
    tags: list[Tag] = []
    start = part = 0
    for at, sign in (*_partings(prompt[:end]), (end, "")):
        inside = prompt[start:at]
        begin = start + len(inside) - len(inside.lstrip())
        if inside.strip():
            tags.append(Tag(begin, begin + len(inside.strip()), part))
        start = at + len(sign)
        part += sign == "|"
    return tuple(tags)


def _partings(prompt: str) -> list[tuple[int, str]]:
    """Return the commas and strokes that stand in nothing."""
    signs = [(found.start(), found[0]) for found in _SIGN.finditer(prompt)]
    inside = _spans(signs, len(prompt))
    found: list[tuple[int, str]] = []
    end = 0  # of the spans that began so far
    spans = iter([*sorted(inside), (len(prompt) + 1, 0)])
    span = next(spans)
    for at, sign in signs:
        while span[0] <= at:
            end, span = max(end, span[1]), next(spans)
        if at >= end and (sign in _COMMAS or sign == "|"):
            found.append((at, sign))
    return found


def _spans(signs: list[tuple[int, str]], length: int) -> list[tuple[int, int]]:
    """Return from where to where brackets that have a partner, and strengths, reach."""
    spans: list[tuple[int, int]] = []
    opened: list[tuple[int, str]] = []
    waiting = dict.fromkeys(_CLOSERS.values(), 0)
    strength = -1
    for at, sign in signs:
        if sign in _CLOSERS:
            opened.append((at, _CLOSERS[sign]))
            waiting[_CLOSERS[sign]] += 1
        elif waiting.get(sign):
            place, closer = opened.pop()
            while closer != sign:  # what was opened since and is of another kind has no partner
                waiting[closer] -= 1
                place, closer = opened.pop()
            waiting[sign] -= 1
            spans.append((place, at + 1))
        elif sign.endswith("::"):
            if strength >= 0:
                spans.append((strength, at + len(sign) if sign == "::" else at))
            # A further strength begins where the last one ends.
            strength = -1 if sign == "::" else at
    return [*spans, (strength, length)] if strength >= 0 else spans
