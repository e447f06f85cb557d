"""Director references: what a model sheet adds to a prompt.

What is read of a reference becomes tags, each of the reference's strength, as if the prompt had named them. The
caption says which: "character" what belongs to a person, "style" tone, light and place, "character&style" both.
"""

import functools
from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.album import PARTS
from teststrip.darkroom.conditions import Reference
from teststrip.darkroom.exact import digits
from teststrip.darkroom.fitting import READING_CELLS, fitted_odds, levels
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.scene import ATTRIBUTES
from teststrip.darkroom.sources import cells_of, seen
from teststrip.darkroom.tags import read
from teststrip.darkroom.vocabulary import Meaning

# From what is seen at a glance to what is seen last; how far down its list a reference is read is
# information_extracted.
READ_OF: dict[str, tuple[str, ...]] = {
    "character": (
        "subject",
        "hair_color",
        "hair_style",
        "clothes",
        "cloth_color",
        "skin",
        "hat",
        "hat_color",
        "glasses",
        "eye_color",
        "bangs",
    ),
    "style": ("tone", "time", "background"),
}
FINE = frozenset({"hat", "hat_color", "glasses", "eye_color", "bangs"})
"""What the secondary strength lets go of."""


def reading_of(reference: Reference, lattice: Lattice) -> list[tuple[Meaning, float]]:
    """Return what a reference adds: meanings of one attribute each, with strengths."""
    caption = reference.caption.lower()
    parts = [part for part in READ_OF if part in caption] or list(READ_OF)
    allowed: dict[str, float] = {}
    for part in parts:
        count = round(reference.information_extracted * len(READ_OF[part]))
        for attribute in READ_OF[part][:count]:
            fine = 1.0 - reference.secondary if attribute in FINE else 1.0
            allowed[attribute] = digits(reference.strength * fine)
    seen = _album(reference, parts) if reference.image is None else _sheet(reference.image, lattice)
    return [
        (((attribute, value),), digits(allowed[attribute] * weight))
        for attribute, value, weight in (*seen, *_words(caption))
        if allowed.get(attribute)
    ]


def _words(text: str) -> Iterator[tuple[str, str, float]]:
    for meaning, strength in read(text).known:
        for attribute, value in meaning:
            yield attribute, value, strength


def _album(reference: Reference, parts: list[str]) -> list[tuple[str, str, float]]:
    pages = [PARTS[part] for part in parts]
    return [one for page in pages for one in _words(page[reference.number % len(page)])]


@functools.lru_cache(maxsize=8)
def _sheet(image: bytes, lattice: Lattice) -> tuple[tuple[str, str, float], ...]:
    """Read a picture: of every attribute the value that fits best, and how likely it is."""
    small = Lattice.of(lattice.width, lattice.height, READING_CELLS)
    picture = seen(image, lattice.width, lattice.height)
    target = cells_of(picture, small.rows, small.columns).astype(np.int32)
    odds = fitted_odds(small, target, levels)
    found = []
    for attribute, values in ATTRIBUTES.items():
        likeliest = max(odds[attribute])
        found.append((attribute, list(values)[odds[attribute].index(likeliest)], likeliest))
    background = next(value for attribute, value, _ in found if attribute == "background")
    if background in ATTRIBUTES["time"]:  # open country says itself what time it is
        found = [(name, background if name == "time" else value, share) for name, value, share in found]
    return tuple(found)
