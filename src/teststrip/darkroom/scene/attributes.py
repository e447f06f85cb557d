"""What a scene is made of: categorical attributes with their unprompted odds, and a few continuous traits.

Geometry that many scenes share (head pose, sun, horizon) takes few values on purpose: scenes that agree on an
outline recombine without seams.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from teststrip.darkroom.arrays import Bools, Codes, Doubles, Floats, Index
from teststrip.darkroom.scene.palette import CLOTH, EYES, HAIR, PLAIN_TOP, SKIN


def _odds(names: Mapping[str, str], odds: tuple[float, ...]) -> Mapping[str, float]:
    return MappingProxyType(dict(zip(names, odds, strict=True)))


ATTRIBUTES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "subject": {"girl": 0.60, "boy": 0.20, "none": 0.20},
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
        },
        "skin": _odds(SKIN, (0.42, 0.3, 0.14, 0.08, 0.06)),
        "clothes": {"hoodie": 0.25, "shirt": 0.25, "sweater": 0.2, "sailor": 0.16, "dress": 0.14},
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
        },
        "hat_color": _odds(CLOTH, (0.1, 0.16, 0.2, 0.12, 0.08, 0.1, 0.1, 0.1, 0.02, 0.02)),
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
        },
        "background_color": _odds(PLAIN_TOP, (0.15, 0.15, 0.14, 0.13, 0.13, 0.12, 0.1, 0.08)),
        "time": {"day": 0.6, "sunset": 0.2, "night": 0.2},
        "tone": {"colour": 1.0, "mono": 0.0, "sepia": 0.0, "pastel": 0.0},
    },
)

# How many values each continuous trait may take; None leaves it continuous.
_TRAITS: Mapping[str, int | None] = MappingProxyType(
    {
        "sky_shade": 3,
        "sky_hue": 2,
        "disc_present": None,
        "disc_x": 4,
        "disc_y": 2,
        "crescent": None,
        "cloud_shift": 2,
        "weather": None,
        "ridge_phase": 4,
        "horizon": 3,
        "ridge_hue": 2,
        "pose": 5,
        "hair_shade": 2,
        "hair_length": 2,
        "frame_shape": 2,
        "frame_ink": None,
    },
)


@dataclass(frozen=True, slots=True)
class Scenes:
    """Many scenes at once: per attribute the codes (n,) int16, per trait the values (n,) float32 in 0..1."""

    codes: Mapping[str, Codes]
    traits: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.codes["subject"])

    def take(self, index: Index | slice) -> "Scenes":
        """Return the scenes that ``index`` picks."""
        return Scenes(
            {name: values[index] for name, values in self.codes.items()},
            {name: values[index] for name, values in self.traits.items()},
        )

    def are(self, attribute: str, *values: str) -> Bools:
        """Which scenes have one of ``values`` for ``attribute``, (n,)."""
        names, codes = list(ATTRIBUTES[attribute]), self.codes[attribute]
        found: Bools = np.zeros(len(codes), np.bool_)
        for value in values:
            found |= codes == names.index(value)
        return found

    @staticmethod
    def join(parts: "list[Scenes]") -> "Scenes":
        """Put several lots of scenes behind one another."""
        return Scenes(
            {name: np.concatenate([part.codes[name] for part in parts]) for name in parts[0].codes},
            {name: np.concatenate([part.traits[name] for part in parts]) for name in parts[0].traits},
        )


def uniforms_per_scene() -> int:
    """How many uniform numbers decide one scene."""
    return len(ATTRIBUTES) + len(_TRAITS)


def realise(uniforms: Doubles, odds: Mapping[str, tuple[float, ...]]) -> Scenes:
    """Turn uniforms (n, `uniforms_per_scene`) into scenes whose attributes follow ``odds`` (inverse of the CDF).

    The same uniforms under other odds give scenes that differ only where the odds make them: changing one tag
    keeps the rest of the picture.
    """
    codes: dict[str, Codes] = {}
    for column, name in enumerate(ATTRIBUTES):
        edges = np.cumsum(np.array(odds[name]))
        found = np.searchsorted(edges, uniforms[:, column], side="right")
        codes[name] = np.minimum(found, len(edges) - 1).astype(np.int16)
    traits: dict[str, Floats] = {}
    for column, (name, count) in enumerate(_TRAITS.items(), start=len(ATTRIBUTES)):
        values = uniforms[:, column]
        if count is not None:
            values = (np.floor(values * count) + 0.5) / count
        traits[name] = values.astype(np.float32)
    return Scenes(codes, traits)
