"""Pictures as steps take them in: decoded upright, within bounds, in one of four modes to compute with."""

from __future__ import annotations

import contextlib
import io
import threading
import warnings
from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from teststrip.base.picture import kind_of, size_of
from teststrip.errors import StepError

MOST_PIXELS: Final = 2**26  # of a picture that a step takes in or makes: 256 MiB as RGBA
_QUIET: Final = threading.Lock()
_FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}


def decoded(data: bytes) -> Image.Image:
    """Decode a picture, upright. Raises StepError for what cannot be, is too large, or moves.

    Its size is looked at before any of it is unpacked, and only decoders of the kinds that a store holds are used.
    """
    kind, size = kind_of(data), size_of(data)
    if kind is None:
        raise StepError("the picture is of an unknown kind; steps work on PNG, JPEG, WebP, GIF and AVIF")
    if size is not None:
        check_size(*size)
    try:
        with Image.open(io.BytesIO(data), formats=(_FORMATS[kind.media_type],)) as picture:
            check_size(*picture.size)
            _check_still(picture)
            picture.load()
            with quiet():
                return ImageOps.exif_transpose(picture)
    except StepError:
        raise
    except UnidentifiedImageError as error:  # whose own words have an address in memory
        raise StepError("the picture cannot be decoded: it is damaged at its beginning") from error
    except Exception as error:  # decoders raise anything on damaged bytes
        raise StepError(f"the picture cannot be decoded ({type(error).__name__}: {error})") from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep off the terminal what Pillow says of damaged tags; one at a time, since all share the filters."""
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def check_size(width: int, height: int) -> None:
    """Raise StepError for a picture without pixels, or with more than steps handle."""
    if width < 1 or height < 1:
        raise StepError(f"a picture of {width}x{height} has no pixels")
    if width * height > MOST_PIXELS:
        raise StepError(
            f"a picture of {width}x{height} is {width * height / 1e6:,.0f} megapixels; steps handle"
            f" up to {MOST_PIXELS / 1e6:.0f}"
        )


def _check_still(picture: ImageFile.ImageFile) -> None:
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and picture.format != "MPO":  # the further pictures of an MPO are no movement
        raise StepError(f"the picture is animated ({frames} frames), and steps work on still pictures")


def plain(image: Image.Image) -> Image.Image:
    """Return a picture as L, LA, RGB or RGBA, 8 bits a channel, whatever it was: what steps compute with.

    Sixteen bits keep their upper eight. CMYK goes through its profile where it has one; that profile is no longer
    the picture's, and is left out of its `info`.
    """
    if image.mode in {"L", "LA", "RGB", "RGBA"}:
        return image.convert(f"{image.mode}A") if _keyed(image) else image
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(image)
    if image.mode in {"CMYK", "YCbCr", "LAB", "HSV"}:
        return _from_profile(image)
    if image.mode == "1":
        return image.convert("LA" if _keyed(image) else "L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _keyed(image: Image.Image) -> bool:
    """Tell whether one grey or colour stands for transparent, as PNG's tRNS has it."""
    return image.mode in {"1", "L", "RGB"} and "transparency" in image.info


def _from_deep(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float64)
    # Pillow's own way to 8 bits cuts off what is above 255.
    most = 65535.0 if values.max() > 255 or image.mode.startswith("I;16") else 255.0
    grey = Image.fromarray(np.floor(values.clip(0, most) / ((most + 1) / 256)).astype(np.uint8))
    grey.info = dict(image.info)
    return grey


def _from_profile(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    made = None
    if profile and image.mode == "CMYK":
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None  # a damaged profile is none
    if made is None:
        made = image.convert("RGB")
    made.info = {name: value for name, value in image.info.items() if name != "icc_profile"}
    return made


def flat(image: Image.Image, paper: tuple[int, int, int] = (255, 255, 255)) -> Image.Image:
    """Return a picture as L or RGB, what is transparent in it laid on paper."""
    image = plain(image)
    if image.mode in {"L", "RGB"}:
        return image
    colour = image.convert("RGBA")
    ground = Image.new("RGBA", image.size, (*paper, 255))
    laid = Image.alpha_composite(ground, colour).convert("RGB")
    laid.info = dict(image.info)
    return laid
