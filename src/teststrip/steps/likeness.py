"""How alike two pictures are: SSIM, mean difference, and where they differ."""

from __future__ import annotations

from typing import Final

import numpy as np

from teststrip.steps.numbers import Array, Bytes, bands, luma, oklab

_WINDOW: Final = 11
_SPREAD: Final = 1.5  # pixels
_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2


def ssim(one: Bytes, other: Bytes) -> float:
    """Return the mean structural similarity of luma, -1 to 1.

    Wang, Bovik, Sheikh and Simoncelli 2004, IEEE Transactions on Image Processing 13(4), equation 13, with their
    Gaussian window of 11x11 pixels and 1.5 pixels spread, K1 = 0.01 and K2 = 0.03, at the pictures' own scale,
    over all places where the window lies inside. In pictures smaller than the window it shrinks to what fits.
    """
    taps = _taps(min(_WINDOW, *one.shape[:2]))
    overlap = len(taps) - 1
    total = count = 0.0
    for rows in bands(one.shape[0], overlap):
        found = _similarity(luma(one[rows]), luma(other[rows]), taps)
        total += float(found.sum(dtype=np.float64))
        count += found.size
    return min(1.0, total / count)  # single precision may go past it


def mean_difference(one: Bytes, other: Bytes) -> float:
    """Return the mean absolute difference of all values, 0 to 1."""
    total = 0
    for rows in bands(one.shape[0]):
        total += int(np.abs(one[rows].astype(np.int16) - other[rows]).sum(dtype=np.int64))
    return total / one.size / 255


def differences(one: Bytes, other: Bytes) -> Array:
    """Return (height, width): each pixel's distance in OKLab, in which black and white are 1 apart."""
    parts = []
    for rows in bands(one.shape[0]):
        apart = oklab(one[rows]) - oklab(other[rows])
        parts.append(np.sqrt((apart * apart).sum(axis=-1)))
    return np.concatenate(parts)


def _taps(length: int) -> tuple[float, ...]:
    length -= 1 - length % 2
    weights = np.exp(-((np.arange(length) - length // 2) ** 2) / (2 * _SPREAD**2))
    return tuple(float(weight) for weight in weights / weights.sum())


def _similarity(one: Array, other: Array, taps: tuple[float, ...]) -> Array:
    # Around the middle of the range the squares stay small enough for single precision.
    one, other = one - 128, other - 128
    mean_one, mean_other = _smooth(one, taps), _smooth(other, taps)
    variances = _smooth(one * one + other * other, taps) - mean_one * mean_one - mean_other * mean_other
    covariance = _smooth(one * other, taps) - mean_one * mean_other
    mean_one, mean_other = mean_one + 128, mean_other + 128
    brightness = (2 * mean_one * mean_other + _C1) / (mean_one * mean_one + mean_other * mean_other + _C1)
    return np.asarray(brightness * (2 * covariance + _C2) / (variances + _C2), dtype=np.float32)


def _smooth(values: Array, taps: tuple[float, ...]) -> Array:
    """Weigh each place with its neighbours down and across, where all of them exist."""
    height, width = values.shape[0] - len(taps) + 1, values.shape[1] - len(taps) + 1
    down = np.zeros((height, values.shape[1]), np.float32)
    for at, tap in enumerate(taps):
        down += np.float32(tap) * values[at : at + height]
    across = np.zeros((height, width), np.float32)
    for at, tap in enumerate(taps):
        across += np.float32(tap) * down[:, at : at + width]
    return across
