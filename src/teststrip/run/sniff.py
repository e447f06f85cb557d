"""What a picture is, by its bytes: servers mislabel pictures, and send kinds that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from teststrip.errors import ExchangeError

_AVIF_BRANDS: Final = (b"avif", b"avis")


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A kind of picture: its media type and the suffix of its file name, dot included."""

    media_type: str
    suffix: str


def _is_avif(data: bytes) -> bool:
    # ISO/IEC 14496-12: a file-type box holds its major brand at 8 and compatible brands from 16 on.
    size = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(size, 256), 4))}
    return data[4:8] == b"ftyp" and any(brand in brands for brand in _AVIF_BRANDS)


def _whole_webp(data: bytes) -> bool:
    return len(data) >= int.from_bytes(data[4:8], "little") + 8


_Test = Callable[[bytes], bool]

# Each kind with the test of its first bytes, and the test that its last ones are there too. Bytes after the
# end mark are allowed: some writers pad.
_KINDS: Final[tuple[tuple[PictureKind, _Test, _Test], ...]] = (
    (
        PictureKind("image/png", ".png"),
        lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
        lambda data: b"IEND\xaeB`\x82" in data[-4096:],
    ),
    (
        PictureKind("image/jpeg", ".jpg"),
        lambda data: data.startswith(b"\xff\xd8\xff"),
        lambda data: b"\xff\xd9" in data[-4096:],
    ),
    (
        PictureKind("image/webp", ".webp"),
        lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP",
        _whole_webp,
    ),
    (
        PictureKind("image/gif", ".gif"),
        lambda data: data.startswith((b"GIF87a", b"GIF89a")),
        lambda data: b"\x3b" in data[-4096:],
    ),
    (PictureKind("image/avif", ".avif"), _is_avif, lambda _: True),
)

SUFFIXES: Final = {kind.media_type: kind.suffix for kind, _, _ in _KINDS}


def sniff(data: bytes) -> PictureKind:
    """Tell what kind of picture these bytes are: PNG, JPEG, WebP, GIF or AVIF.

    Raises ExchangeError (kind `protocol`) for anything else, and for a picture whose end is missing.
    """
    for kind, begins, whole in _KINDS:
        if begins(data):
            if whole(data):
                return kind
            raise ExchangeError(
                f"the picture ({kind.media_type}, {len(data)} bytes) was cut short", kind="protocol"
            )
    start = data[:12].hex(" ") or "nothing"
    raise ExchangeError(f"this is no picture: {len(data)} bytes that begin with {start}", kind="protocol")
