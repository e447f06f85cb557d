"""What a picture's file says beside its pixels, taken from one file and put into another.

From PNG to PNG every text chunk is carried byte for byte (tEXt, zTXt, iTXt; PNG specification, third edition,
11.3.3), and so are eXIf, the profile and the other chunks about colour. Between PNG and the formats with EXIF
texts go where the tools look for them: AUTOMATIC1111's `parameters` is the UserComment, ComfyUI's graphs are Make
and Model, and texts of other names (NovelAI's) are one JSON object of texts, which is the UserComment where that
is free, else the ImageDescription. All of it finds its way back. What hides in the lowest bits of pixels
(NovelAI's second copy in alpha) is pixels, and lost with them.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from PIL import Image

from teststrip.errors import StepError
from teststrip.steps.exif import texts_in, with_texts, without_turn

MOST_SAID: Final = 32 * 2**20  # bytes of all that one file says
_MOST_TEXT: Final = 8 * 2**20  # bytes of a text, unpacked
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_CARRIED: Final = _TEXTS | {b"eXIf", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"pHYs"}
XMP_KEYWORD: Final = "XML:com.adobe.xmp"  # XMP specification, part 3, 1.1.5


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says. `chunks` are a PNG's own, kind and content, in order; other formats have none.

    `texts` are by keyword. `exif` begins with its byte order ("II*" or "MM"). `icc` is the colour profile,
    `comment` what a JPEG or GIF has in a segment of that name.
    """

    chunks: tuple[tuple[bytes, bytes], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    exif: bytes = b""
    xmp: bytes = b""
    icc: bytes = b""
    comment: bytes = b""


def said_in(data: bytes) -> Said:
    """Read what a picture's file says. Raises StepError where it is more than anyone would carry.

    Damage is no error: a text that cannot be unpacked is carried from PNG to PNG as it is, and else left out.
    """
    return _said_in_png(data) if data.startswith(_PNG) else _said_in_exif(data)


def colours_only(said: Said) -> Said:
    """Leave out all but what the colours need: the profile, and PNG's chunks of that kind."""
    chunks = tuple(chunk for chunk in said.chunks if chunk[0] not in _TEXTS | {b"eXIf", b"pHYs"})
    return Said(chunks=chunks, icc=said.icc)


def png_chunks(said: Said, mode: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the chunks that a PNG of this mode says it all with, in the order of their file."""
    if said.chunks:
        kept = [chunk for chunk in said.chunks if chunk[0] != b"iCCP" or fits(said.icc, mode)]
        return tuple((kind, without_turn(data) if kind == b"eXIf" else data) for kind, data in kept)
    chunks: list[tuple[bytes, bytes]] = []
    if fits(said.icc, mode):
        chunks.append((b"iCCP", b"ICC Profile\0\0" + zlib.compress(said.icc)))
    if said.exif:
        chunks.append((b"eXIf", without_turn(said.exif)))
    if said.xmp:
        chunks.append((b"iTXt", XMP_KEYWORD.encode() + b"\0\0\0\0\0" + said.xmp))
    return (*chunks, *(_text_chunk(name, text) for name, text in said.texts.items()))


def exif_of(said: Said, *, commented: bool = False) -> bytes:
    """Return an EXIF block that says it all, texts included; b"" when there is nothing to say.

    `commented` tells that the file has a place of its own for the comment.
    """
    if said.chunks:
        texts = {name: text for name, text in said.texts.items() if name != XMP_KEYWORD}
    else:  # what came from an EXIF block is in it
        texts = {"Comment": _decoded(said.comment)} if said.comment and not commented else {}
    return with_texts(without_turn(said.exif), texts)


def fits(icc: bytes, mode: str) -> bool:
    """Tell whether a profile is one for pictures of this mode (ICC.1:2022, 7.2.6: bytes 16 to 19)."""
    return icc[16:20] == (b"GRAY" if mode.startswith("L") else b"RGB ")


def _said_in_png(data: bytes) -> Said:
    chunks = tuple(_chunks(data))
    texts: dict[str, str] = {}
    exif = xmp = icc = b""
    for kind, content in chunks:
        if kind in _TEXTS:
            keyword, raw = _read_text(kind, content)
            if keyword == XMP_KEYWORD:
                xmp = xmp or raw
            elif keyword:
                texts.setdefault(keyword, _decoded(raw))
        elif kind == b"eXIf":
            exif = exif or content
        elif kind == b"iCCP":
            icc = icc or _unpacked(content.partition(b"\0")[2][1:])
    return Said(chunks, texts, exif, xmp, icc)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, total = len(_PNG), 0
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if kind in _CARRIED and len(content) == length:
            total += length
            if total > MOST_SAID:
                raise StepError(f"the picture's texts are larger than {MOST_SAID // 2**20} MiB")
            yield kind, content
        if kind == b"IEND":  # what follows is no part of the picture
            return
        at += 12 + length


def _read_text(kind: bytes, content: bytes) -> tuple[str, bytes]:
    """Return a text's keyword and its bytes, unpacked; no keyword for what cannot be read."""
    key, _, rest = content.partition(b"\0")
    keyword = key.decode("latin-1")
    if kind == b"tEXt":
        return keyword, rest
    if kind == b"zTXt":
        raw = _unpacked(rest[1:])
        return (keyword if raw else ""), raw
    packed = rest[:1] == b"\1"
    raw = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    raw = _unpacked(raw) if packed else raw
    return (keyword if raw else ""), raw


def _unpacked(data: bytes) -> bytes:
    """Unpack what is deflated; b"" for what is damaged or too much."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(data, _MOST_TEXT + 1)
    except zlib.error:
        return b""
    return raw if unpacker.eof and len(raw) <= _MOST_TEXT else b""


def _decoded(raw: bytes) -> str:
    """Read text as UTF-8, which many programs write in tEXt too, or as the Latin-1 of the specification."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _text_chunk(keyword: str, text: str) -> tuple[bytes, bytes]:
    key = keyword.encode("latin-1", "replace")[:79].strip() or b"Comment"
    # Beyond ASCII a tEXt is read as Latin-1 by some and as UTF-8 by others.
    if text.isascii():
        return b"tEXt", key + b"\0" + text.encode("ascii")
    return b"iTXt", key + b"\0\0\0\0\0" + text.encode("utf-8", "replace")


def _said_in_exif(data: bytes) -> Said:
    """Read what Pillow finds before it decodes: JPEG, WebP and AVIF have the same four things, GIF a comment."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "WEBP", "AVIF", "GIF")) as picture:
            info = picture.info
    except Exception as error:  # decoders raise anything on damaged bytes
        raise StepError(f"the picture's metadata cannot be read ({type(error).__name__})") from error
    exif, xmp, icc = (_bytes(info.get(name)) for name in ("exif", "xmp", "icc_profile"))
    exif = exif.removeprefix(b"Exif\0\0")
    if max(len(exif), len(xmp), len(icc)) > MOST_SAID:
        raise StepError(f"the picture's metadata is larger than {MOST_SAID // 2**20} MiB")
    texts = texts_in(exif)
    comment = _bytes(info.get("comment")).rstrip(b"\0")
    if comment:
        texts.setdefault("Comment", _decoded(comment))
    return Said((), texts, exif, xmp, icc, comment)


def _bytes(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else b""
