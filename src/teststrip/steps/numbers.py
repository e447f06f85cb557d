"""Pictures as arrays: luma, OKLab, and rows in bands, so that large pictures take little memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from teststrip.steps.pictures import flat

Array: TypeAlias = npt.NDArray[np.float32]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float64]

_BAND: Final = 256  # rows
_REC601: Final = (0.299, 0.587, 0.114)  # ITU-R BT.601-7, 2.5.1
# Ottosson 2020, "A perceptual color space for image processing": linear sRGB to cones, their cube roots to Lab.
_TO_CONES: Final = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Final = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def pixels(image: Image.Image) -> Bytes:
    """Return (height, width, 3), 0 to 255; what is transparent lies on white."""
    return np.asarray(flat(image).convert("RGB"))


def luma(rgb: Bytes) -> Array:
    """Return (height, width), 0 to 255, unrounded: what television makes of the values as they are stored."""
    red, green, blue = (rgb[..., channel].astype(np.float32) for channel in range(3))
    grey: Array = np.float32(_REC601[0]) * red + np.float32(_REC601[1]) * green + np.float32(_REC601[2]) * blue
    return grey


def oklab(rgb: Bytes) -> Array:
    """Return (..., 3): lightness 0 to 1 and two axes of colour, in which distances are about as large as seen."""
    linear = _LINEAR[rgb]
    cones = np.cbrt(_mixed(linear, _TO_CONES))
    return _mixed(cones, _TO_LAB)


def bands(height: int, overlap: int = 0) -> Iterator[slice]:
    """Return slices over all rows; each further one begins `overlap` rows before the end of the last one."""
    start = 0
    while start + overlap < height or start == 0:
        end = min(height, start + _BAND + overlap)
        yield slice(start, end)
        start = end - overlap
        if end == height:
            return


def _mixed(values: Array, matrix: tuple[tuple[float, float, float], ...]) -> Array:
    # Written out, since a product of matrices may be summed in another order on another machine.
    rows = [
        np.float32(a) * values[..., 0] + np.float32(b) * values[..., 1] + np.float32(c) * values[..., 2]
        for a, b, c in matrix
    ]
    return np.stack(rows, axis=-1)


def _linear_table() -> Array:
    """Return the 256 values of sRGB as linear light (IEC 61966-2-1)."""
    values = np.arange(256) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR: Final = _linear_table()
