"""Resize, crop and upscale: sizes are what was asked for, pixels stay where they belong."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image
from steps_pictures import noise, picture_of, run, scenic, shot

from teststrip.errors import StepError
from teststrip.steps.builtin import AFTER
from teststrip.steps.crop import box_of
from teststrip.steps.options import GRAVITIES
from teststrip.steps.resize import sizes
from teststrip.steps.upscale import METHODS, Upscaler, enlarged, upscale_step

RESIZE, CROP, UPSCALE = AFTER["resize"], AFTER["crop"], AFTER["upscale"]
SIDES = st.integers(1, 3000)


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({"width": 48}, (48, 32)),
        ({"height": 32}, (48, 32)),
        ({"scale": 0.5}, (48, 32)),
        ({"scale": 1.5}, (144, 96)),
        ({"width": 30, "height": 30}, (30, 20)),
        ({"width": 30, "height": 30, "fit": "cover"}, (30, 30)),
        ({"width": 30, "height": 30, "fit": "stretch"}, (30, 30)),
        ({"width": 1}, (1, 1)),
    ],
)
def test_a_picture_gets_the_size_that_was_asked_for(
    tmp_path: Path, options: dict[str, Any], size: tuple[int, int]
) -> None:
    assert picture_of(run(RESIZE, [shot(tmp_path, scenic((96, 64)))], **options)).size == size


@given(SIDES, SIDES, SIDES, SIDES)
def test_inside_fits_and_touches_and_cover_fills(width: int, height: int, wide: int, high: int) -> None:
    inside, kept = sizes((width, height), {"width": wide, "height": high, "fit": "inside"})
    assert inside == kept
    assert inside[0] <= wide
    assert inside[1] <= high
    assert inside[0] == wide or inside[1] == high
    made, kept = sizes((width, height), {"width": wide, "height": high, "fit": "cover"})
    assert kept == (wide, high)
    assert made[0] >= wide
    assert made[1] >= high
    assert made[0] == wide or made[1] == high


@given(SIDES, SIDES, st.floats(0.001, 16))
def test_a_scale_is_exact_to_half_a_pixel(width: int, height: int, scale: float) -> None:
    (wide, high), _ = sizes((width, height), {"scale": scale})
    assert abs(wide - max(1, width * scale)) <= 0.5 + 1e-9
    assert abs(high - max(1, height * scale)) <= 0.5 + 1e-9


def test_cover_keeps_the_middle(tmp_path: Path) -> None:
    image = Image.new("RGB", (90, 30), (255, 0, 0))
    image.paste((0, 0, 255), (30, 0, 60, 30))
    made = picture_of(run(RESIZE, [shot(tmp_path, image)], width=10, height=10, fit="cover"))
    assert np.asarray(made).reshape(-1, 3)[44:46].tolist() == [[0, 0, 255]] * 2


def test_colours_under_the_transparent_do_not_bleed(tmp_path: Path) -> None:
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (20, 0, 40, 40))
    made = np.asarray(picture_of(run(RESIZE, [shot(tmp_path, image)], width=13)))
    seen = made[made[..., 3] > 0]
    assert seen[:, 0].max() <= 1  # no red is seen at the edge
    assert len(seen) > 0


def test_what_would_be_enormous_is_refused(tmp_path: Path) -> None:
    picture = shot(tmp_path, scenic((600, 400)))
    with pytest.raises(StepError, match="16384x16384 is 268 megapixels; steps handle up to 67"):
        run(RESIZE, [picture], width=16384, height=16384, fit="stretch")
    with pytest.raises(StepError, match="megapixels; steps handle up to 67"):
        run(UPSCALE, [shot(tmp_path, scenic((3000, 2000)))], factor=8)


@pytest.mark.parametrize(
    ("options", "box"),
    [
        ({"box": [10, 5, 20, 30]}, (10, 5, 30, 35)),
        ({"box": [90, 60, 20, 30]}, (90, 60, 96, 64)),
        ({"aspect": "1:1"}, (16, 0, 80, 64)),
        ({"aspect": "1:1", "gravity": "left"}, (0, 0, 64, 64)),
        ({"aspect": "3:1", "gravity": "bottom"}, (0, 32, 96, 64)),
        ({"width": 10, "height": 10, "gravity": "bottom right"}, (86, 54, 96, 64)),
        ({"width": 10}, (43, 0, 53, 64)),
        ({"width": 1000, "height": 10, "gravity": "top"}, (0, 0, 96, 10)),
    ],
)
def test_a_crop_keeps_these_pixels(
    tmp_path: Path, options: dict[str, Any], box: tuple[int, int, int, int]
) -> None:
    image = noise("RGB", (96, 64))
    made = picture_of(run(CROP, [shot(tmp_path, image)], **options))
    assert made.tobytes() == image.crop(box).tobytes()


@given(SIDES, SIDES, st.integers(1, 99999), st.integers(1, 99999), st.sampled_from(sorted(GRAVITIES)))
def test_an_aspect_keeps_as_much_as_there_is(width: int, height: int, wide: int, high: int, gravity: str) -> None:
    left, top, right, bottom = box_of((width, height), {"aspect": f"{wide}:{high}", "gravity": gravity})
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert right - left == width or bottom - top == height
    if right - left == width and bottom - top < height and bottom - top > 1:
        assert abs((bottom - top) - width * high / wide) <= 0.5 + 1e-6
    if bottom - top == height and right - left < width and right - left > 1:
        assert abs((right - left) - height * wide / high) <= 0.5 + 1e-6


@given(SIDES, SIDES, st.tuples(st.integers(0, 4000), st.integers(0, 4000), SIDES, SIDES))
def test_a_box_is_inside_or_refused(width: int, height: int, box: tuple[int, int, int, int]) -> None:
    if box[0] >= width or box[1] >= height:
        with pytest.raises(StepError, match="has nothing of the picture"):
            box_of((width, height), {"box": list(box)})
        return
    left, top, right, bottom = box_of((width, height), {"box": list(box)})
    assert (left, top) == box[:2]
    assert 0 < right - left <= box[2]
    assert 0 < bottom - top <= box[3]
    assert right <= width
    assert bottom <= height


@given(st.text("0123456789:x/. a", max_size=12))
def test_what_is_no_aspect_is_told(aspect: str) -> None:
    assume(aspect)
    try:
        left, top, right, bottom = box_of((50, 40), {"aspect": aspect, "gravity": "center"})
    except StepError as error:
        assert "3:2" in str(error)  # noqa: PT017  either way is fine, and nothing else
    else:
        assert right > left
        assert bottom > top


@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_upscaled_picture_shows_the_same(method: str) -> None:
    image = scenic((48, 32))
    with tempfile.TemporaryDirectory() as folder:
        made = picture_of(run(UPSCALE, [shot(Path(folder), image)], factor=3, method=method))
    assert made.size == (144, 96)
    back = np.asarray(made.resize((48, 32), Image.Resampling.BOX)).astype(int)
    assert np.abs(back - np.asarray(image)).mean() < 2


def test_a_plugin_brings_methods_which_belong_to_the_step_s_version(tmp_path: Path) -> None:
    def mirrored(image: Image.Image, factor: float) -> Image.Image:
        return image.resize(enlarged(image.size, factor)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    step = upscale_step({"mirror": Upscaler(mirrored, "3")})
    image = noise("RGB", (8, 8))
    made = picture_of(run(step, [shot(tmp_path, image)], factor=1, method="mirror"))
    assert made.tobytes() == image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()
    assert picture_of(run(step, [shot(tmp_path, image)], factor=2)).size == (16, 16)
    assert step.version == f"{UPSCALE.version} mirror=3"


@pytest.mark.parametrize("answer", [None, Image.new("RGB", (3, 3))])
def test_a_method_of_a_plugin_is_held_to_the_size_that_was_asked_for(
    tmp_path: Path, answer: Image.Image | None
) -> None:
    step = upscale_step({"odd": Upscaler(lambda _image, _factor: cast("Image.Image", answer))})
    with pytest.raises(StepError, match=r"the method odd made .*, where 16x16 was asked for"):
        run(step, [shot(tmp_path, noise("RGB", (8, 8)))], factor=2, method="odd")


def test_several_pictures_stay_several_and_a_fault_names_which(tmp_path: Path) -> None:
    shots = [shot(tmp_path, noise(seed=seed)) for seed in (1, 2)]
    made = run(RESIZE, shots, width=5)
    assert made.pictures is not None
    assert len(made.pictures) == 2
    with pytest.raises(StepError, match="picture 2 of 2: the box"):
        run(CROP, [shot(tmp_path, noise(size=(50, 50))), shots[1]], box=[30, 0, 5, 5])
