"""A colour map for heat maps: from near black over violet and orange to pale yellow, in steps that look equal.

Its path is drawn in OKLab, lightness rising all the way, and walked at constant speed, so that a difference twice
as large looks twice as different, in grey too.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from PIL import Image

from teststrip.steps.numbers import Array, Bytes, Floats

_COUNT: Final = 256
_FINE: Final = 4096
_LIGHTNESS: Final = (0.13, 0.96)
_HUES: Final = (285.0, 465.0)  # degrees: blue-violet, by way of red, to yellow
_CHROMA: Final = 0.165
# The inverse of what numbers.py has (Ottosson 2020).
_TO_CONES: Final = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_TO_LINEAR: Final = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def heat_map(values: Array, full: float) -> Image.Image:
    """Draw values, 0 to `full` and what is above as `full`, as an RGB picture."""
    steps = np.clip(values / np.float32(full), 0, 1) * (_COUNT - 1)
    return Image.fromarray(colours()[np.rint(steps).astype(np.uint8)])


@functools.cache
def colours() -> Bytes:
    """Return the map, (256, 3), 0 to 255."""
    path = _path(np.linspace(0, 1, _FINE))
    walked = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(path, axis=0) ** 2).sum(axis=1)))])
    even = np.interp(np.linspace(0, walked[-1], _COUNT), walked, np.linspace(0, 1, _FINE))
    cones = (_path(even) @ np.array(_TO_CONES).T) ** 3
    linear = np.clip(cones @ np.array(_TO_LINEAR).T, 0, 1)
    stored = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(stored * 255), dtype=np.uint8)


def _path(along: Floats) -> Floats:
    lightness = _LIGHTNESS[0] + (_LIGHTNESS[1] - _LIGHTNESS[0]) * along
    hue = np.radians(_HUES[0] + (_HUES[1] - _HUES[0]) * along)
    # Little colour fits beside black and white.
    chroma = _CHROMA * np.sin(np.pi * (0.12 + 0.74 * along)) ** 1.2
    return np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
