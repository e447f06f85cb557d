"""The JPEG writer: a page strip by strip, put together to one file.

Every strip is coded by itself, with the same tables, and stands between restart markers, at which a decoder begins
anew (ITU-T T.81, B.2.1 and F.2.1.3.1): so nothing is decoded and coded again, and memory holds some strips only.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from teststrip.base.files import write_parts_whole
from teststrip.sheet.draw import Studio, strip_height, strips
from teststrip.sheet.placed import Layout

_QUALITY: Final = 90
_BLOCK: Final = 8  # pixels: a unit of code has so many lines and columns, as colours are not halved
_LATITUDE: Final = 2  # strips that wait to be written
_LONGEST_COMMENT: Final = 60_000  # bytes
_SOF0: Final = 0xC0
_SOS: Final = 0xDA
_DRI: Final = 0xDD
_COM: Final = 0xFE
_EOI: Final = b"\xff\xd9"


def write_jpeg(layout: Layout, path: Path, studio: Studio) -> Path:
    """Draw a page and write it whole; otherwise as `write_png`. Pages are at most 65,535 pixels a side."""
    write_parts_whole(path, _parts(layout, studio))
    return path


def _parts(layout: Layout, studio: Studio) -> Iterator[bytes]:
    for number, data in enumerate(_coded(layout, studio)):
        head, code = _parted(data)
        if number == 0:
            yield from _head(head, layout)
        else:
            yield bytes((0xFF, 0xD0 + (number - 1) % 8))
        yield code
    yield _EOI


def _coded(layout: Layout, studio: Studio) -> Iterator[bytes]:
    waiting: deque[Future[bytes]] = deque()
    for strip in strips(layout, studio):
        waiting.append(studio.threads.submit(_code, strip))
        if len(waiting) > _LATITUDE:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _code(strip: Image.Image) -> bytes:
    stream = BytesIO()
    strip.save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return stream.getvalue()


def _parted(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Part a JPEG into its segments, each a marker and what follows it, up to the code; and the code."""
    segments = []
    at = 2
    while True:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        segments.append((marker, data[at + 4 : at + 2 + size]))
        at += 2 + size
        if marker == _SOS:
            return segments, data[at : -len(_EOI)]


def _head(segments: list[tuple[int, bytes]], layout: Layout) -> Iterator[bytes]:
    """Yield the head of the whole from that of a strip: its height, and where decoders begin anew."""
    yield b"\xff\xd8"
    interval = -(-layout.width // _BLOCK) * (strip_height(layout.width) // _BLOCK)
    for marker, body in segments:
        if marker == _SOF0:
            body = body[:1] + struct.pack(">H", layout.height) + body[3:]  # noqa: PLW2901  the same segment, mended
        if marker == _SOS:
            yield _segment(_DRI, struct.pack(">H", interval))
            if layout.title:
                yield _segment(_COM, layout.title.encode()[:_LONGEST_COMMENT])
        yield _segment(marker, body)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body
