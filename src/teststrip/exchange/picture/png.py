"""The texts of a PNG file: tEXt, zTXt, iTXt and eXIf, read chunk by chunk without its pixels.

PNG specification, third edition, section 11.3.3. A file may lie about its lengths and unpack to anything, so
everything is bounded before it is read or unpacked; of what is beyond the bounds, the name is told.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MOST_TEXT: Final = 8 * 1024 * 1024  # bytes of one text, in the file and when it is unpacked
MOST_ALL: Final = 32 * 1024 * 1024  # bytes of all texts of a file
MOST_CHUNKS: Final = 100_000


@dataclass(slots=True)
class PngTexts:
    """The texts by keyword, in file order, the first of a keyword; `kinds` says in which chunk each lay.

    `faults` are sentences about what could not be read. `exif` is the content of eXIf.
    """

    width: int = 0
    height: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    exif: bytes = b""
    faults: list[str] = field(default_factory=list)


class _BeyondError(Exception):
    """A text is larger than is read."""


def read_png(stream: BinaryIO) -> PngTexts:
    """Read the texts of a PNG from its first byte on; never raises for what is in it. Raises OSError."""
    found = PngTexts()
    total = 0
    if stream.read(8) != SIGNATURE:
        found.faults.append("it does not begin as a PNG does")
        return found
    for kind, length in _chunks(stream, found):
        if kind == b"IHDR":
            header = stream.read(min(length, 13))
            if len(header) >= 8:
                found.width, found.height = struct.unpack(">II", header[:8])
        elif kind in _READERS or kind == b"eXIf":
            total += length
            if length > MOST_TEXT or total > MOST_ALL:
                found.faults.append(f"a {kind.decode()} of {length:,} bytes is larger than is read")
                continue
            data = stream.read(length)
            if len(data) < length:
                found.faults.append(f"the file ends in the middle of a {kind.decode()}")
                return found
            total += _take(kind, data, found) - length
    return found


def _chunks(stream: BinaryIO, found: PngTexts) -> Iterator[tuple[bytes, int]]:
    """Go through the chunks; the caller reads the data or does not, and the next chunk is found all the same."""
    end = stream.seek(0, 2)
    stream.seek(8)
    for _ in range(MOST_CHUNKS):
        head = stream.read(8)
        if len(head) < 8:
            found.faults.append("the file ends before its last chunk")
            return
        length, kind = struct.unpack(">I4s", head)
        start = stream.tell()
        if length > 2**31 - 1 or start + length > end:
            found.faults.append(f"the file ends in the middle of a chunk, {_name(kind)}")
            if kind not in _READERS:
                return
        yield kind, length
        if kind == b"IEND":
            return
        stream.seek(start + length + 4)
    found.faults.append(f"the file has more than {MOST_CHUNKS:,} chunks")


def _name(kind: bytes) -> str:
    return kind.decode("ascii", "backslashreplace")


def _take(kind: bytes, data: bytes, found: PngTexts) -> int:
    """Take a chunk's text; return how many bytes it has, unpacked."""
    if kind == b"eXIf":
        found.exif = found.exif or data
        return len(data)
    key, zero, rest = data.partition(b"\0")
    keyword = key.decode("latin-1")
    if not zero or not 1 <= len(key) <= 79:
        found.faults.append(f"a {kind.decode()} without a keyword is left out")
        return len(data)
    try:
        raw = _READERS[kind](rest)
    except _BeyondError:
        found.faults.append(f"the {kind.decode()} {keyword!r} unpacks to more than {MOST_TEXT // 2**20} MiB")
        return MOST_TEXT
    except (ValueError, zlib.error):
        found.faults.append(f"the {kind.decode()} {keyword!r} cannot be unpacked")
        return len(data)
    if keyword not in found.texts:
        found.texts[keyword] = _decoded(raw)
        found.kinds[keyword] = kind.decode()
    return len(raw)


def _decoded(raw: bytes) -> str:
    """Read text as UTF-8, which many programs write in tEXt too, or as the Latin-1 of the specification."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _plain(rest: bytes) -> bytes:
    return rest


def _packed(rest: bytes) -> bytes:
    if rest[:1] != b"\0":
        raise ValueError("not deflated")
    return _unpacked(rest[1:])


def _international(rest: bytes) -> bytes:
    if len(rest) < 2:
        raise ValueError("too short")
    compressed, method = rest[0], rest[1]
    _, zero, after = rest[2:].partition(b"\0")  # the language
    _, second, text = after.partition(b"\0")  # the keyword in that language
    if not zero or not second or (compressed and method):
        raise ValueError("no text")
    return _unpacked(text) if compressed else text


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, MOST_TEXT + 1)
    if len(text) > MOST_TEXT:
        raise _BeyondError
    if not unpacker.eof:
        raise ValueError("cut off")
    return text


_READERS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"tEXt": _plain,
    b"zTXt": _packed,
    b"iTXt": _international,
}
