"""Prompt syntax: comma-separated tags with strengths, and which of them the toy world knows.

``{tag}`` strengthens by 1.05, ``[tag]`` weakens by 1.05, both nest; ``1.5::tag, tag::`` sets a strength until
the next ``::``. Underscores are spaces; case does not matter.
"""

import functools
import re
from dataclasses import dataclass

from teststrip.darkroom.vocabulary import VOCABULARY, Meaning

_TOKEN_ONCE = re.compile(r"([{}\[\],|\n])")
# A number begins where no digit stands before it: a row of digits is looked through once, and not from each.
_TOKEN = re.compile(r"((?:-|(?<!\d))(?:\d+(?:\.\d+)?|\.\d+)::|::|[{}\[\],|\n])")
_NUMBERED = re.compile(r"(?:-|(?<!\d))\d*(?:\.\d*)?::")
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


def parse(prompt: str, *, legacy: bool = False) -> tuple[Tag, ...]:
    """Split a prompt into tags with strengths; ``legacy`` prompts know no ``1.5::tag::``."""
    tags: list[Tag] = []
    explicit, depth = 1.0, 0
    for piece in (_TOKEN_ONCE if legacy else _TOKEN).split(prompt.lower()):
        if piece in {"{", "]"}:
            depth += 1
        elif piece in {"}", "["}:
            depth -= 1
        elif piece == "::" and not legacy:
            explicit = 1.0
        elif piece.endswith("::") and not legacy:
            explicit = float(piece[:-2])
        else:
            if legacy:
                piece = _NUMBERED.sub(" ", piece)  # noqa: PLW2901  read like any other text
            text = " ".join(piece.replace("_", " ").split())
            if text.strip(",|"):
                strength = explicit * _BRACE ** min(max(depth, -99), 99)
                tags.append(Tag(text, min(max(strength, -_LIMIT), _LIMIT)))
    return tuple(tags)


@functools.lru_cache(maxsize=64)
def read(prompt: str, *, legacy: bool = False) -> Reading:
    """Look the tags up, longest words first; a tag may hold several words ("a girl with red hair at night").

    A plural in -s or -es is the word itself.
    """
    known: list[tuple[Meaning, float]] = []
    ignored: list[str] = []
    for tag in parse(prompt, legacy=legacy):
        found = False
        rest = f" {tag.text} "
        for word, meaning in VOCABULARY.items():
            for spelling in (f" {word} ", f" {word}s ", f" {word}es "):
                if spelling in rest:
                    rest = rest.replace(spelling, " | ")
                    found = True
                    if meaning:
                        known.append((meaning, tag.strength))
                    break
        if not found:
            ignored.append(tag.text)
    return Reading(tuple(known), tuple(ignored))
