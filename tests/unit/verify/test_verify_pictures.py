"""Two pictures: the same bytes, the same pixels, or how far apart; whatever a file holds, nothing is raised."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from teststrip.verify.pictures import EXACT, PIXELS, SAME, Tolerance, compare, heat_of, read_tolerance, texts_of


def png(image: Image.Image, level: int = 6, **texts: str) -> bytes:
    stream, about = io.BytesIO(), PngInfo()
    for name, text in texts.items():
        about.add_text(name, text)
    image.save(stream, "PNG", compress_level=level, pnginfo=about)
    return stream.getvalue()


def scene(seed: int = 0, size: tuple[int, int] = (48, 40)) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)


def test_equal_bytes_are_not_even_decoded() -> None:
    assert compare(b"no picture", b"no picture") is SAME
    assert SAME.within(EXACT)


def test_other_bytes_of_the_same_pixels() -> None:
    found = compare(png(scene(), 1, Comment="a", Same="x"), png(scene(), 9, Comment="b", Same="x"))
    assert (found.same_bytes, found.same_pixels, found.metadata) == (False, True, ("Comment",))
    assert (found.within(EXACT), found.within(PIXELS), found.within(Tolerance("hash"))) == (False, True, True)
    assert found.words() == "the same pixels in other bytes; metadata differs: Comment"


def test_a_mode_that_says_the_same_is_the_same() -> None:
    grey = scene().convert("L")
    assert compare(png(grey), png(grey.convert("RGB"))).same_pixels
    assert compare(png(scene()), png(scene().convert("RGBA"))).same_pixels


def test_one_pixel_is_found_and_hardly_seen() -> None:
    one, other = scene(size=(240, 200)), scene(size=(240, 200))
    other.putpixel((7, 9), (0, 0, 0))
    found = compare(png(one), png(other))
    assert found.changed == pytest.approx(1 / (240 * 200))
    assert 0.9 < found.ssim < 1
    assert found.bits <= 2
    assert not found.within(PIXELS)
    assert found.within(Tolerance("hash", 2))


def test_another_picture_is_far_away() -> None:
    found = compare(png(scene(1)), png(scene(2)))
    assert found.changed > 0.9
    assert found.ssim < 0.6
    assert found.bits > 12
    assert not found.within(Tolerance("hash", 12))


def test_other_sizes_and_damaged_files_are_told() -> None:
    assert compare(png(scene()), png(scene(size=(20, 20)))).problem == "another size: 20x20 now, 48x40 then"
    found = compare(png(scene()), png(scene())[:-40])
    assert "cannot be decoded" in found.problem
    assert not any(found.within(tolerance) for tolerance in (EXACT, PIXELS, Tolerance("hash", 64)))


@given(
    st.binary(max_size=200), st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
)
def test_no_bytes_raise(one: bytes, other: bytes, begin: bytes) -> None:
    compare(begin + one, begin + other)
    texts_of(begin + one)


def test_the_heat_is_where_they_differ() -> None:
    other = scene()
    other.paste((255, 0, 0), (10, 10, 20, 20))
    with Image.open(io.BytesIO(heat_of(png(scene()), png(other)))) as drawn:
        heat = np.asarray(drawn.convert("L")).astype(int)
    assert heat.shape == (40, 48)
    assert heat[10:20, 10:20].mean() > heat[25:, 25:].mean() + 40
    with Image.open(io.BytesIO(heat_of(png(scene()), png(scene(size=(24, 20)))))) as drawn:
        assert drawn.size == (48, 40)


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [("exact", EXACT), ("pixels", PIXELS), ("0", Tolerance("hash")), (64, Tolerance("hash", 64))],
)
def test_tolerances(text: str | int, tolerance: Tolerance) -> None:
    assert read_tolerance(text) == tolerance
    assert read_tolerance(str(tolerance)) == tolerance


@pytest.mark.parametrize("text", ["", "65", "-1", "pixel", "1.5", 100])
def test_no_tolerances(text: str | int) -> None:
    assert read_tolerance(text) is None
