"""Pictures to bytes: the same bytes each time, and quick enough that a step costs no more than its work.

PNG is written here: rows are filtered "up" in NumPy (PNG specification, 9.2) and deflated at level 1. An 832x1216
picture takes 35 ms, and 66 ms at best with Pillow, which tries every filter in each row; it is no larger.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image, JpegImagePlugin

from teststrip.errors import StepError
from teststrip.steps.pictures import check_size, flat, plain
from teststrip.steps.said import Said, exif_of, fits, png_chunks, said_in

_MOST_SEGMENT: Final = 65533 - 6  # bytes of EXIF in a JPEG, whose segments count their length in two bytes
_MOST_XMP: Final = 65504
_MOST_SIDE: Final = {"image/webp": 16383, "image/jpeg": 65500, "image/avif": 16384, "image/gif": 65535}
_QUALITY: Final[Mapping[str, int]] = {"image/jpeg": 92, "image/webp": 90, "image/avif": 80}
_COLOURS: Final = {"L": 0, "RGB": 2, "LA": 4, "RGBA": 6}
_UP: Final = b"\x02"


@dataclass(frozen=True, slots=True)
class Coding:
    """How a picture is encoded. `quality` is 1 to 100, None the format's own default here.

    `tables` are a JPEG's own quantisation tables and its subsampling, in place of a quality.
    """

    media_type: str
    quality: int | None = None
    lossless: bool = False
    tables: tuple[Any, int] | None = None
    paper: tuple[int, int, int] = (255, 255, 255)


def encoded_like(image: Image.Image, data: bytes, media_type: str) -> bytes:
    """Encode a picture as another one is, whose bytes and media type these are, with what that one says."""
    return encoded(image, coding_of(data, media_type), said_in(data))


def coding_of(data: bytes, media_type: str) -> Coding:
    """Tell how a file is encoded, so that what is made of it loses no more than it has lost already."""
    if media_type == "image/jpeg":
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            tables = getattr(picture, "quantization", None)
            sampling = JpegImagePlugin.get_sampling(picture)
            if tables and picture.mode in {"L", "RGB"}:
                return Coding(media_type, tables=(tables, sampling))
    lossless = media_type == "image/webp" and b"VP8L" in data[:4096]
    return Coding(media_type, lossless=lossless)


def encoded(image: Image.Image, coding: Coding, said: Said) -> bytes:
    """Encode a picture with what its file has to say. Raises StepError for what the format cannot hold."""
    check_size(*image.size)
    most = _MOST_SIDE.get(coding.media_type)
    if most is not None and max(image.size) > most:
        kind = coding.media_type.removeprefix("image/")
        raise StepError(f"{image.width}x{image.height} is too large for {kind}, whose sides are at most {most:,}")
    image = plain(image)
    if coding.media_type == "image/png":
        return encode_png(image, png_chunks(said, image.mode))
    if coding.media_type == "image/gif":
        stream = io.BytesIO()
        image.save(stream, "GIF", **({"comment": said.comment} if said.comment else {}))
        return stream.getvalue()
    return _with_exif(image, coding, said)


def _with_exif(image: Image.Image, coding: Coding, said: Said) -> bytes:
    exif = exif_of(said, commented=coding.media_type == "image/jpeg")
    writer = {"image/jpeg": _jpeg, "image/webp": _webp, "image/avif": _avif}.get(coding.media_type)
    if writer is None:
        raise StepError(f"pictures of the type {coding.media_type} cannot be written")
    made, options = writer(image, coding)
    options |= {"exif": exif} if exif else {}
    options |= {"xmp": said.xmp} if said.xmp else {}
    options |= {"icc_profile": said.icc} if fits(said.icc, made.mode) else {}
    if coding.media_type == "image/jpeg":
        _check_segments(exif, said.xmp)
        # Pillow writes a JPEG's segment as it is given, and there it has this before it (EXIF 2.32, 4.7.2).
        options |= {"exif": b"Exif\0\0" + exif} if exif else {}
        options |= {"comment": said.comment} if said.comment else {}
    made.info = {}  # Pillow's writers look in there for what they are not given
    stream = io.BytesIO()
    try:
        made.save(stream, **options)
    except (OSError, ValueError, SystemError) as error:
        raise StepError(f"the picture cannot be written as {options['format']} ({error})") from error
    return stream.getvalue()


def _check_segments(exif: bytes, xmp: bytes) -> None:
    if len(exif) > _MOST_SEGMENT or len(xmp) > _MOST_XMP:
        raise StepError(
            f"the picture's texts are {max(len(exif), len(xmp)):,} bytes, and a JPEG holds {_MOST_XMP:,}: write"
            " webp or png, or leave them out with `metadata: strip`"
        )


def _jpeg(image: Image.Image, coding: Coding) -> tuple[Image.Image, dict[str, Any]]:
    made = flat(image, coding.paper).copy()
    if coding.tables is not None and coding.quality is None:
        tables, sampling = coding.tables
        colour = {"subsampling": sampling} if made.mode == "RGB" and sampling >= 0 else {}
        if made.mode == "RGB" or len(tables) == 1:
            return made, {"format": "JPEG", "qtables": tables, "optimize": True, **colour}
    quality = coding.quality or _QUALITY["image/jpeg"]
    # From 90 on colours are kept at full size: red letters and lines bleed otherwise.
    return made, {"format": "JPEG", "quality": quality, "optimize": True, "subsampling": 0 if quality >= 90 else 2}


def _webp(image: Image.Image, coding: Coding) -> tuple[Image.Image, dict[str, Any]]:
    made = image.convert("RGBA" if image.mode in {"LA", "RGBA"} else "RGB")
    if coding.lossless:
        # `exact` keeps the colours under what is transparent; quality is effort here.
        return made, {"format": "WEBP", "lossless": True, "quality": 50, "method": 3, "exact": True}
    return made, {"format": "WEBP", "quality": coding.quality or _QUALITY["image/webp"], "method": 4}


def _avif(image: Image.Image, coding: Coding) -> tuple[Image.Image, dict[str, Any]]:
    made = image.convert("RGBA" if image.mode in {"LA", "RGBA"} else "RGB")
    quality = 100 if coding.lossless else coding.quality or _QUALITY["image/avif"]
    # One thread: with several the bytes may depend on how many there are.
    return made, {"format": "AVIF", "quality": quality, "speed": 7, "max_threads": 1, "subsampling": "4:4:4"}


def encode_png(image: Image.Image, chunks: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    """Encode a picture of the mode L, LA, RGB or RGBA as a PNG, with these chunks before its pixels."""
    pixels = np.ascontiguousarray(np.asarray(image))
    rows = pixels.reshape(image.height, -1)
    filtered = np.empty((image.height, 1 + rows.shape[1]), np.uint8)
    filtered[:, 0] = _UP[0]
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])  # modulo 256, as the filter asks
    header = struct.pack(">IIBBBBB", *image.size, 8, _COLOURS[image.mode], 0, 0, 0)
    colours = [chunk for chunk in chunks if chunk[0] in {b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP"}]
    others = [chunk for chunk in chunks if chunk not in colours]
    parts = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header)]
    parts += [_chunk(kind, data) for kind, data in [*colours, *others]]
    parts += [_chunk(b"IDAT", zlib.compress(filtered.data, 1)), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
