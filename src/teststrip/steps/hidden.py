"""What is hidden in the lowest bits of pixels: NovelAI's second copy of its settings."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from teststrip.steps.numbers import Bytes
from teststrip.steps.pictures import plain

_BEGINS: Final = (b"stealth_pnginfo", b"stealth_pngcomp", b"stealth_rgbinfo", b"stealth_rgbcomp")


def without_hidden(image: Image.Image) -> Image.Image:
    """Return a picture in whose lowest bits nothing can be read, and which looks the same.

    Where alpha was opaque but for its lowest bit, it is left out.
    """
    image = plain(image)
    pixels = cleared(np.array(image.convert("RGBA")))
    if pixels is None:
        return image
    grey = image.mode in {"L", "LA"}
    if pixels[..., 3].min() == 255:
        made = Image.fromarray(pixels[..., :3]).convert("L" if grey else "RGB")
    else:
        made = Image.fromarray(pixels).convert("LA" if grey else "RGBA")
    made.info = dict(image.info)
    return made


def cleared(pixels: Bytes) -> Bytes | None:
    """Take out of (height, width, 4) what is hidden there, in place; None where nothing can be.

    Alpha gets its lowest bit set, and 1 becomes 0. The colours lose theirs only where a hidden text begins
    in them: bits go down each column, the left one first.
    """
    downwards = pixels.swapaxes(0, 1).reshape(-1, 4)[: 8 * len(_BEGINS[0]), :3] & 1
    spoken = np.packbits(downwards.reshape(-1)).tobytes().startswith(_BEGINS)
    alpha = pixels[..., 3]
    if not spoken and not (alpha[alpha > 0] & 1 == 0).any():
        return None
    pixels[..., 3] = np.where(alpha < 2, 0, alpha | 1)
    if spoken:
        pixels[..., :3] &= 0xFE
    return pixels
