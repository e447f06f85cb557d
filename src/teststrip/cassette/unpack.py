"""Answers that travel packed (RFC 9110, 8.4): kept as they read, for a secret in gzip is a secret all the same."""

from __future__ import annotations

import zlib
from typing import Final

_MOST: Final = 512 * 1024 * 1024  # bytes that a body unpacks to; more than any client takes


class UnknownPackingError(Exception):
    """A packing that cannot be looked into."""


def unpacked(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return a body as it reads, and what was wrong with its packing, "" for nothing.

    What no client of ours unpacks is left as it is. Raises UnknownPackingError for what it may unpack, and cannot
    be here, and for what unpacks to far too much.
    """
    encoding = encoding.strip().lower()
    if encoding in {"gzip", "x-gzip"}:
        return _inflated(data, zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        text, wrong = _inflated(data, zlib.MAX_WBITS)
        return _inflated(data, -zlib.MAX_WBITS) if wrong and not text else (text, wrong)  # many send it bare
    if encoding in {"br", "zstd"}:
        raise UnknownPackingError
    return data, ""


def _inflated(data: bytes, bits: int) -> tuple[bytes, str]:
    unpacker = zlib.decompressobj(bits)
    parts: list[bytes] = []
    size = 0
    try:
        for start in range(0, len(data), 65536):
            part = unpacker.decompress(data[start : start + 65536], _MOST - size + 1)
            parts.append(part)
            size += len(part)
            if size > _MOST:
                raise UnknownPackingError
        parts.append(unpacker.flush())
    except zlib.error as error:
        return b"".join(parts), str(error)
    return b"".join(parts), ""
