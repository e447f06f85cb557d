"""What a picture is, by its bytes alone, and how large, by its header: nothing is ever decoded here.

A small file may claim to be a billion pixels; reading its header costs no more than reading any other.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

Data: TypeAlias = bytes | mmap.mmap  # a picture in memory, or in its file

_AVIF_BRANDS: Final = (b"avif", b"avis")
# JPEG (ITU-T T.81, table B.1): frame headers, which have the size, and marks that stand alone.
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_VP8_KEY: Final = b"\x9d\x01\x2a"


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture: its media type and the suffix of its file name, dot included."""

    media_type: str
    suffix: str


@dataclass(frozen=True, slots=True)
class _Known:
    """How a kind is told: by its first bytes, by its last ones, and the size in pixels that its header says."""

    kind: PictureKind
    begins: Callable[[Data], bool]
    whole: Callable[[Data], bool]
    size: Callable[[Data], tuple[int, int] | None]


def kind_of(data: Data) -> PictureKind | None:
    """Tell what kind of picture begins so: PNG, JPEG, WebP, GIF or AVIF; None for anything else."""
    known = _known(data)
    return None if known is None else known.kind


def is_whole(data: Data) -> bool:
    """Tell whether a picture's end is there too. Bytes after it are allowed: some writers pad."""
    known = _known(data)
    return known is not None and known.whole(data)


def size_of(data: Data) -> tuple[int, int] | None:
    """Read width and height, in pixels, from a picture's header; None where it does not say."""
    known = _known(data)
    return None if known is None else known.size(data)


def _known(data: Data) -> _Known | None:
    return next((known for known in _KINDS if known.begins(data)), None)


def _is_avif(data: Data) -> bool:
    # ISO/IEC 14496-12: a file-type box holds its major brand at 8 and compatible brands from 16 on.
    size = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(size, 256), 4))}
    return data[4:8] == b"ftyp" and any(brand in brands for brand in _AVIF_BRANDS)


def _whole_webp(data: Data) -> bool:
    return len(data) >= int.from_bytes(data[4:8], "little") + 8


def _png_size(data: Data) -> tuple[int, int] | None:
    """Read the first chunk, IHDR, which begins with both sides (PNG specification, 11.2.1)."""
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: Data) -> tuple[int, int] | None:
    """Walk the segments up to the first frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if mark == 0xFF:  # fill bytes may stand before a mark
            at += 1
        elif mark in _ALONE:
            at += 2
        elif mark in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None


def _webp_size(data: Data) -> tuple[int, int] | None:
    """Read the first chunk: VP8, VP8L or VP8X (RFC 9649, 2.5 to 2.7), each of which has the size elsewhere."""
    form = data[12:16]
    if form == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and len(data) >= 30 and data[23:26] == _VP8_KEY:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


def _gif_size(data: Data) -> tuple[int, int] | None:
    if len(data) < 10:
        return None
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def _avif_size(data: Data) -> tuple[int, int] | None:
    """Return the largest spatial extent (`ispe`, ISO/IEC 23008-12, 6.5.3): tiles and thumbnails have less."""
    sizes = []
    at = data.find(b"ispe", 0, 65536)
    while at >= 0 and at + 16 <= len(data):
        sizes.append(
            (int.from_bytes(data[at + 8 : at + 12], "big"), int.from_bytes(data[at + 12 : at + 16], "big"))
        )
        at = data.find(b"ispe", at + 16, 65536)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


_KINDS: Final = (
    _Known(
        PictureKind("image/png", ".png"),
        lambda data: data[:8] == b"\x89PNG\r\n\x1a\n",
        lambda data: b"IEND\xaeB`\x82" in data[-4096:],
        _png_size,
    ),
    _Known(
        PictureKind("image/jpeg", ".jpg"),
        lambda data: data[:3] == b"\xff\xd8\xff",
        lambda data: b"\xff\xd9" in data[-4096:],
        _jpeg_size,
    ),
    _Known(
        PictureKind("image/webp", ".webp"),
        lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
        _whole_webp,
        _webp_size,
    ),
    _Known(
        PictureKind("image/gif", ".gif"),
        lambda data: data[:6] in {b"GIF87a", b"GIF89a"},
        lambda data: b"\x3b" in data[-4096:],
        _gif_size,
    ),
    _Known(PictureKind("image/avif", ".avif"), _is_avif, lambda _: True, _avif_size),
)

SUFFIXES: Final = {known.kind.media_type: known.kind.suffix for known in _KINDS}
