"""Pictures without what they say of themselves, and PNGs with our own text; pixels stay as they are.

What is kept is named, the rest goes: texts, EXIF, XMP, unknown parts, and whatever follows the end. Some programs
hide their settings in the lowest bits of a PNG's pixels ("stealth pnginfo"); those bits are set alike.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Mapping
from typing import Final

from teststrip.base.json import Json, canonical
from teststrip.base.picture import kind_of
from teststrip.exchange.picture.novelai import KEYWORD
from teststrip.exchange.picture.png import SIGNATURE

_PNG_KEPT: Final = frozenset(
    {
        *(b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP"),
        *(b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND"),
    }
)
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_SAYS: Final = 0x04 | 0x08  # the flags of XMP and EXIF in VP8X
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_GIF_KEPT: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class CannotStripError(ValueError):
    """A picture's texts cannot be removed; the message says why."""


def stripped(data: bytes) -> bytes:
    """Return a picture without anything that it says of itself. Raises CannotStripError."""
    kind = kind_of(data)
    strip = _STRIPPERS.get(kind.media_type) if kind is not None else None
    if strip is None:
        raise CannotStripError("the texts of this kind of picture cannot be removed")
    try:
        return strip(data)
    except CannotStripError:
        raise
    except (struct.error, IndexError, ValueError) as error:
        raise CannotStripError("it is damaged") from error


def with_own_text(data: bytes, document: Mapping[str, Json]) -> bytes | None:
    """Return a PNG with our own text (iTXt `teststrip`) after its header; None for any other kind of picture."""
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR":
        return None
    header = 8 + 12 + int.from_bytes(data[8:12], "big")
    text = KEYWORD.encode() + b"\0\0\0\0\0" + canonical(document)
    return data[:header] + _chunk(b"iTXt", text) + data[header:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(data: bytes) -> bytes:
    kept = [SIGNATURE]
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise CannotStripError("it ends in the middle of a chunk")
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        at = end
    return _unhidden(b"".join(kept))


def _unhidden(data: bytes) -> bytes:
    """Take out what is hidden in the lowest bits; a picture in which nothing can be hidden stays byte for byte."""
    # Imported late: only a picture that is stripped needs its pixels.
    import numpy as np  # noqa: PLC0415  see above
    from PIL import Image  # noqa: PLC0415  see above

    from teststrip.steps.hidden import cleared  # noqa: PLC0415  see above

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
                if getattr(picture, "n_frames", 1) > 1 or picture.mode not in {"RGB", "RGBA", "LA"}:
                    return data
                mode, profile = picture.mode, picture.info.get("icc_profile")
                pixels = np.array(picture.convert("RGBA"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise CannotStripError("its pixels cannot be read") from error
    if cleared(pixels) is None:
        return data
    stream = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(stream, "PNG", icc_profile=profile)
    return stream.getvalue()


def _jpeg(data: bytes) -> bytes:
    """Keep what the pixels need (ITU-T T.81, B.1.1): application segments only of JFIF, Adobe and ICC profiles."""
    kept = [data[:2]]
    at = 2
    while True:
        if data[at] != 0xFF:
            raise CannotStripError("it has something between its segments")
        mark = data[at + 1]
        if mark == 0xFF:  # fill bytes may stand before a mark
            at += 1
            continue
        if mark == 0xD9:
            return b"".join([*kept, data[at : at + 2]])
        end = at + 2 if mark in _JPEG_ALONE else at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if end > len(data):
            raise CannotStripError("it ends in the middle of a segment")
        if mark == 0xDA:  # pixels follow, up to the next mark that is no restart
            end = _scan_end(data, end)
        if _needed(mark, data[at + 4 : at + 16]):
            kept.append(data[at:end])
        at = end


def _needed(mark: int, begins: bytes) -> bool:
    if 0xE0 <= mark <= 0xEF:
        starts = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
        return mark in starts and begins.startswith(starts[mark])
    return mark != 0xFE


def _scan_end(data: bytes, at: int) -> int:
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _webp(data: bytes) -> bytes:
    """Keep the chunks that hold pixels (RFC 9649, 2.7)."""
    kept = []
    at, end = 12, 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise CannotStripError("it is cut short")
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        after = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise CannotStripError("it ends in the middle of a chunk")
        if kind in _WEBP_KEPT:
            chunk = bytearray(data[at : min(after, end)])
            if kind == b"VP8X":
                chunk[8] &= ~_WEBP_SAYS & 0xFF
            kept.append(bytes(chunk))
        at = after
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _gif(data: bytes) -> bytes:
    """Keep pictures and their control (GIF89a, 15 to 27): no comments, plain texts, or applications but loops."""
    at = 13 + _table(data[10])
    kept = [data[:at]]
    while data[at] != 0x3B:
        if data[at] == 0x21:
            end = _blocks_end(data, at + 2)
            loops = data[at + 1] == 0xFF and data[at + 3 : at + 14] in _GIF_KEPT
            keep = data[at + 1] == 0xF9 or loops
        elif data[at] == 0x2C:
            end = _blocks_end(data, at + 10 + _table(data[at + 9]) + 1)
            keep = True
        else:
            raise CannotStripError("it has an unknown block")
        if keep:
            kept.append(data[at:end])
        at = end
    return b"".join(kept) + b";"


def _table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


_STRIPPERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/gif": _gif,
}
