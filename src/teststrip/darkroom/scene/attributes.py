"""What a scene is made of: categorical attributes with their unprompted odds, and a few traits.

Geometry that many scenes share (head pose, sun, horizon) takes few values on purpose: scenes that agree on an
outline recombine without seams.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from teststrip.darkroom.arrays import Bools, Codes, Doubles, Floats, Index
from teststrip.darkroom.scene.palette import CLOTH, EYES, FUR, HAIR, PLAIN_TOP, SKIN


def _odds(names: Mapping[str, str], odds: tuple[float, ...]) -> Mapping[str, float]:
    return MappingProxyType(dict(zip(names, odds, strict=True)))


ATTRIBUTES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "subject": {"girl": 0.60, "boy": 0.20, "none": 0.20},
        "age": {"young": 0.94, "child": 0.03, "old": 0.03},
        "hair_color": _odds(HAIR, (0.13, 0.13, 0.13, 0.07, 0.09, 0.11, 0.06, 0.07, 0.07, 0.05, 0.06, 0.05)),
        "hair_style": {
            "short": 0.16,
            "bob": 0.22,
            "long": 0.24,
            "twintails": 0.12,
            "ponytail": 0.10,
            "bun": 0.07,
            "curly": 0.09,
            "spiky": 0.0,
        },
        "bangs": {"blunt": 0.3, "parted": 0.2, "swept": 0.25, "zigzag": 0.25},
        "eye_color": _odds(EYES, (0.25, 0.15, 0.2, 0.08, 0.1, 0.08, 0.06, 0.08)),
        "expression": {
            "smile": 0.34,
            "laugh": 0.2,
            "neutral": 0.2,
            "sad": 0.06,
            "surprised": 0.06,
            "closed": 0.08,
            "wink": 0.06,
            "angry": 0.03,
        },
        "skin": _odds(SKIN, (0.42, 0.3, 0.14, 0.08, 0.06)),
        "clothes": {
            "hoodie": 0.22,
            "shirt": 0.21,
            "sweater": 0.18,
            "sailor": 0.14,
            "dress": 0.13,
            "suit": 0.06,
            "kimono": 0.06,
        },
        "cloth_color": _odds(CLOTH, (0.16, 0.14, 0.11, 0.15, 0.09, 0.08, 0.09, 0.08, 0.05, 0.05)),
        "glasses": {"no": 0.84, "yes": 0.16},
        "hat": {
            "none": 0.52,
            "witch": 0.07,
            "beret": 0.08,
            "catears": 0.08,
            "flower": 0.08,
            "bow": 0.08,
            "crown": 0.04,
            "headphones": 0.05,
            "cap": 0.04,
            "straw": 0.04,
        },
        "hat_color": _odds(CLOTH, (0.1, 0.16, 0.2, 0.12, 0.08, 0.1, 0.1, 0.1, 0.02, 0.02)),
        "accessory": {"none": 0.83, "scarf": 0.06, "earrings": 0.06, "necklace": 0.04, "wings": 0.01},
        "gaze": {"viewer": 0.6, "left": 0.2, "right": 0.2},
        "background": {
            "plain": 0.2,
            "day": 0.13,
            "night": 0.14,
            "sunset": 0.14,
            "sea": 0.1,
            "forest": 0.09,
            "mountain": 0.08,
            "city": 0.07,
            "sakura": 0.03,
            "snow": 0.02,
            "desert": 0.02,
            "field": 0.03,
            "room": 0.03,
        },
        "background_color": _odds(PLAIN_TOP, (0.15, 0.15, 0.14, 0.13, 0.13, 0.12, 0.1, 0.08)),
        "time": {"day": 0.6, "sunset": 0.2, "night": 0.2},
        "weather": {"clear": 0.88, "cloudy": 0.05, "rain": 0.03, "snowfall": 0.02, "fog": 0.02},
        "season": {"summer": 0.76, "spring": 0.09, "autumn": 0.09, "winter": 0.06},
        "animal": {
            "none": 0.98,
            "cat": 0.004,
            "dog": 0.004,
            "bird": 0.004,
            "rabbit": 0.004,
            "fox": 0.002,
            "bear": 0.002,
        },
        "fur": _odds(FUR, (0.3, 0.2, 0.2, 0.15, 0.15)),
        "item": {
            "none": 0.98,
            "cup": 0.003,
            "lantern": 0.002,
            "flower": 0.003,
            "book": 0.003,
            "house": 0.002,
            "apple": 0.0015,
            "cake": 0.0015,
            "candle": 0.001,
            "tree": 0.001,
            "castle": 0.001,
            "car": 0.001,
        },
        "item_color": _odds(CLOTH, (0.1, 0.02, 0.2, 0.16, 0.12, 0.1, 0.14, 0.1, 0.04, 0.02)),
        "style": {"flat": 0.98, "ink": 0.02},
        "finish": {"plain": 0.66, "fine": 0.26, "rough": 0.08},
        "tone": {"colour": 0.978, "mono": 0.012, "sepia": 0.006, "pastel": 0.004},
    },
)

_NUMBERS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {name: {value: number for number, value in enumerate(values)} for name, values in ATTRIBUTES.items()}
)

# How many values each trait may take; all are equally likely unless something is known of them.
TRAITS: Mapping[str, int] = MappingProxyType(
    {
        "sky_shade": 3,
        "sky_hue": 2,
        "disc_present": 10,
        "disc_x": 4,
        "disc_y": 2,
        "crescent": 4,
        "cloud_shift": 2,
        "birds": 10,
        "ridge_phase": 4,
        "horizon": 3,
        "ridge_hue": 2,
        "pose": 5,
        "hair_shade": 2,
        "hair_length": 2,
        "frame_shape": 2,
        "frame_ink": 5,
        "animal_side": 2,
    },
)

PERSONAL = frozenset(
    {
        "subject",
        "age",
        "hair_color",
        "hair_style",
        "bangs",
        "eye_color",
        "expression",
        "skin",
        "clothes",
        "cloth_color",
        "glasses",
        "hat",
        "hat_color",
        "accessory",
        "gaze",
        "pose",
        "hair_shade",
        "hair_length",
        "frame_shape",
        "frame_ink",
    }
)
"""What belongs to a person; the rest belongs to the place, which all persons of a picture share."""

Odds = Mapping[str, tuple[float, ...]]
"""Per attribute and per trait the probability of each value."""


def unprompted() -> dict[str, tuple[float, ...]]:
    """Return the odds of everything when nothing is asked for."""
    odds = {name: tuple(values.values()) for name, values in ATTRIBUTES.items()}
    return odds | {name: (1.0 / count,) * count for name, count in TRAITS.items()}


@dataclass(frozen=True, slots=True)
class Scenes:
    """Many scenes at once: per attribute and per trait the codes (n,) int16."""

    codes: Mapping[str, Codes]

    def trait(self, name: str) -> Floats:
        """Return a trait's values (n,), float32, in 0..1: the middles of as many stretches as it has values."""
        return (self.codes[name].astype(np.float32) + np.float32(0.5)) / np.float32(TRAITS[name])

    def __len__(self) -> int:
        return len(self.codes["subject"])

    def take(self, index: Index | slice) -> "Scenes":
        """Return the scenes that ``index`` picks."""
        return Scenes({name: values[index] for name, values in self.codes.items()})

    def with_place_of(self, other: "Scenes") -> "Scenes":
        """Return these persons in the places of other scenes."""
        return Scenes(
            {name: codes if name in PERSONAL else other.codes[name] for name, codes in self.codes.items()}
        )

    def are(self, attribute: str, *values: str) -> Bools:
        """Which scenes have one of ``values`` for ``attribute``, (n,)."""
        numbers, codes = _NUMBERS[attribute], self.codes[attribute]
        found: Bools = codes == numbers[values[0]]
        for value in values[1:]:
            found |= codes == numbers[value]
        return found

    @staticmethod
    def join(parts: "list[Scenes]") -> "Scenes":
        """Put several lots of scenes behind one another."""
        return Scenes({name: np.concatenate([part.codes[name] for part in parts]) for name in parts[0].codes})


def uniforms_per_scene() -> int:
    """How many uniform numbers decide one scene."""
    return len(ATTRIBUTES) + len(TRAITS)


def realise(uniforms: Doubles, odds: Odds) -> Scenes:
    """Turn uniforms (n, `uniforms_per_scene`) into scenes that follow ``odds`` (inverse of the CDF).

    The same uniforms under other odds give scenes that differ only where the odds make them: changing one tag
    keeps the rest of the picture.
    """
    codes: dict[str, Codes] = {}
    for column, name in enumerate((*ATTRIBUTES, *TRAITS)):
        edges = np.cumsum(np.array(odds[name]))
        found = np.searchsorted(edges, uniforms[:, column], side="right")
        codes[name] = np.minimum(found, len(edges) - 1).astype(np.int16)
    return Scenes(codes)
