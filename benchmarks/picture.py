"""Drawing and encoding one picture of 832x1216."""

from __future__ import annotations

import io

from measure import Row, best
from PIL import Image

from teststrip.darkroom import Exposure, encode_png, render
from teststrip.darkroom.conditioning import forget_libraries, library_for
from teststrip.darkroom.exposure import wishes_of


def picture_rows() -> list[Row]:
    """Time our PNG encoder, Pillow's at two levels, and the drawing itself with its library cached."""
    exposure = Exposure(
        prompt="1girl, purple hair, witch hat, sunset, sea, wink", scale=4.5, seed=7, sampler="k_euler"
    )
    pixels = render(exposure).pixels
    image = Image.fromarray(pixels)
    return [
        Row("encode_png", best(lambda: encode_png(pixels, {}))),
        Row("Pillow, level 1", best(lambda: image.save(io.BytesIO(), "PNG", compress_level=1))),
        Row("Pillow, level 6 (its default)", best(lambda: image.save(io.BytesIO(), "PNG", compress_level=6))),
        Row("drawing: k_euler, 28 steps", best(lambda: render(exposure), rounds=3)),
        Row("the same as a proof", best(lambda: render(exposure, proof=True), rounds=3)),
        Row("its library", best(lambda: _library(exposure), rounds=3)),
    ]


def _library(exposure: Exposure) -> None:
    forget_libraries()
    library_for(wishes_of(exposure))
