"""Whole pictures: any size, repeatable, and refusals that say what to do."""

import dataclasses
import hashlib
import pickle

import numpy as np
import pytest
from PIL import Image

from teststrip.darkroom import (
    NOISE_SCHEDULES,
    SAMPLERS,
    DarkroomError,
    Exposure,
    Picture,
    Start,
    encode_png,
    render,
    render_bands,
)
from teststrip.darkroom.conditioning import forget_libraries
from teststrip.darkroom.decode import BAND_CELLS
from teststrip.darkroom.exposure import expose

SMALL = Exposure("1girl, red hair, sea, sunset, smile", width=128, height=192, steps=4, scale=5.0, seed=3)


def digest(exposure: Exposure) -> str:
    return hashlib.sha256(render(exposure).pixels.tobytes()).hexdigest()[:16]


def test_same_exposure_same_pixels_even_from_a_new_library() -> None:
    first = render(SMALL)
    forget_libraries()
    assert np.array_equal(render(SMALL).pixels, first.pixels)


def test_other_seeds_give_other_pictures() -> None:
    assert len({digest(dataclasses.replace(SMALL, seed=seed)) for seed in (0, 1, 2, 4294967295)}) == 4


@pytest.mark.parametrize(
    ("width", "height"),
    [(64, 64), (65, 67), (64, 640), (333, 517), (517, 333), (129, 1031), (1000, 70)],
)
def test_any_size_is_drawn_to_the_pixel(width: int, height: int) -> None:
    pixels = render(dataclasses.replace(SMALL, width=width, height=height, steps=2)).pixels
    assert pixels.shape == (height, width, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.std() > 10


def test_a_picture_reaches_its_edges_at_odd_sizes() -> None:
    """No black seam where blocks or enlarged cells reach over the edge."""
    pixels = render(dataclasses.replace(SMALL, prompt="day", width=601, height=803, steps=6, scale=3.0)).pixels
    assert pixels[:, -1].max(axis=1).min() > 0
    assert pixels[-1].max(axis=1).min() > 0


@pytest.mark.parametrize(
    "change",
    [
        {"negative_prompt": "sea"},
        {"steps": 5},
        {"scale": 2.0},
        {"noise_schedule": "native"},
        {"noise_schedule": "exponential"},
        {"cfg_rescale": 0.7},
        {"dynamic_thresholding": True},
        {"skip_cfg_above_sigma": 5.0},
        {"prompt": "1girl, blue hair, sea, sunset, smile"},
    ],
)
def test_every_parameter_changes_the_picture(change: dict[str, object]) -> None:
    assert digest(dataclasses.replace(SMALL, **change)) != digest(SMALL)  # type: ignore[arg-type]  # one of many types


def test_samplers_give_different_pictures() -> None:
    assert len({digest(dataclasses.replace(SMALL, sampler=name)) for name in SAMPLERS}) == len(SAMPLERS)


def test_ddim_ignores_the_noise_schedule() -> None:
    exposure = dataclasses.replace(SMALL, sampler="ddim_v3")
    assert len({digest(dataclasses.replace(exposure, noise_schedule=name)) for name in NOISE_SCHEDULES}) == 1


def test_unknown_tags_change_nothing_and_are_told() -> None:
    picture = render(dataclasses.replace(SMALL, prompt=SMALL.prompt + ", zebra, griffin"))
    assert picture.ignored_tags == ("zebra", "griffin")
    assert np.array_equal(picture.pixels, render(SMALL).pixels)
    assert render(SMALL).ignored_tags == ()


def test_red_hair_is_red_and_night_is_dark() -> None:
    exposure = dataclasses.replace(SMALL, steps=12, scale=3.0)
    red, blue = (
        np.mean(
            [
                render(dataclasses.replace(exposure, prompt=f"1girl, {color} hair, no hat", seed=seed)).pixels[
                    50:70, 52:76
                ]
                for seed in range(4)
            ],
            axis=(0, 1, 2),
        )
        for color in ("red", "blue")
    )
    assert red[0] > 1.5 * red[2]
    assert blue[2] > 1.5 * blue[0]
    night, day = (
        render(dataclasses.replace(exposure, prompt=f"no humans, {time}")).pixels.mean()
        for time in ("night", "day")
    )
    assert night < 0.6 * day


def test_more_steps_of_a_deterministic_sampler_converge() -> None:
    exposure = dataclasses.replace(SMALL, sampler="k_dpmpp_2m", scale=3.0)
    reference, some, few = (
        render(dataclasses.replace(exposure, steps=steps)).pixels.astype(float) for steps in (60, 24, 3)
    )
    assert np.abs(some - reference).mean() < 0.25 * np.abs(few - reference).mean()


def test_exposures_and_pictures_travel_between_processes() -> None:
    picture = render(SMALL)
    there = pickle.loads(pickle.dumps((SMALL, picture)))  # noqa: S301  our own bytes
    assert there[0] == SMALL
    assert isinstance(there[1], Picture)
    assert np.array_equal(there[1].pixels, picture.pixels)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 32}, "32x192 is too small: the darkroom draws sides of 64 pixels or more"),
        (
            {"width": 8192, "height": 8193},
            "67117056 pixels, and the darkroom draws at most 67108864: choose a smaller size",
        ),
        ({"width": 65537, "height": 64}, "65537x64 is too long: the darkroom draws sides of up to 65536 pixels"),
        ({"sampler": "k_eular"}, '"k_eular" is not a sampler; choose from k_euler, '),
        ({"noise_schedule": "linear"}, '"linear" is not a noise schedule; choose from native, '),
        ({"steps": 0}, "steps is 0; it must be from 1 to 1000"),
        ({"steps": 1001}, "steps is 1001"),
        ({"scale": -1.0}, "scale is -1.0; it must be from 0 to 100"),
        ({"scale": float("nan")}, "scale is nan"),
        ({"cfg_rescale": 1.5}, "cfg_rescale is 1.5; it must be from 0 to 1"),
        ({"seed": -1}, "seed is -1; it must be 0 or more"),
    ],
)
def test_refusals_say_what_to_change(change: dict[str, object], message: str) -> None:
    with pytest.raises(DarkroomError) as caught:
        render(dataclasses.replace(SMALL, **change))  # type: ignore[arg-type]  # one of many types
    assert message in str(caught.value)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_blown_up_latents_still_give_a_picture(sampler: str) -> None:
    """Few steps at a scale far beyond sense: ugly, but a picture."""
    pixels = render(dataclasses.replace(SMALL, sampler=sampler, steps=3, scale=100.0)).pixels
    assert pixels.shape == (192, 128, 3)


@pytest.mark.parametrize("size", [(300, 420), (700, 520), (1101, 403)])
def test_bands_make_the_same_picture_as_the_whole(size: tuple[int, int]) -> None:
    """At full, half and quarter size fields; where bands meet, an edge may differ by a level."""
    exposure = dataclasses.replace(SMALL, prompt="1girl, cat, sea, sunset, rain", width=size[0], height=size[1])
    development = expose(exposure, size)
    whole = np.concatenate(list(development.bands()))
    bands = list(development.bands(cells=8 * size[0] // 2))
    assert len(bands) > 3
    apart = np.abs(np.concatenate(bands).astype(int) - whole.astype(int))
    assert apart.max() <= 2
    assert (apart > 0).mean() < 0.001


def test_bands_of_a_large_picture_are_small() -> None:
    """5 MP in bands of at most 4; memory grows with the width alone."""
    exposure = dataclasses.replace(SMALL, width=2050, height=2441, steps=1)
    heights = [len(band) for band in render_bands(exposure)]
    assert sum(heights) == 2441
    assert max(heights) * 2050 <= 16 * BAND_CELLS
    assert len(heights) > 1


def test_a_start_is_laid_over_band_by_band() -> None:
    exposure = dataclasses.replace(SMALL, width=300, height=420)
    for infill in (False, True):
        start = Start(encode_png(render(exposure).pixels, {}), 0.2, infill=infill, mask=None)
        development = expose(dataclasses.replace(exposure, start=start), (300, 420))
        whole = np.concatenate(list(development.bands()))
        bands = np.concatenate(list(development.bands(cells=1200)))
        assert np.abs(bands.astype(int) - whole.astype(int)).max() <= 2


def test_a_proof_is_the_same_picture_made_small() -> None:
    exposure = dataclasses.replace(SMALL, width=832, height=1216, steps=6)
    print_, proof = render(exposure).pixels, render(exposure, proof=True).pixels
    assert proof.shape == (304, 208, 3)
    small = np.asarray(Image.fromarray(print_).resize((208, 304), Image.Resampling.BOX))
    assert np.sqrt(np.mean((small.astype(float) - proof) ** 2)) < 12
