"""All that a body may say: its bytes as text, what is packed in it or in a picture, and pictures in texts.

All of it is looked through, in time and memory linear in the body and in what it unpacks to, of which there may be
so much.
"""

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
_GIF: Final = b"GIF8"
_COMMENT: Final = b"\x21\xfe"
_GZIP: Final = b"\x1f\x8b\x08"  # also where no header says so
_ZIP: Final = b"PK\x03\x04"
_PACKED: Final = (b"zTXt", b"iTXt", b"iCCP")
_MOST: Final = 64 * 1024 * 1024  # bytes that are unpacked for one body
_WINDOW: Final = 1024 * 1024
_FED: Final = 64 * 1024
_OVERLAP: Final = 16 * 1024  # longer than any key in any spelling
# What begins a PNG, a gzip, a zip, and a JPEG, WebP, GIF or AVIF in base64 (these have texts in UTF-16 or in
# pieces), and what may stand in it: lines, escaped slashes, percent-encoding.
_BEGINS: Final = re.compile(
    rb"iVBORw0KGgo|H4sI|UEsDB|(?:\\{0,4}/|%2[Ff]|_)9j(?:\\{0,4}/|%2[Ff]|_)|UklGR|R0lGOD|AAAA[A-Za-z0-9+/_-]{2}Z0eXB"
)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]+(?:(?:\\+[/nr]|[\r\n]+|%(?:2[BFbf]|0[ADad]))[A-Za-z0-9+/_-]+)*")
_GAPS: Final = re.compile(rb"\\+[nr]|[\r\n\\]|%0[ADad]")
_ESCAPES: Final = ((b"%2B", b"+"), (b"%2b", b"+"), (b"%2F", b"/"), (b"%2f", b"/"))


class TooMuchError(Exception):
    """A body that unpacks to more than can be looked through."""


class _Purse:
    """What may be unpacked yet, in bytes."""

    def __init__(self) -> None:
        self.left = _MOST

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooMuchError


def texts_within(data: bytes) -> Iterator[str]:
    """Yield what may be read in a body, byte for byte as Latin-1: a key is ASCII, however the rest is encoded.

    Raises TooMuchError for what unpacks to far too much.
    """
    return _texts(data, _Purse())


def _texts(data: bytes, purse: _Purse) -> Iterator[str]:
    text = data.decode("latin-1")
    yield text
    if "\0" in text:
        yield text.replace("\0", "")  # UTF-16 and its kin
    if data.startswith(_GZIP):
        yield from _windows(data, zlib.MAX_WBITS | 16, purse)
    elif data.startswith(_ZIP):
        yield from _members(data, purse)
    elif data.startswith(_PNG):
        yield from _chunks(data, purse)
    elif data.startswith(_GIF):
        yield from _comments(data, purse)
    elif kind_of(data) is None:
        if len(data) > 1 and _begins_packed(data, 0):
            yield from _windows(data, zlib.MAX_WBITS, purse)
        for found in _BEGINS.finditer(data):
            yield from _encoded(data, found.start(), purse)


def _encoded(data: bytes, start: int, purse: _Purse) -> Iterator[str]:
    """Yield what base64 says that begins there."""
    found = _BASE64.match(data, start)
    if found is None:
        return
    purse.take(found.end() - start)  # a body may begin it over and over
    letters = found[0]
    if b"%" in letters or b"\\" in letters or b"\n" in letters or b"\r" in letters:
        letters = _GAPS.sub(b"", letters.replace(b"\\/", b"/"))
        for escape, sign in _ESCAPES:
            letters = letters.replace(escape, sign)
    letters = letters.translate(bytes.maketrans(b"-_", b"+/"))
    with suppress(binascii.Error):
        inner = base64.b64decode(letters[: len(letters) // 4 * 4] + _last(letters))
        if inner.startswith((_GZIP, _ZIP)) or kind_of(inner) is not None:
            yield from _texts(inner, purse)


def _last(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return b"" if len(rest) < 2 else rest + b"=" * (4 - len(rest))


def _chunks(data: bytes, purse: _Purse) -> Iterator[str]:
    """Yield the packed texts of a PNG (third edition, 11.3.3), whatever else is wrong with it."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in _PACKED:
            yield from _unpacked(data[at + 8 : at + 8 + length], purse)
        at += 12 + length


def _comments(data: bytes, purse: _Purse) -> Iterator[str]:
    """Yield a GIF's comments (GIF89a, 24), each without the sizes that stand between its pieces."""
    at = data.find(_COMMENT)
    while at >= 0:
        at += 2
        parts: list[bytes] = []
        while at < len(data) and data[at]:
            parts.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        text = b"".join(parts)
        purse.take(len(text))
        yield text.decode("latin-1")
        at = data.find(_COMMENT, at)


def _members(data: bytes, purse: _Purse) -> Iterator[str]:
    """Yield what a zip's members say (APPNOTE.TXT, 4.3.7): those that are deflated; others stand as they are."""
    at = data.find(_ZIP)
    while at >= 0 and at + 30 <= len(data):
        (method,) = struct.unpack_from("<H", data, at + 8)
        name, extra = struct.unpack_from("<HH", data, at + 26)
        if method == 8:
            yield from _windows(memoryview(data)[at + 30 + name + extra :], -zlib.MAX_WBITS, purse)
        at = data.find(_ZIP, at + 4)


def _unpacked(chunk: bytes, purse: _Purse) -> Iterator[str]:
    """Yield what a chunk holds, wherever in it the packed part begins: its heads are short and end with zeros."""
    for start in range(min(len(chunk), 400)):  # a keyword has at most 79 bytes; what follows is not much longer
        if _begins_packed(chunk, start):
            whole = list(_windows(memoryview(chunk)[start:], zlib.MAX_WBITS, purse))
            if whole:
                yield from whole
                return


def _begins_packed(data: bytes, start: int) -> bool:
    """Tell whether zlib's two first bytes stand there (RFC 1950, 2.2)."""
    return data[start] & 0x0F == 8 and int.from_bytes(data[start : start + 2], "big") % 31 == 0


def _windows(data: bytes | memoryview, bits: int, purse: _Purse) -> Iterator[str]:
    """Unpack something as far as it goes; each part that is yielded begins with the end of the one before."""
    unpacker, view = zlib.decompressobj(bits), memoryview(data)
    before = b""
    with suppress(zlib.error):
        for start in range(0, len(view), _FED):
            rest: bytes | memoryview = view[start : start + _FED]
            while rest and not unpacker.eof:
                part = unpacker.decompress(rest, _WINDOW)
                rest = unpacker.unconsumed_tail
                if part:
                    purse.take(len(part))
                    yield (before + part).decode("latin-1")
                    before = (before + part)[-_OVERLAP:]
            if unpacker.eof:
                return
        yield (before + unpacker.flush()).decode("latin-1")
