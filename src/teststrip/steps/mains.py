"""The main colours of a picture: k-means in OKLab over a histogram, the same on every machine.

Lloyd 1982, "Least squares quantization in PCM", weighted by how many pixels are in each of 32x32x32 boxes of
colour. The first centre is the fullest box, each further one the box that is farthest from all centres so far,
weighed by its pixels; nothing is drawn by lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from teststrip.steps.numbers import Floats, oklab, pixels

_SIDE: Final = 256  # pixels of what is looked at: enough for what stands out
_BITS: Final = 5
_ROUNDS: Final = 50


@dataclass(frozen=True, slots=True)
class Main:
    """A main colour: red, green and blue, 0 to 255, and the share of the picture that is nearest to it."""

    rgb: tuple[int, int, int]
    share: float


def main_colours(image: Image.Image, count: int) -> tuple[Main, ...]:
    """Return at most `count` main colours, the largest share first; fewer where the picture has fewer."""
    small = image.copy()
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    rgb = pixels(small).reshape(-1, 3)
    boxes = (rgb >> (8 - _BITS)).astype(np.int64)
    numbers = boxes[:, 0] << (2 * _BITS) | boxes[:, 1] << _BITS | boxes[:, 2]
    _, places, weights = np.unique(numbers, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(places, rgb[:, channel]) for channel in range(3)], axis=1)
    means = sums / weights[:, None]
    points = oklab(np.rint(means).astype(np.uint8)).astype(np.float64)
    nearest = cluster(points, weights.astype(np.float64), count)
    found = []
    for one in np.unique(nearest):
        chosen = nearest == one
        whole = weights[chosen].sum()
        colour = (means[chosen] * weights[chosen, None]).sum(axis=0) / whole
        red, green, blue = (int(value) for value in np.rint(colour))
        found.append(Main((red, green, blue), float(whole / weights.sum())))
    return tuple(sorted(found, key=lambda main: (-main.share, main.rgb)))


def cluster(points: Floats, weights: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return for each point the number of the centre that it is nearest to, after Lloyd's rounds."""
    centres = first_centres(points, weights, count)
    nearest = _nearest(points, centres)
    for _ in range(_ROUNDS):
        for one in range(len(centres)):
            chosen = nearest == one
            if chosen.any():
                centres[one] = np.average(points[chosen], axis=0, weights=weights[chosen])
        before, nearest = nearest, _nearest(points, centres)
        if np.array_equal(before, nearest):
            break
    return nearest


def first_centres(points: Floats, weights: Floats, count: int) -> Floats:
    """Return where Lloyd's rounds begin; fewer than `count` where there are fewer points."""
    places = [int(np.argmax(weights))]
    apart = ((points - points[places[0]]) ** 2).sum(axis=1)
    while len(places) < count and apart.max() > 0:
        places.append(int(np.argmax(apart * weights)))
        apart = np.minimum(apart, ((points - points[places[-1]]) ** 2).sum(axis=1))
    return points[places].copy()


def _nearest(points: Floats, centres: Floats) -> npt.NDArray[np.intp]:
    apart = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(apart.argmin(axis=1))
