"""Picture files as they come from the store: sizes and pixels; a damaged file is None, not a crash."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

from PIL import Image

from teststrip.base.picture import size_of
from teststrip.sheet.model import Picture
from teststrip.sheet.placed import Colour
from teststrip.sheet.thumbs import plain, side_for, thumbnail
from teststrip.sheet.unpack import pixels_of

_HEADER: Final = 1024  # bytes: nearly every picture tells its size within


def picture_size(path: Path) -> tuple[int, int] | None:
    """Read a picture's width and height in pixels from its header; None if the file is missing or no picture."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123  a sheet may ask for 100,000, and a Path takes its time
            size = size_of(stream.read(_HEADER))
        if size is not None and 0 < size[0] * size[1] <= (Image.MAX_IMAGE_PIXELS or 0):
            return size
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                return picture.size
    except Exception:  # noqa: BLE001  decoders raise anything on damaged bytes, and none of it may cost the sheet
        return None


def shown(picture: Picture, size: tuple[int, int], paper: Colour) -> Image.Image | None:
    """Return a picture's pixels at the size that it is shown at, on `paper` where parts are transparent.

    From one of its thumbnails if that is large enough. None if the file is missing or damaged.
    """
    natural = picture.width, picture.height
    side = side_for(natural, size)
    if side is not None:
        found = thumbnail(picture.path, picture.sha256, size, side)
        if found is not None and found.format == "JPEG":
            return fitted(found, size)
    else:
        found = load_picture(picture.path, size)
    return None if found is None else _on_paper(fitted(found, size), paper)


def load_picture(path: Path, largest: tuple[int, int]) -> Image.Image | None:
    """Decode a picture to RGB or RGBA; None if it is missing or damaged.

    `largest` is the biggest size in pixels it is going to be shown at: JPEG decodes at a reduced size for it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                picture.draft("RGB", (largest[0] * 2, largest[1] * 2))
                return plain(pixels_of(picture, path))
    except Exception:  # noqa: BLE001  as above
        return None


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resample a picture to a size in pixels (Lanczos; box-reduced first where it shrinks a lot)."""
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _on_paper(picture: Image.Image, paper: Colour) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, paper)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground
