"""How far pictures are apart to the eye, and which axis changes them most.

The distance of two pictures is the mean CIE 1976 colour difference (delta E, CIE 15:2004) of the two at 32x32
pixels: 0 is the same, about 2 is just seen in a flat patch, black against white is 100. Seen so small, noise does
not count, and composition, light and colour do.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from teststrip.base.json import Json

Signature = NDArray[np.float16]
"""A picture as 32x32 colours in CIE L*a*b*."""

_SIDE: Final = 32
_WHITE: Final = np.array([0.95047, 1.0, 1.08883])  # D65
_TO_XYZ: Final = np.array(  # IEC 61966-2-1
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_LINEAR_BELOW: Final = 0.04045
_CUBE_ABOVE: Final = 216 / 24389
_SLOPE: Final = 24389 / 27


def signature_of(picture: Image.Image) -> Signature:
    """Return what is compared of a picture."""
    small = picture.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    return lab_of(np.asarray(small, dtype=np.float64) / 255).astype(np.float16)


def lab_of(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert sRGB (0 to 1, the last dimension has three) to CIE L*a*b* under D65."""
    linear = np.where(colours <= _LINEAR_BELOW, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    f = np.where(ratio > _CUBE_ABOVE, np.cbrt(ratio), (_SLOPE * ratio + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def distance(one: Signature, other: Signature) -> float:
    """Return the mean colour difference of two pictures."""
    gap = one.astype(np.float32) - other.astype(np.float32)
    return float(np.sqrt((gap * gap).sum(axis=-1)).mean())


def steps(
    places: Sequence[Sequence[int]], pictures: Sequence[Sequence[int]], signatures: Mapping[int, Signature]
) -> list[Json]:
    """Measure every step along every axis: from a cell to the next one that differs in that axis alone.

    `pictures` has the numbers of each cell's pictures; of several, the first is compared with the first, and so
    on. One record an axis: `cells` has the distance from each cell to its next (None without one), `next` that
    cell, `count`, `mean`, `median` and `largest` what they come to; the last names the cell where the largest step
    begins.
    """
    if not places:
        return []
    seen = [number for number, shown in enumerate(pictures) if any(one in signatures for one in shown)]
    return [_along(axis, places, pictures, signatures, seen) for axis in range(len(places[0]))]


def _along(
    axis: int,
    places: Sequence[Sequence[int]],
    pictures: Sequence[Sequence[int]],
    signatures: Mapping[int, Signature],
    seen: Sequence[int],
) -> Json:
    lines: dict[tuple[int, ...], list[int]] = {}
    for number in seen:
        place = places[number]
        lines.setdefault((*place[:axis], *place[axis + 1 :]), []).append(number)
    found: list[float | None] = [None] * len(places)
    after: list[int | None] = [None] * len(places)
    for line in lines.values():
        line.sort(key=lambda number: places[number][axis])
        for one, other in itertools.pairwise(line):
            gap = _between(pictures[one], pictures[other], signatures)
            if gap is not None and places[one][axis] != places[other][axis]:
                found[one], after[one] = round(gap, 2), other
    known = [value for value in found if value is not None]
    if not known:
        return {"count": 0, "cells": [], "next": []}
    return {
        "count": len(known),
        "mean": round(statistics.fmean(known), 2),
        "median": round(statistics.median(known), 2),
        "largest": found.index(max(known)),
        "cells": found,
        "next": after,
    }


def _between(one: Sequence[int], other: Sequence[int], signatures: Mapping[int, Signature]) -> float | None:
    pairs = [
        distance(signatures[a], signatures[b])
        for a, b in zip(one, other, strict=False)
        if a in signatures and b in signatures
    ]
    return statistics.fmean(pairs) if pairs else None
