"""What a picture is, by its bytes: servers mislabel pictures, and send kinds that nobody asked for."""

from __future__ import annotations

from teststrip.base.picture import SUFFIXES, Data, PictureKind, is_whole, kind_of
from teststrip.errors import ExchangeError

__all__ = ["SUFFIXES", "PictureKind", "sniff"]


def sniff(data: Data) -> PictureKind:
    """Tell what kind of picture these bytes are: PNG, JPEG, WebP, GIF or AVIF.

    Raises ExchangeError (kind `protocol`) for anything else, and for a picture whose end is missing.
    """
    kind = kind_of(data)
    if kind is None:
        # Text is not quoted: a server may send the words of an error, and the key in them.
        start = "text" if data[:12].isascii() and data[:12].decode().isprintable() else data[:12].hex(" ")
        start = start if data else "nothing"
        raise ExchangeError(f"this is no picture: {len(data)} bytes that begin with {start}", kind="protocol")
    if not is_whole(data):
        raise ExchangeError(f"the picture ({kind.media_type}, {len(data)} bytes) was cut short", kind="protocol")
    return kind
