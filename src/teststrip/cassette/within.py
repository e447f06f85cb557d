"""All that a body may say: its bytes as text, what is packed in a picture's chunks, and pictures within texts."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from teststrip.base.picture import kind_of

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_GZIP: Final = b"\x1f\x8b"  # also where no header says so
_PACKED: Final = (b"zTXt", b"iTXt", b"iCCP")
_MOST_UNPACKED: Final = 8 * 1024 * 1024  # bytes of one text
_MOST_CHUNKS: Final = 100_000
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{64,}={0,2}")
_MOST_PICTURES: Final = 64  # within one text


def texts_within(data: bytes) -> Iterator[str]:
    """Yield what may be read in a body, byte for byte as Latin-1: a key is ASCII, however the rest is encoded."""
    text = data.decode("latin-1")
    yield text
    if "\0" in text:
        yield text.replace("\0", "")  # UTF-16 and its kin
    if data.startswith(_GZIP):
        with suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _MOST_UNPACKED).decode("latin-1")
    if data.startswith(_PNG):
        yield from _chunks(data)
    elif kind_of(data) is None:
        for number, found in enumerate(_BASE64.finditer(data)):
            if number >= _MOST_PICTURES:
                return
            yield from _picture(found[0])


def _picture(text: bytes) -> Iterator[str]:
    letters = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        data = base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return
    if kind_of(data) is not None:
        yield from texts_within(data)


def _chunks(data: bytes) -> Iterator[str]:
    """Yield the packed texts of a PNG (third edition, 11.3.3), whatever else is wrong with it."""
    at = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in _PACKED:
            yield from _unpacked(data[at + 8 : at + 8 + length])
        at += 12 + length


def _unpacked(chunk: bytes) -> Iterator[str]:
    """Yield what a chunk holds, wherever in it the packed part begins: its heads are short and end with zeros."""
    for start in range(len(chunk)):
        if chunk[start] & 0x0F == 8 and int.from_bytes(chunk[start : start + 2], "big") % 31 == 0:
            try:
                text = zlib.decompressobj().decompress(chunk[start:], _MOST_UNPACKED)
            except zlib.error:
                continue
            yield text.decode("latin-1")
            return
        if start > 400:  # a keyword has at most 79 bytes; a language and a translated keyword are not much longer
            return
