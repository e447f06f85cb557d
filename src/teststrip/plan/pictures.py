"""Pictures that a recipe gives: what may be one, and those that stand in the recipe itself, as address or as text.

Nothing is decoded but base64. What an API would refuse, or bill for, is told here, before anything is sent.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from teststrip.base.picture import is_whole, kind_of, size_of

MOST_BYTES: Final = 20 * 2**20
"""Of one picture. In base64 it is a third more: 27 MiB, which the emulator and most servers still take."""
MOST_PIXELS: Final = 2**28
"""Of one picture: a few kilobytes can claim any number, and whoever decodes them pays with memory."""
MOST_TEXT: Final = MOST_BYTES * 4 // 3 + 4

_SENT: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
_KNOWN_ELSEWHERE: Final = (
    (b"version https://git-lfs", "a Git LFS pointer and not the picture itself; `git lfs pull` fetches that"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML text, such as an SVG drawing"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"%pdf", "a PDF"),
    (b"ii*\0", "a TIFF"),
    (b"mm\0*", "a TIFF"),
)
_BEGINNINGS: Final = {"iVBORw0KGgo": "PNG", "/9j/": "JPEG", "UklGR": "WebP", "R0lGOD": "GIF"}  # in base64
_SHORTEST: Final = 24  # characters of base64 that are taken for it: no path looks like the beginnings above
_LONGEST_PATH: Final = 1024
_ADDRESS: Final = re.compile(r"https?:", re.IGNORECASE)
_OTHER_SCHEME: Final = re.compile(r"(?:[a-z][a-z0-9+.-]+://|file:)", re.IGNORECASE)
_DATA: Final = re.compile(r"data:(image/[a-z0-9.+-]+)?((?:;[^;,]*)*),", re.IGNORECASE)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


class FileFault(Exception):  # noqa: N818  a fault is reported at its place, and not an error of its own
    """A picture cannot be used; says why, and what was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a picture's header says; width and height in pixels."""

    media_type: str
    width: int
    height: int


def read_picture(data: bytes) -> PictureFacts:
    """Read a picture's header. Raises FileFault for all that is no whole PNG, JPEG or WebP of a sound size.

    The message goes on after the picture's name: "is empty".
    """
    kind = kind_of(data)
    if kind is None or kind.media_type not in _SENT:
        raise FileFault(f"is {_called(data)}; a picture is a PNG, a JPEG or a WebP")
    if not is_whole(data):
        raise FileFault(f"is a {_name(kind.media_type)} that was cut short: its end is missing")
    size = size_of(data)
    if size is None or 0 in size:
        raise FileFault(f"is a {_name(kind.media_type)} whose header has no size: it is damaged")
    width, height = size
    if width * height > MOST_PIXELS:
        raise FileFault(f"says that it is {width}x{height}; a picture has at most {MOST_PIXELS:,} pixels")
    return PictureFacts(kind.media_type, width, height)


def is_inline(text: str) -> bool:
    """Tell whether a text is an address or a picture itself, and so is sent as it is; every other is a path.

    Raises FileFault for one that can be neither.
    """
    if _ADDRESS.match(text):
        _check_address(text)
        return True
    if text[:5].lower() == "data:":
        _check_data(text)
        return True
    if _OTHER_SCHEME.match(text):
        raise FileFault("only http and https addresses can be sent; of a file give the path alone")
    beginning = next((name for start, name in _BEGINNINGS.items() if text.startswith(start)), None)
    if beginning is not None and len(text) >= _SHORTEST:
        _check_base64(text, f"this begins like the base64 text of a {beginning}, but")
        return True
    if len(text) > _LONGEST_PATH or (len(text) > 255 and _BASE64.fullmatch(text)):
        _check_base64(text, "this is too long for a path, and as base64 text")
        return True
    return False


def _check_address(text: str) -> None:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    else:
        if "@" in parts.netloc:
            raise FileFault("an address must not hold a user name or password: it would be sent, and kept")
    if not host or not text.isprintable() or " " in text:
        raise FileFault("this is no address that can be used; write https://HOST/PATH, without spaces")


def _check_data(text: str) -> None:
    head = _DATA.match(text[:200])
    if head is None or not head[2].lower().endswith(";base64"):
        raise FileFault("a data address of a picture begins with data:image/png;base64, or its like")
    _check_base64(text[head.end() :], "the data address")


def _check_base64(text: str, what: str) -> None:
    if len(text) > MOST_TEXT:
        raise FileFault(f"{what} is longer than a picture of {_mebibytes(MOST_BYTES)} needs")
    if any(sign.isspace() for sign in text):
        raise FileFault(f"{what} has spaces or line breaks in it; write it in one line, or give a file's path")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise FileFault(f"{what} cannot be decoded: {_flaw(text)}; a file's path is easier") from None
    try:
        read_picture(data)
    except FileFault as fault:
        raise FileFault(f"{what} {fault.message}") from None


def _flaw(text: str) -> str:
    odd = re.search(r"[^A-Za-z0-9+/=]", text)
    if odd is not None:
        return f"character {odd.start() + 1} is {odd[0]!r}"
    return f"it has {len(text)} characters, which is no multiple of 4, or ends in the wrong ones"


def _called(data: bytes) -> str:
    kind = kind_of(data)
    if kind is not None:
        return f"a {_name(kind.media_type)}"
    if not data:
        return "empty"
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1"):
        return "a HEIC"
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # reserved, and always 0
        return "a BMP"
    known = next((name for start, name in _KNOWN_ELSEWHERE if head.startswith(start)), None)
    return known or f"no picture ({len(data)} bytes that begin with {data[:8].hex(' ')})"


def _name(media_type: str) -> str:
    return {"image/webp": "WebP"}.get(media_type, media_type.partition("/")[2].upper())


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:.3g} MiB"
