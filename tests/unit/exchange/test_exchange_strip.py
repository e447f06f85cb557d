"""Pictures lose what they say and keep their pixels; our own text goes into PNGs alone."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from exchange_pictures import a1111, chunk, international, packed, png, text
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from teststrip.base.json import Json
from teststrip.exchange.picture.read import read_picture
from teststrip.exchange.picture.strip import CannotStripError, stripped, with_own_text

PROMPT = "a secret prompt"


def picture(mode: str = "RGB", size: tuple[int, int] = (24, 16)) -> Image.Image:
    pixels = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(pixels).convert(mode)


def saved(form: str, image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGBA").tobytes()


def exif() -> bytes:
    tags = Image.Exif()
    tags[0x010E] = PROMPT
    return tags.tobytes()


def test_a_png_without_texts_stays_byte_for_byte() -> None:
    data = saved("PNG", picture())
    assert stripped(data) == data


def test_every_text_of_a_png_goes_and_so_does_what_follows_its_end() -> None:
    chunks = (
        text("parameters", PROMPT),
        packed("Comment", PROMPT.encode()),
        international("x", PROMPT),
        chunk(b"eXIf", exif()),
        chunk(b"prVt", PROMPT.encode()),
    )
    clean = stripped(png(*chunks) + PROMPT.encode())
    assert clean == png()
    assert pixels(clean) == pixels(png())


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"exif": exif(), "comment": PROMPT.encode(), "progressive": True}),
        ("JPEG", {"exif": exif(), "xmp": PROMPT.encode()}),
        ("WEBP", {"exif": exif(), "xmp": PROMPT.encode()}),
        ("WEBP", {"exif": exif(), "lossless": True}),
        ("GIF", {"comment": PROMPT.encode()}),
    ],
)
def test_other_kinds_lose_their_texts_and_no_pixel(form: str, options: dict[str, object]) -> None:
    data = saved(form, picture(), **options)
    assert PROMPT.encode() in data
    clean = stripped(data + PROMPT.encode())
    assert PROMPT.encode() not in clean
    assert pixels(clean) == pixels(data)
    assert stripped(clean) == clean


def hidden(image: Image.Image, message: bytes) -> bytes:
    """Hide a message in the lowest bits of alpha, column by column, as NovelAI does."""
    array = np.array(image.convert("RGBA"))
    bits = np.unpackbits(np.frombuffer(message, np.uint8))
    columns = array.swapaxes(0, 1).reshape(-1, 4).copy()
    columns[:, 3] = 254
    columns[: len(bits), 3] |= bits
    array = columns.reshape(array.shape[1], array.shape[0], 4).swapaxes(0, 1)
    return saved("PNG", Image.fromarray(np.ascontiguousarray(array)))


def test_what_is_hidden_in_alpha_goes() -> None:
    message = b"stealth_pngcomp" + struct.pack(">I", 8) + b"a"
    clean = stripped(hidden(picture(), message))
    with Image.open(io.BytesIO(clean)) as opened:
        alpha = np.array(opened)[..., 3]
        assert set(np.unique(alpha)) == {255}


@pytest.mark.parametrize("data", [b"", b"no picture", a1111()[:60], b"\x00\x00\x00\x1cftypavif" + b"\0" * 40])
def test_what_cannot_be_stripped_is_refused(data: bytes) -> None:
    with pytest.raises(CannotStripError):
        stripped(data)


@given(st.sampled_from([("PNG", {}), ("JPEG", {}), ("WEBP", {}), ("GIF", {})]), st.data())
def test_damage_never_crashes(kind: tuple[str, dict[str, object]], draw: st.DataObject) -> None:
    data = bytearray(saved(kind[0], picture(size=(8, 8)), **kind[1]))
    for at in draw.draw(st.lists(st.integers(12, len(data) - 1), max_size=4)):
        data[at] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(1, len(data)))
    try:
        clean = stripped(bytes(data[:cut]))
    except CannotStripError:
        return
    assert stripped(clean) == clean


def test_our_own_text_is_found_before_any_other(tmp_path: Path) -> None:
    request: dict[str, Json] = {"prompt": "a boat ${{ x }} \0 ü", "steps": 4}
    copy = with_own_text(a1111(), {"teststrip": 1, "model": "a/b", "request": request})
    assert copy is not None
    assert pixels(copy) == pixels(a1111())
    (tmp_path / "x.png").write_bytes(copy)
    found = read_picture(tmp_path / "x.png", "x.png").found
    assert found is not None
    assert (found.tool, found.model, found.prompt) == ("teststrip", "a/b", request["prompt"])
    with Image.open(io.BytesIO(copy)) as opened:
        assert isinstance(opened, PngImagePlugin.PngImageFile)
        assert "parameters" in opened.text
    assert with_own_text(saved("JPEG", picture()), {}) is None
