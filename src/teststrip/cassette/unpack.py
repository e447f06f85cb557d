"""Answers that travel packed (RFC 9110, 8.4): kept as they read, for a secret in gzip is a secret all the same.

A small body may unpack to anything, so it is unpacked piece by piece, and given up where it is no longer in any
proportion to what came over the wire.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, TypeAlias

from teststrip.base.picture import kind_of

Unpack: TypeAlias = Callable[[bytes], bytes]

LARGE: Final = 32 * 1024 * 1024  # bytes that any body may unpack to
_TIMES: Final = 4  # and a large one to so many times its size: pictures in base64 do not pack any better
_PART: Final = 64 * 1024
_SMALL_PART: Final = 64  # where the unpacker cannot be told when to stop


class UnknownPackingError(Exception):
    """A packing that cannot be looked into; the words say why."""


def unpacked(
    data: bytes, encoding: str, foreign: Mapping[str, Callable[[], Unpack | None]] | None = None
) -> tuple[bytes, str]:
    """Return a body as it reads, and what was wrong with its packing, "" for nothing.

    `foreign` makes unpackers for what the standard library does not know; None where one is not installed, and
    then httpx has none either. What nobody unpacks is left as it is if it reads as a text or a picture. Raises
    UnknownPackingError for all else, and for what unpacks to far too much.
    """
    encoding = encoding.strip().lower()
    if encoding in {"gzip", "x-gzip"}:
        return _inflated(data, zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        text, wrong = _inflated(data, zlib.MAX_WBITS)
        return _inflated(data, -zlib.MAX_WBITS) if wrong and not text else (text, wrong)  # many send it bare
    makers = _FOREIGN if foreign is None else foreign
    if encoding in makers and (unpack := makers[encoding]()) is not None:
        return _unpacked(data, unpack)
    if encoding not in {"", "identity"} and (encoding in makers or not _is_plain(data)):
        raise UnknownPackingError(f"it is packed in a way that cannot be looked into ({encoding[:20]})")
    return data, ""


def _inflated(data: bytes, bits: int) -> tuple[bytes, str]:
    unpacker = zlib.decompressobj(bits)
    text = bytearray()
    try:
        for start in range(0, len(data), _PART):
            rest = data[start : start + _PART]
            while rest and not unpacker.eof:
                _add(text, unpacker.decompress(rest, _PART), len(data))
                rest = unpacker.unconsumed_tail
        _add(text, unpacker.flush(), len(data))
    except zlib.error as error:
        return bytes(text), str(error)
    return bytes(text), ""


def _unpacked(data: bytes, unpack: Unpack) -> tuple[bytes, str]:
    text = bytearray()
    for start in range(0, len(data), _SMALL_PART):
        try:
            part = unpack(data[start : start + _SMALL_PART])
        except Exception as error:  # noqa: BLE001  each of these modules has errors of its own
            return bytes(text), f"{type(error).__name__}: {error}"
        _add(text, part, len(data))
    return bytes(text), ""


def _add(text: bytearray, part: bytes, size: int) -> None:
    text += part
    if len(text) > max(LARGE, _TIMES * size):
        raise UnknownPackingError(f"it unpacks to more than {max(LARGE, _TIMES * size):,} bytes")


def _is_plain(data: bytes) -> bool:
    if kind_of(data) is not None:
        return True
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _brotli() -> Unpack | None:
    """Return what httpx uses, under either name."""
    for name in ("brotli", "brotlicffi"):
        try:
            made: Any = import_module(name).Decompressor()
        except ImportError:
            continue
        unpack: Unpack = made.process if hasattr(made, "process") else made.decompress
        return unpack
    return None


def _zstandard() -> Unpack | None:
    try:
        made: Any = import_module("zstandard").ZstdDecompressor().decompressobj()
    except ImportError:
        return None
    unpack: Unpack = made.decompress
    return unpack


_FOREIGN: Final[Mapping[str, Callable[[], Unpack | None]]] = {"br": _brotli, "zstd": _zstandard}
