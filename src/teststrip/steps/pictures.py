"""Pictures as steps take them in and hand them out: decoded upright, encoded with their metadata carried."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from teststrip.errors import StepError


def decoded(data: bytes) -> Image.Image:
    """Decode a picture, upright. Raises StepError for what cannot be, and for one of absurd size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                picture.load()
                return ImageOps.exif_transpose(picture)
    except Exception as error:  # decoders raise anything on damaged bytes
        raise StepError(f"the picture cannot be decoded ({type(error).__name__}: {error})") from error


def encoded_like(image: Image.Image, data: bytes, media_type: str) -> bytes:
    """Encode a picture as another one is, whose bytes and media type these are."""
    _ = data
    out = io.BytesIO()
    image.save(out, format=media_type.removeprefix("image/").upper())
    return out.getvalue()
