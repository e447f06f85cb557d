"""Kind and size of a picture are read from its first bytes, held against Pillow's own reading."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from teststrip.base.picture import SUFFIXES, is_whole, kind_of, size_of

FORMS = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("JPEG", {"exif": b"Exif\0\0" + b"\xff\xc0" * 20_000}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("GIF", {}),
]


def saved(form: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, 3).save(stream, form, **options)
    return stream.getvalue()


@pytest.mark.parametrize(("form", "options"), FORMS)
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (1000, 64), (16383, 2)])
def test_the_header_says_the_size(form: str, options: dict[str, Any], size: tuple[int, int]) -> None:
    data = saved(form, size, **options)
    kind = kind_of(data)
    assert kind is not None
    assert kind.media_type == f"image/{form.lower()}"
    assert SUFFIXES[kind.media_type] == kind.suffix
    assert size_of(data) == size
    assert is_whole(data)


def test_an_extended_webp_has_its_size_elsewhere() -> None:
    data = saved("WEBP", (33, 44), "RGBA", exif=b"Exif\0\0more")
    assert b"VP8X" in data[:16]
    assert size_of(data) == (33, 44)


@pytest.mark.skipif(not features.check("avif"), reason="needs a Pillow with AVIF")
def test_an_avif_has_its_size_in_a_box() -> None:
    assert size_of(saved("AVIF", (40, 24))) == (40, 24)


def test_a_picture_that_claims_billions_of_pixels_is_not_decoded() -> None:
    head = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(head))
    assert size_of(data) == (2**31 - 1, 2**31 - 1)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_that_ends_in_its_header_has_no_size_and_no_error(form: str) -> None:
    data = saved(form, (5, 6))
    for end in range(len(data)):
        assert size_of(data[:end]) in (None, (5, 6))


@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8", b"GIF89a"]), st.binary()
)
def test_no_bytes_raise(start: bytes, rest: bytes) -> None:
    data = start + rest
    size = size_of(data)
    assert size is None or min(size) >= 0
    assert kind_of(data) is not None or not is_whole(data)


def test_a_jpeg_of_empty_segments_is_walked_in_a_moment() -> None:
    assert size_of(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 1_000_000) is None
    assert size_of(b"\xff\xd8" + b"\xff" * 1_000_000) is None
