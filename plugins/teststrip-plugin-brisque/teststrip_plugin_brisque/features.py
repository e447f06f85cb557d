"""The features of BRISQUE: how far a picture's local contrast is from that of undistorted photographs.

Mittal, Moorthy and Bovik 2012, "No-Reference Image Quality Assessment in the Spatial Domain", IEEE Transactions on
Image Processing 21(12), section III. What the paper leaves open is as in the authors' own program: zeros beyond
the edges, products of neighbours that wrap around, shapes from 0.2 to 10 in steps of 0.001.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats: TypeAlias = npt.NDArray[np.float64]

SCALES: Final = 2
SMALLEST: Final = 32  # pixels a side; below, the half-size picture has too little to say
_SIDE: Final = 7  # of the window, in pixels
_SIGMA: Final = 7 / 6
_STEADY: Final = 1.0  # C of equation 1, for luma from 0 to 255
_NEIGHBOURS: Final = ((0, 1), (1, 0), (1, 1), (-1, 1))  # right, below, and the two diagonals
_SHAPES: Final[Floats] = np.arange(200, 10_001) / 1000


def features(luma: Floats) -> Floats:
    """Return the 36 features of luma, (height, width), 0 to 255: 18 at full size and 18 at half."""
    found: list[float] = []
    for _ in range(SCALES):
        contrast = normalized(luma)
        found += symmetric(contrast)
        for down, right in _NEIGHBOURS:
            found += asymmetric(contrast * np.roll(contrast, (down, right), (0, 1)))
        luma = _halved(luma)
    return np.array(found)


def normalized(luma: Floats) -> Floats:
    """Return luma less its local mean, divided by its local deviation (equation 1)."""
    mean = _blurred(luma)
    deviation = np.sqrt(np.abs(_blurred(luma * luma) - mean * mean))
    contrast: Floats = (luma - mean) / (deviation + _STEADY)
    return contrast


def symmetric(values: Floats) -> tuple[float, float]:
    """Fit a generalized Gaussian by its moments: shape and variance (equation 2)."""
    variance, spread = float(np.mean(values * values)), float(np.mean(np.abs(values)))
    ratio = spread * spread / variance if variance else 0.0
    return _shape(ratio), variance


def asymmetric(values: Floats) -> tuple[float, float, float, float]:
    """Fit an asymmetric one: shape, mean, and the variances to the left and right (equations 5 to 8)."""
    left, right = _variance(values[values < 0]), _variance(values[values > 0])
    square, spread = float(np.mean(values * values)), float(np.mean(np.abs(values)))
    if not (left and right and square):
        return float(_SHAPES[-1]), 0.0, left, right
    skew = math.sqrt(left / right)
    ratio = spread * spread / square * (skew**3 + 1) * (skew + 1) / (skew**2 + 1) ** 2
    shape = _shape(ratio)
    scale = math.sqrt(math.gamma(1 / shape) / math.gamma(3 / shape))
    mean = (math.sqrt(right) - math.sqrt(left)) * math.gamma(2 / shape) / math.gamma(1 / shape) * scale
    return shape, mean, left, right


def _shape(ratio: float) -> float:
    """Return the shape whose squared mean of |x|, divided by the mean of x squared, comes nearest."""
    return float(_SHAPES[np.argmin(np.abs(_RATIOS - ratio))])


def _variance(values: Floats) -> float:
    return float(np.mean(values * values)) if values.size else 0.0


def _blurred(values: Floats) -> Floats:
    """Weigh each pixel's window by a Gaussian; beyond the edges there is nothing."""
    half = _SIDE // 2
    padded = np.pad(values, half)
    height, width = values.shape
    rows = sum(weight * padded[at : at + height] for at, weight in enumerate(_WINDOW))
    blurred: Floats = sum(weight * rows[:, at : at + width] for at, weight in enumerate(_WINDOW))
    return blurred


def _halved(luma: Floats) -> Floats:
    """Return luma at half its size, by a cubic filter that is as wide as the reduction asks."""
    image = Image.fromarray(luma.astype(np.float32))
    size = (-(-image.width // 2), -(-image.height // 2))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC), dtype=np.float64)


def _window() -> Floats:
    offsets = np.arange(_SIDE) - _SIDE // 2
    weights = np.exp(-(offsets**2) / (2 * _SIGMA**2))
    window: Floats = weights / weights.sum()
    return window


_WINDOW: Final = _window()
_RATIOS: Final[Floats] = np.array(
    [
        math.exp(2 * math.lgamma(2 / shape) - math.lgamma(1 / shape) - math.lgamma(3 / shape))
        for shape in _SHAPES.tolist()
    ]
)
