"""PNG pictures decoded in two thirds of the time: ISA-L inflates them, and Pillow does all the rest.

Pillow is handed the same file with its packed lines as stored blocks instead (RFC 1951, 3.2.4): it reads the
header, undoes the filters and makes the pixels, whatever the kind of PNG. A file that ISA-L stumbles over is left
to Pillow as it is: pixels and verdicts are Pillow's own, with ISA-L or without. What is inflated goes through in
parts that stay in the processor's cache: with megabytes at a time, getting memory from the system takes as long
again.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

_PART: Final = 65_000  # bytes: a stored block has at most 65,535, and Pillow reads 65,536 at once
_ZLIB: Final = b"\x78\x01"  # the header of a stream
_LAST: Final = b"\x01\x00\x00\xff\xff"  # an empty stored block, with which a stream ends
_NO_CHECKSUM: Final = b"\0\0\0\0"  # of a chunk; Pillow skips those of packed lines
_BITE: Final = 65_536  # bytes
_MOST_BEYOND: Final = 64  # parts: a picture may be followed by gigabytes of lines


class Inflater(Protocol):
    """A zlib stream on its way, as `zlib.decompressobj` makes it."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What it was given and has not yet looked at."""

    @property
    def eof(self) -> bool:
        """Whether the stream is over, and its checksum is right."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Inflate to so many bytes at most. Raises any exception for damaged data."""


@dataclass(frozen=True, slots=True)
class Zlib:
    """Another's zlib: `inflater` begins a stream, `adler` carries a checksum on, as `zlib.adler32` does."""

    inflater: Callable[[], Inflater]
    adler: Callable[[bytes, int], int]


def _isal() -> Zlib | None:
    try:
        from isal import isal_zlib  # noqa: PLC0415  there is not a wheel of it for every machine
    except ImportError:
        return None
    return Zlib(isal_zlib.decompressobj, isal_zlib.adler32)


ISAL: Final = _isal()


def pixels_of(picture: Image.Image, path: Path, by: Zlib | None = ISAL) -> Image.Image:
    """Return the pixels of a picture that Pillow has opened, but not yet loaded, from a file.

    Raises what Pillow raises on a picture that it cannot decode.
    """
    if picture.format == "PNG" and by is not None:
        with contextlib.suppress(Exception), path.open("rb") as file:  # what is wrong with it, Pillow says below
            return unpacked(file, by)
    picture.load()
    return picture


def unpacked(file: BinaryIO, by: Zlib) -> Image.Image:
    """Decode a PNG file with another's zlib. Raises any exception for what is better left to Pillow alone."""
    source = _Stored(file, by)
    picture = PngImageFile(source)  # type: ignore[arg-type]  # of a file, it wants no more than this has
    picture.load()
    source.finish()
    return picture


class _Stored:
    """A PNG file to be read from its beginning to its end, whose packed lines are in stored blocks."""

    def __init__(self, file: BinaryIO, by: Zlib) -> None:
        self._file = file
        self._inflater = by.inflater()
        self._adler = by.adler
        self._parts = self._whole()
        self._rest = b""
        self._at = 0

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end."""
        while len(self._rest) < size and (part := next(self._parts, b"")):
            self._rest = self._rest + part if self._rest else part
        if len(self._rest) == size:  # as it is nearly always
            found, self._rest = self._rest, b""
        else:
            found, self._rest = self._rest[:size], self._rest[size:]
        self._at += len(found)
        return found

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._at

    def seek(self, to: int) -> int:
        """Go to where it stands. Raises OSError for another place."""
        if to != self._at:
            raise OSError("it is read from its beginning to its end")
        return to

    def finish(self) -> None:
        """Read to the end of the packed lines. Raises OSError if they are damaged beyond what Pillow took."""
        for _ in islice(self._parts, _MOST_BEYOND):
            if self._inflater.eof:
                break
        if not self._inflater.eof:
            raise OSError("its packed lines do not end with the picture")

    def _whole(self) -> Iterator[bytes]:
        """Yield the file, in the parts that Pillow asks for."""
        yield self._file.read(8)
        packed = False
        while head := self._file.read(8):
            length, kind = struct.unpack(">I4s", head)
            if kind == b"IDAT" and not packed:
                packed = True
                head = yield from self._blocks(length)
                length, kind = struct.unpack(">I4s", head)
            if kind in {b"IDAT", b"acTL"}:
                raise OSError("what Pillow makes of this chunk is its own affair")
            yield head
            yield from self._bites(length)
            yield self._file.read(4)

    def _blocks(self, length: int) -> Generator[bytes, None, bytes]:
        """Yield the packed lines as chunks of one block each; return the head of what follows them."""
        lead, checksum, head = _ZLIB, 1, b""
        while True:
            for bite in self._bites(length):
                for lines in self._inflated(bite):
                    block = struct.pack("<BHH", 0, len(lines), len(lines) ^ 0xFFFF)
                    yield struct.pack(">I4s", len(lead) + len(block) + len(lines), b"IDAT")
                    yield b"".join((lead, block, lines))
                    yield _NO_CHECKSUM
                    lead, checksum = b"", self._adler(lines, checksum)
            self._file.read(4)
            head = self._file.read(8)
            length, kind = struct.unpack(">I4s", head)
            if kind != b"IDAT":
                break
        if not self._inflater.eof:
            raise OSError("its packed lines are cut off")
        yield struct.pack(">I4s", len(lead) + len(_LAST) + 4, b"IDAT")
        yield b"".join((lead, _LAST, struct.pack(">I", checksum)))
        yield _NO_CHECKSUM
        return head

    def _inflated(self, packed: bytes) -> Iterator[bytes]:
        while True:
            if self._inflater.eof:
                raise OSError("its packed lines go on behind their end")
            lines = self._inflater.decompress(packed, _PART)
            if lines:
                yield lines
            packed = self._inflater.unconsumed_tail
            if len(lines) < _PART and not packed:
                return

    def _bites(self, length: int) -> Iterator[bytes]:
        while length:
            bite = self._file.read(min(length, _BITE))
            if not bite:
                raise OSError("it is cut off")
            yield bite
            length -= len(bite)
