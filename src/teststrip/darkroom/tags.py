"""Prompt syntax: comma-separated tags with strengths, and which of them the toy world knows.

``{tag}`` strengthens by 1.05, ``[tag]`` weakens by 1.05, both nest; ``1.5::tag, tag::`` sets a strength until
the next ``::``. Underscores are spaces; case does not matter.
"""

import re
from dataclasses import dataclass

from teststrip.darkroom.vocabulary import VOCABULARY, Meaning

_TOKEN = re.compile(r"(-?\d*\.?\d+::|::|[{}\[\],|\n])")
_BRACE = 1.05
_LIMIT = 20.0  # a strength beyond this changes nothing but could overflow


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of a prompt and its strength (1 is plain)."""

    text: str
    strength: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt as the toy world reads it: known words as (meaning, strength), and the tags without any."""

    known: tuple[tuple[Meaning, float], ...]
    ignored: tuple[str, ...]


def parse(prompt: str) -> tuple[Tag, ...]:
    """Split a prompt into tags with strengths."""
    tags: list[Tag] = []
    explicit, depth = 1.0, 0
    for piece in _TOKEN.split(prompt.lower()):
        if piece in {"{", "]"}:
            depth += 1
        elif piece in {"}", "["}:
            depth -= 1
        elif piece == "::":
            explicit = 1.0
        elif piece.endswith("::"):
            explicit = float(piece[:-2])
        else:
            text = " ".join(piece.replace("_", " ").split())
            if text.strip(",|"):
                strength = explicit * _BRACE ** min(max(depth, -99), 99)
                tags.append(Tag(text, min(max(strength, -_LIMIT), _LIMIT)))
    return tuple(tags)


def read(prompt: str) -> Reading:
    """Look the tags up, longest words first; a tag may hold several words ("a girl with red hair at night")."""
    known: list[tuple[Meaning, float]] = []
    ignored: list[str] = []
    for tag in parse(prompt):
        found = False
        rest = f" {tag.text} "
        for word, meaning in VOCABULARY.items():
            if f" {word} " in rest:
                rest = rest.replace(f" {word} ", " | ")
                known.append((meaning, tag.strength))
                found = True
        if not found:
            ignored.append(tag.text)
    return Reading(tuple(known), tuple(ignored))
