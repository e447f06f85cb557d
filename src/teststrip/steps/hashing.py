"""The perceptual hash of a picture: 64 bits that stay alike while it looks alike.

The DCT hash of Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions", 3.2.1:
brightness at 32x32, its two-dimensional DCT-II, of which the 8x8 coefficients from the second row and column on
are held against their median. It sees shapes, not colours. A picture of one tone has the hash 0, and no other has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from teststrip.steps.pictures import flat

Ints: TypeAlias = npt.NDArray[np.int32]

BITS: Final = 64
_SIDE: Final = 32
_KEPT: Final = 8
_DIGITS: Final = (
    3  # of a coefficient, up to 8160: what is less is rounding, and would be noise in a picture of one tone
)
_ROWS: Final = 2048  # of distances at a time


def hash_of(image: Image.Image) -> int:
    """Return the hash, 64 bits, the lowest frequency in the highest bit."""
    grey = flat(image).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    values = np.asarray(grey, dtype=np.float64)
    turns = np.pi * (2 * np.arange(_SIDE) + 1) * np.arange(1, _KEPT + 1)[:, None] / (2 * _SIDE)
    waves = np.cos(turns)
    coefficients = np.einsum("ky,yx,lx->kl", waves, values, waves, optimize=False).round(_DIGITS)
    bits = (coefficients > np.median(coefficients)).reshape(-1)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def hash_of_tone(image: Image.Image) -> int:
    """Return 64 bits that the mean colour decides: equal for equal ones, and for others as far apart as chance."""
    mean = flat(image).convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    return int.from_bytes(hashlib.sha256(mean).digest()[:8], "big")


def hexadecimal(value: int) -> str:
    """Write a hash as 16 digits."""
    return f"{value:016x}"


def distance(one: int, other: int) -> int:
    """Count the bits in which two hashes differ (Hamming distance), 0 to 64."""
    return (one ^ other).bit_count()


def nearest_earlier(hashes: Sequence[int], groups: Sequence[int]) -> list[tuple[int, int] | None]:
    """For each hash, find the nearest earlier one of another group: its distance and its position.

    The first of equals; None where nothing is earlier. Groups are in ascending order. It takes the square of the
    number of hashes, at 10,000 about a second.
    """
    raw = np.array(hashes, dtype=">u8").view(np.uint8).reshape(len(hashes), BITS // 8)
    signs = np.unpackbits(raw, axis=1).astype(np.float32) * 2 - 1
    starts = np.searchsorted(np.asarray(groups), np.asarray(groups), side="left")
    found: list[tuple[int, int] | None] = []
    for start in range(0, len(hashes), _ROWS):
        block = slice(start, start + _ROWS)
        # Sums of 64 ones and minus ones are exact however they are added.
        apart = ((BITS - signs[block] @ signs[: block.stop].T) / 2).astype(np.int32)
        for row, earlier in zip(apart, starts[block], strict=True):
            at = int(np.argmin(row[:earlier])) if earlier else -1
            found.append((int(row[at]), at) if earlier else None)
    return found
