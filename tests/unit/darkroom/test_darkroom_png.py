"""Our PNG encoder against Pillow's decoder."""

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, PngImagePlugin

from teststrip.darkroom import DarkroomError, encode_bands, encode_png


def opened(data: bytes) -> PngImagePlugin.PngImageFile:
    image = Image.open(io.BytesIO(data))
    assert isinstance(image, PngImagePlugin.PngImageFile)
    image.load()
    return image


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_pixels_come_back_as_they_went(pixels: npt.NDArray[np.uint8]) -> None:
    image = opened(encode_png(pixels, {}))
    assert image.mode == "RGB"
    assert np.array_equal(np.asarray(image), pixels)


def test_a_view_that_is_not_contiguous_is_encoded_as_seen() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)[::-1, ::2]
    assert np.array_equal(np.asarray(opened(encode_png(pixels, {}))), pixels)


def test_bands_of_rows_make_one_picture() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (37, 20, 3), np.uint8)
    data = encode_bands((pixels[k : k + 10] for k in range(0, 37, 10)), (20, 37), {"a": "b"})
    assert np.array_equal(np.asarray(opened(data)), pixels)


PIXELS = np.zeros((2, 3, 3), np.uint8)

visible = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(visible)
def test_any_text_comes_back(text: str) -> None:
    assert opened(encode_png(PIXELS, {"Comment": text})).text["Comment"] == text


def test_texts_keep_their_order_and_stand_before_the_pixels() -> None:
    data = encode_png(PIXELS, {"Title": "one", "Beschreibung": "zwölf", "Source": "星"})
    places = [data.index(part) for part in (b"tEXtTitle", b"tEXtBeschreibung", b"iTXtSource", b"IDAT")]
    assert places == sorted(places)


def test_same_pixels_same_bytes() -> None:
    assert encode_png(PIXELS, {"a": "b"}) == encode_png(PIXELS.copy(), {"a": "b"})


@pytest.mark.parametrize("keyword", ["", "x" * 80, " lead", "trail ", "星", "a\0b", "a\nb"])
def test_keywords_that_png_forbids_are_refused(keyword: str) -> None:
    with pytest.raises(DarkroomError, match="cannot name a PNG text"):
        encode_png(PIXELS, {keyword: "text"})


def test_text_with_a_null_is_refused() -> None:
    with pytest.raises(DarkroomError, match="null"):
        encode_png(PIXELS, {"Comment": "a\0b"})


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3), (4, 0, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DarkroomError, match="a picture is"):
        encode_png(np.zeros(shape, np.uint8), {})
