"""A small PNG encoder: quick, and the same pixels on every machine (the same bytes wherever zlib is the same).

Rows are filtered "up" in NumPy (PNG specification, section 9.2), which suits smooth pictures, then deflated by the
standard library's zlib at level 1. Text goes before the pixels: ``tEXt`` where Latin-1 can hold it, else ``iTXt``.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping

import numpy as np

from teststrip.darkroom.arrays import Pixels
from teststrip.darkroom.errors import DarkroomError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP = 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _text_chunk(keyword: str, text: str) -> bytes:
    try:
        key = keyword.encode("latin-1")
    except UnicodeEncodeError:
        key = b""
    if not 1 <= len(key) <= 79 or key.strip() != key or not keyword.isprintable():
        raise DarkroomError(f"{keyword!r} cannot name a PNG text: use 1 to 79 printable Latin-1 characters")
    if "\0" in text:
        raise DarkroomError(f"the PNG text {keyword!r} holds a null character, which PNG does not allow")
    try:
        return _chunk(b"tEXt", key + b"\0" + text.encode("latin-1"))
    except UnicodeEncodeError:
        return _chunk(b"iTXt", key + b"\0\0\0\0\0" + text.encode("utf-8"))


def encode_png(pixels: Pixels, text: Mapping[str, str]) -> bytes:
    """Encode ``pixels`` (height, width, 3), uint8, as a PNG that carries ``text`` in the given order.

    Raises `DarkroomError` for another shape or type, or a keyword that PNG does not allow.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise DarkroomError(f"a picture is (height, width, 3) of uint8, not {pixels.shape} of {pixels.dtype}")
    return encode_bands([pixels], (pixels.shape[1], pixels.shape[0]), text)


def encode_bands(bands: Iterable[Pixels], size: tuple[int, int], text: Mapping[str, str]) -> bytes:
    """Encode a picture of ``size`` (width, height) that comes in bands of rows, from top to bottom.

    Only the file itself grows with the picture. Raises `DarkroomError` as `encode_png` does.
    """
    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    parts = [_SIGNATURE, _chunk(b"IHDR", header)]
    parts += [_text_chunk(keyword, value) for keyword, value in text.items()]
    deflated = zlib.compressobj(1)
    last: Pixels = np.zeros((1, size[0] * 3), np.uint8)
    for band in bands:
        filtered, last = _filtered(band, last)
        data = deflated.compress(filtered.data)
        if data:
            parts.append(_chunk(b"IDAT", data))
    parts += [_chunk(b"IDAT", deflated.flush()), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _filtered(band: Pixels, last: Pixels) -> tuple[Pixels, Pixels]:
    """Filter rows "up"; ``last`` (1, width * 3) is the row before them. Returns their own last row too."""
    height, width, _ = band.shape
    rows = np.ascontiguousarray(band).reshape(height, width * 3)
    filtered = np.empty((height, 1 + width * 3), np.uint8)
    filtered[:, 0] = _UP
    np.subtract(rows[:1], last, out=filtered[:1, 1:])  # modulo 256, as the filter asks
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return filtered, rows[-1:].copy()
