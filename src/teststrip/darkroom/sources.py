"""Pictures that an exposure refers to: opened with care, and shrunk to latents.

A picture is fitted to the exposure's size: scaled until it covers it, and cut evenly at the sides that stick out.
"""

import contextlib
import functools
import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps

from teststrip.darkroom.arrays import Doubles, Pixels
from teststrip.darkroom.errors import DarkroomError
from teststrip.darkroom.lattice import LATENT_SCALE, Lattice

LARGEST_SOURCE = 64 * 1024 * 1024
"""Pixels of the largest picture that is opened."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_LATENT_BITS = 13


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell of any mishap with a picture in one way: Pillow raises many kinds for broken files."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is narrower
            yield
    except DarkroomError:
        raise
    except Image.DecompressionBombError:
        raise DarkroomError(
            f"a picture is too large: the darkroom opens at most {LARGEST_SOURCE} pixels"
        ) from None
    except Exception as error:  # noqa: BLE001  see above
        raise DarkroomError(
            f"a picture cannot be opened ({type(error).__name__}); send PNG, JPEG, WebP, GIF, BMP or TIFF"
        ) from None


def _looked_at(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.width * image.height > LARGEST_SOURCE:
        raise DarkroomError(
            f"a picture of {image.width}x{image.height} is too large: "
            f"the darkroom opens at most {LARGEST_SOURCE} pixels"
        )
    return image


def glance(data: bytes) -> None:
    """Raise `DarkroomError` for bytes that do not begin as a picture of a common kind, or of too many pixels."""
    with _told():
        _looked_at(data)


def opened(data: bytes) -> Image.Image:
    """Open a picture's bytes the right way up: as RGB, or as RGBA where anything of it may be transparent.

    Raises `DarkroomError` for bytes that are no picture of a common kind, or one of too many pixels.
    """
    with _told():
        image = _looked_at(data)
        ImageOps.exif_transpose(image, in_place=True)
        if image.mode.startswith(
            "I;16"
        ):  # depth maps and masks often have 16 bits; Pillow would cut them off at 255
            image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
        mode = "RGBA" if image.has_transparency_data else "RGB"
        return image if image.mode == mode else image.convert(mode)


def fitted(data: bytes, width: int, height: int) -> Image.Image:
    """Return a picture's bytes as RGB or RGBA of ``width`` x ``height`` pixels.

    Opaque pictures take three bytes a pixel and not four, and come out the same: with full alpha, premultiplying
    and laying over white change nothing.
    """
    image = opened(data)
    if image.size == (width, height):
        return image
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


@functools.lru_cache(maxsize=1)
def seen(data: bytes, width: int, height: int) -> Image.Image:
    """Return a picture's bytes as RGB of ``width`` x ``height`` pixels, over white; the last one is kept."""
    return over_white(fitted(data, width, height))


def over_white(image: Image.Image) -> Image.Image:
    """Lay a picture over white: RGB."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def cells_of(image: Image.Image, rows: int, columns: int) -> Pixels:
    """Average a picture over a grid of cells: (rows, columns, bands), or (rows, columns) for one band."""
    return np.asarray(image.resize((columns, rows), Image.Resampling.BOX))


def latent_of(image: Image.Image, lattice: Lattice) -> Doubles:
    """Encode an RGB picture as a latent: average over cells, then (2 rgb - 1) * `LATENT_SCALE`."""
    cells = cells_of(image, lattice.rows, lattice.columns).astype(np.float64) / 255
    grid = float(1 << _LATENT_BITS)
    return np.rint((cells * 2 - 1) * (LATENT_SCALE * grid)) / grid
