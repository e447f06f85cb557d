"""The words the toy world knows: each maps to values of attributes. They stand in words.toml, which says how."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from teststrip.darkroom.scene.palette import CLOTH, EYES, FUR, HAIR, PLAIN_TOP

Meaning = tuple[tuple[str, str], ...]
"""(attribute, value) pairs that a word makes likelier; none for a word that draws nothing."""

_TABLES: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def _meaning(text: str) -> Meaning:
    pairs = (pair.split("=") for pair in text.split())
    return tuple((attribute, value) for attribute, value in pairs)


def _vocabulary() -> dict[str, Meaning]:
    words: dict[str, Meaning] = {}
    for name, table in _TABLES.items():
        if name != "coloured":
            words |= {word.lower(): _meaning(text) for word, text in table.items()}
    words |= {f"{color} hair": (("hair_color", color),) for color in HAIR}
    words |= {f"{color} eyes": (("eye_color", color),) for color in EYES}
    words |= {f"{color} background": (("background", "plain"), ("background_color", color)) for color in PLAIN_TOP}
    for word, text in _TABLES["coloured"].items():
        *pairs, attribute = text.split()
        own = _meaning(" ".join(pairs))
        words.setdefault(word, own)
        palette = FUR if attribute == "fur" else CLOTH
        words |= {f"{color} {word}": (*own, (attribute, color)) for color in palette}
    # the longest first, so that "black witch hat" is not read as "witch hat"
    return {word: words[word] for word in sorted(words, key=lambda word: (-len(word), word))}


VOCABULARY: Mapping[str, Meaning] = MappingProxyType(_vocabulary())
"""Every known word or phrase, longest first."""
