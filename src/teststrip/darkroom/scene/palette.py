"""The colours of the toy world."""

import functools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from teststrip.darkroom.arrays import Bools, Codes, Floats

HAIR: Mapping[str, str] = MappingProxyType(
    {
        "black": "2b2836",
        "brown": "6b4232",
        "blonde": "f0c860",
        "red": "c23a35",
        "pink": "f093b4",
        "blue": "4a7fd6",
        "green": "4fae7b",
        "purple": "8a5fc4",
        "white": "eef0f6",
        "silver": "b4bac6",
        "orange": "ee8740",
        "aqua": "58c8d0",
    },
)
EYES: Mapping[str, str] = MappingProxyType(
    {
        "blue": "3f7fe0",
        "green": "3fa860",
        "brown": "7a4a2c",
        "red": "c8383e",
        "purple": "8550c8",
        "yellow": "e0a92c",
        "pink": "e86a9c",
        "aqua": "35b9c4",
    },
)
CLOTH: Mapping[str, str] = MappingProxyType(
    {
        "white": "f4f2ee",
        "black": "33333f",
        "red": "c9434a",
        "blue": "3f62a8",
        "green": "4c8a66",
        "yellow": "efc250",
        "pink": "f2a9bb",
        "purple": "7d5aa6",
        "brown": "8a6148",
        "grey": "8e93a1",
    },
)
FUR: Mapping[str, str] = MappingProxyType(
    {"orange": "e79a4f", "black": "35323d", "white": "f3efe8", "grey": "9a9aa6", "brown": "94694a"},
)
SKIN: Mapping[str, str] = MappingProxyType(
    {"fair": "fde3d3", "light": "f8d3ba", "tan": "e3ac83", "brown": "b97f57", "dark": "8a5a3c"},
)
PLAIN_TOP: Mapping[str, str] = MappingProxyType(
    {
        "pink": "f9c9d4",
        "blue": "a9d0f2",
        "yellow": "fbe19a",
        "mint": "aee3cc",
        "lavender": "c9bff0",
        "peach": "fcc9a6",
        "teal": "4fa5a5",
        "grey": "b9bec8",
    },
)
PLAIN_BOTTOM: Mapping[str, str] = MappingProxyType(
    {
        "pink": "fbe3e4",
        "blue": "dcecf8",
        "yellow": "fdf3d0",
        "mint": "dff5ea",
        "lavender": "ebe5fb",
        "peach": "fde8d6",
        "teal": "9fd4cc",
        "grey": "e3e6eb",
    },
)


@functools.cache
def rgb(text: str) -> Floats:
    """``"rrggbb"`` as three floats in 0..1 (read-only)."""
    color = np.array([int(text[k : k + 2], 16) for k in (0, 2, 4)], np.float32) / np.float32(255)
    color.flags.writeable = False
    return color


def pick(codes: Codes, table: Mapping[str, str]) -> Floats:
    """One colour per scene, (n, 3): the ``codes``-th of a table."""
    return np.stack([rgb(value) for value in table.values()])[codes]


def mix(first: Floats, second: Floats | float, part: Floats | float) -> Floats:
    """Go from ``first`` to ``second``; ``part`` 0 is all first, 1 all second."""
    result: Floats = first + (second - first) * part
    return result


def where(condition: Bools, yes: Floats, no: Floats) -> Floats:
    """``yes`` or ``no`` per scene, (n, 3); both may be one colour or one per scene."""
    return np.where(condition[:, None], yes, no)


def luminance(color: Floats) -> Floats:
    """Brightness as the eye weighs it, (n, 3) -> (n,); the weights of Rec. 601, rounded."""
    result: Floats = color[:, 0] * 0.3 + color[:, 1] * 0.59 + color[:, 2] * 0.11
    return result
