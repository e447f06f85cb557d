"""From a request to exposures: what is drawn, what is refused by name, what is said to have no effect."""

from __future__ import annotations

import json
from dataclasses import astuple

import pytest
from emulator_bench import MODEL, gptproto

from teststrip.base.json import Json
from teststrip.darkroom import Exposure
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.toyworld import LONGEST_PROMPT, exposures_of, find_obstacle, texts_of
from teststrip.provider.request import resolve_defaults

ITEM: dict[str, Json] = {"prompt": "a cat"}


def resolved(**request: Json) -> dict[str, Json]:
    return resolve_defaults(gptproto(), MODEL, {"prompt": "1girl", **request})


def test_the_pages_defaults_are_the_darkrooms_defaults() -> None:
    (exposure,) = exposures_of(resolved(seed=7))
    assert astuple(exposure) == astuple(Exposure("1girl", seed=7))


def test_every_setting_reaches_the_exposure() -> None:
    request = resolved(
        negative_prompt="hat",
        size="64x128",
        steps=3,
        scale=2.5,
        sampler="ddim_v3",
        noise_schedule="exponential",
        seed=9,
        cfg_rescale=0.25,
        dynamic_thresholding=True,
        skip_cfg_above_sigma=19,
    )
    expected = Exposure("1girl", "hat", 64, 128, 3, 2.5, "ddim_v3", "exponential", 9, 0.25, True, 19.0)
    assert exposures_of(request) == (expected,)


def test_picture_i_has_seed_plus_i_and_wraps_at_the_top() -> None:
    assert [exposure.seed for exposure in exposures_of(resolved(seed=5, n=3))] == [5, 6, 7]
    assert [exposure.seed for exposure in exposures_of(resolved(seed=2**32 - 1, n=2))] == [2**32 - 1, 0]


def test_seed_0_is_a_seed_like_any_other() -> None:
    assert exposures_of(resolved(seed=0))[0].seed == 0


def test_without_a_seed_the_request_itself_gives_one_and_always_the_same() -> None:
    first, again, other = (exposures_of(resolved(scale=scale))[0].seed for scale in (5, 5, 6))
    assert first == again != other


def test_how_the_answer_travels_changes_neither_seed_nor_texts() -> None:
    plain, switched = resolved(), resolved(enable_sync_mode=True, enable_base64_output=True)
    roles = gptproto().roles
    assert exposures_of(plain, roles) == exposures_of(switched, roles)
    exposure = exposures_of(plain, roles)[0]
    assert texts_of(MODEL, plain, exposure, (), roles) == texts_of(MODEL, switched, exposure, (), roles)


def test_whole_numbers_written_with_a_point_are_whole_numbers() -> None:
    assert exposures_of(resolved(steps=28.0, seed=3.0, n=1.0)) == (Exposure("1girl", seed=3),)


def test_the_words_of_other_pages_are_understood() -> None:
    request: dict[str, Json] = {
        "text": "a hill",
        "cfg_scale": 5,
        "width": 64,
        "height": 96,
        "num_inference_steps": 4,
        "seed": 1,
        "guide": "x",
    }
    (exposure,) = exposures_of(request)
    assert exposure == Exposure("a hill", width=64, height=96, steps=4, scale=5.0, seed=1)
    comment = json.loads(texts_of("m", request, exposure, ())["Comment"])
    assert comment["without_effect"] == ["guide"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("action", "img2img", "the darkroom does not draw img2img yet: action must be generate"),
        ("action", "infill", "the darkroom does not draw infill yet: action must be generate"),
        ("auto_smea", True, "the darkroom has no auto_smea yet: auto_smea must be false"),
        ("legacy", True, "the darkroom has no legacy yet: legacy must be false"),
        ("image", "aGk=", "the darkroom cannot use image yet: leave it out"),
        ("vibe_transfer", [{"image": "aGk="}], "the darkroom cannot use vibe_transfer yet: leave it out"),
        ("character_prompts", [ITEM], "the darkroom cannot use character_prompts yet: leave it out"),
        ("controlnet_model", "hed", "the darkroom cannot use controlnet_model yet: leave it out"),
        ("controlnet_condition", "aGk=", "the darkroom cannot use controlnet_condition yet: leave it out"),
        (
            "director_reference_strength_values",
            [0.5],
            "the darkroom cannot use director_reference_strength_values yet: leave it out",
        ),
        ("size", "2048x1032", "the darkroom draws at most 2097152 pixels (2 MP): size 2048x1032 is too large"),
        ("size", "32x64", "the darkroom draws at least 64 pixels a side: size 32x64 is too small"),
        ("sampler", "plms", "the darkroom has no sampler 'plms'; it has "),
        ("noise_schedule", "beta", "the darkroom has no noise_schedule 'beta'; it has "),
        ("prompt", "x" * (LONGEST_PROMPT + 1), "the darkroom reads prompts of up to 20000 characters"),
        ("n", 17, "the darkroom draws 1 to 16 pictures for one request, not 17"),
        ("n", 0, "the darkroom draws 1 to 16 pictures for one request, not 0"),
        ("size", "big", "the darkroom cannot read this request: "),
        ("steps", ["a"], "the darkroom cannot read this request: "),
    ],
)
def test_what_the_darkroom_does_not_draw_is_refused_by_name(name: str, value: Json, sentence: str) -> None:
    obstacle = find_obstacle({**resolved(), name: value})
    assert obstacle is not None
    assert obstacle.startswith(sentence)
    assert sentence.endswith(" ") or obstacle == sentence


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"vibe_transfer": [], "character_prompts": [], "director_reference_descriptions": []},
        {"quality_toggle": False, "uc_preset": 3, "use_coords": True, "dynamic_thresholding": True},
        {"size": "1024x2048"},
        {"noise_schedule": "native", "sampler": "ddim_v3"},
    ],
)
def test_what_it_draws_is_not_refused(request_: dict[str, Json]) -> None:
    assert find_obstacle(resolved(**request_)) is None


def test_a_request_that_cannot_be_read_raises_a_render_error() -> None:
    with pytest.raises(RenderError, match="cannot read this request"):
        exposures_of({"prompt": "a", "seed": "soon"})


def test_every_row_of_the_bundled_page_is_drawn_refused_or_known_to_have_no_effect() -> None:
    request: dict[str, Json] = {parameter.name: None for parameter in gptproto().parameters}
    comment = json.loads(texts_of(MODEL, request, Exposure("a"), (), gptproto().roles)["Comment"])
    assert comment["without_effect"] == [
        "controlnet_strength",  # says how strongly, of a control that is refused
        "noise",  # of img2img
        "quality_toggle",
        "strength",  # of img2img
        "uc_preset",
        "use_coords",
    ]


def test_a_picture_says_that_it_is_a_proof_and_how_it_was_made() -> None:
    request = resolved(negative_prompt="hat", seed=4, n=2, size="64x96")
    texts = texts_of(MODEL, request, exposures_of(request)[1], ("griffin",))
    assert texts["Software"] == "teststrip darkroom 1"
    assert texts["Description"] == "1girl"
    assert MODEL in texts["Source"]
    assert list(texts)[:2] == ["Title", "Description"]
    comment = json.loads(texts["Comment"])
    assert (comment["seed"], comment["uc"], comment["width"], comment["height"]) == (5, "hat", 64, 96)
    assert (comment["renderer"], comment["ignored_tags"]) == ("darkroom/1", ["griffin"])
    assert comment["steps"] == 28
