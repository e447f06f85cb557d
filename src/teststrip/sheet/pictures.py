"""Picture files as they come from the store: sizes and pixels; a damaged file is None, not a crash."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image

from teststrip.sheet.placed import Colour

_MODES_KEPT = frozenset({"RGB", "RGBA", "L", "LA"})


def picture_size(path: Path) -> tuple[int, int] | None:
    """Read a picture's width and height in pixels from its header; None if the file is missing or no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                return picture.size
    except Exception:  # noqa: BLE001  decoders raise anything on damaged bytes, and none of it may cost the sheet
        return None


def load_picture(path: Path, largest: tuple[int, int], paper: Colour) -> Image.Image | None:
    """Decode a picture to RGB, transparent parts laid on `paper`; None if it is missing or damaged.

    `largest` is the biggest size in pixels it is going to be shown at: JPEG decodes at a reduced size for it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                picture.draft("RGB", (largest[0] * 2, largest[1] * 2))
                picture.load()
                return _flattened(picture, paper)
    except Exception:  # noqa: BLE001  as above
        return None


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resample a picture to a size in pixels (Lanczos; box-reduced first where it shrinks a lot)."""
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _flattened(picture: Image.Image, paper: Colour) -> Image.Image:
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if not has_alpha:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGB", layered.size, paper)
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground
