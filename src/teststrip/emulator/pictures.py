"""What kind of image file some bytes are, by their first bytes."""

from __future__ import annotations

from typing import Final

# Each: offset, the bytes there, suffix, media type.
_KINDS: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (0, b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (8, b"WEBP", "webp", "image/webp"),
    (0, b"GIF8", "gif", "image/gif"),
    (4, b"ftypavif", "avif", "image/avif"),
)


def kind_of(data: bytes) -> tuple[str, str]:
    """Return the suffix and the media type; "bin" and octets for what nobody knows."""
    for offset, magic, suffix, media_type in _KINDS:
        if data.startswith(magic, offset):
            return suffix, media_type
    return "bin", "application/octet-stream"
