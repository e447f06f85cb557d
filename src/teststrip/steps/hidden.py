"""What is hidden in the lowest bits of pixels: NovelAI's second copy of its settings."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from teststrip.steps.pictures import plain

_BEGINS: Final = (b"stealth_pnginfo", b"stealth_pngcomp", b"stealth_rgbinfo", b"stealth_rgbcomp")


def without_hidden(image: Image.Image) -> Image.Image:
    """Return a picture in whose lowest bits nothing can be read, and which looks the same.

    Alpha keeps its upper seven bits; a channel of nothing but the two highest values was opaque, and is left out.
    The colours lose their lowest bit only where they begin as a hidden text does.
    """
    image = plain(image)
    pixels = np.array(image.convert("RGBA"))
    downwards = pixels.swapaxes(0, 1).reshape(-1, 4)[: 8 * len(_BEGINS[0])] & 1
    spoken = np.packbits(downwards[:, :3].reshape(-1)).tobytes().startswith(_BEGINS)
    if image.mode in {"L", "RGB"} and not spoken:
        return image
    if spoken:
        pixels[..., :3] &= 0xFE
    alpha = pixels[..., 3]
    if alpha.min() >= 254:
        made = Image.fromarray(pixels[..., :3]).convert("L" if image.mode in {"L", "LA"} else "RGB")
    else:
        pixels[..., 3] = np.where(alpha < 2, 0, alpha | 1)
        made = Image.fromarray(pixels).convert("LA" if image.mode == "LA" else "RGBA")
    made.info = dict(image.info)
    return made
