"""From a request to exposures: what is drawn, what is refused by name, what is said to have no effect."""

from __future__ import annotations

import base64
import hashlib
import json

import numpy as np
import pytest
from emulator_bench import MODEL, gptproto

from teststrip.base.json import Json
from teststrip.darkroom import (
    RENDERER_VERSION,
    Character,
    Control,
    Exposure,
    Reference,
    Start,
    Vibe,
    encode_png,
)
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.toyworld import LONGEST_PROMPT, exposures_of, find_obstacle, texts_of, unknown_tags
from teststrip.provider.request import resolve_defaults

ITEM: dict[str, Json] = {"prompt": "a cat"}


def resolved(**request: Json) -> dict[str, Json]:
    """A request as the emulator has it, without the words that the vendor adds."""
    plain: dict[str, Json] = {"prompt": "1girl", "quality_toggle": False, "uc_preset": 3}
    return resolve_defaults(gptproto(), MODEL, {**plain, **request})


def test_the_pages_defaults_are_the_darkrooms_defaults() -> None:
    (exposure,) = exposures_of(resolved(seed=7))
    assert exposure == Exposure("1girl", seed=7)


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


PICTURE = base64.b64encode(encode_png(np.zeros((8, 8, 3), np.uint8), {})).decode()
VIBE: dict[str, Json] = {"image": PICTURE, "information_extracted": 0.5, "strength": 0.25}


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"action": "img2img"}, "action img2img needs an image"),
        ({"action": "infill"}, "action infill needs an image"),
        ({"action": "upscale"}, "the darkroom knows no action 'upscale'; it knows generate, img2img, infill"),
        ({"action": "img2img", "image": "no base64"}, "image: this is no Base64 text"),
        (
            {"action": "img2img", "image": "https://example.com/a.png"},
            "image: the darkroom is offline and fetches nothing; name a file, or send Base64",
        ),
        ({"action": "img2img", "image": "aGk="}, "a picture cannot be opened (UnidentifiedImageError); "),
        ({"vibe_transfer": [{}]}, "vibe_transfer[0].image: the darkroom takes a picture as Base64 text"),
        ({"vibe_transfer": [{**VIBE, "strength": 2}]}, "vibe_transfer.strength is 2.0; it must be from 0 to 1"),
        ({"controlnet_model": "hed"}, "controlnet_model hed needs a controlnet_condition"),
        (
            {"controlnet_model": "canny", "controlnet_condition": PICTURE},
            '"canny" is not a control model; choose from hed, fake_scribble, mlsd, midas, uniformer',
        ),
        ({"character_prompts": [ITEM] * 7}, "there are 7 characters; the darkroom draws at most 6"),
        ({"size": "8192x8193"}, "8192x8193 is 67117056 pixels, and the darkroom draws at most 67108864: "),
        ({"size": "32x64"}, "32x64 is too small: the darkroom draws sides of 64 pixels or more"),
        ({"sampler": "plms"}, '"plms" is not a sampler; choose from '),
        ({"noise_schedule": "beta"}, '"beta" is not a noise schedule; choose from '),
        ({"prompt": "x" * (LONGEST_PROMPT + 1)}, "the darkroom reads prompts of up to 20000 characters"),
        (
            {"character_prompts": [{"prompt": "1girl", "uc": "x" * (LONGEST_PROMPT + 1)}]},
            "the darkroom reads prompts of up to 20000 characters",
        ),
        (
            {"director_reference_descriptions": [{"caption": {"base_caption": "x" * (LONGEST_PROMPT + 1)}}]},
            "the darkroom reads prompts of up to 20000 characters",
        ),
        ({"vibe_transfer": [VIBE] * 17}, "there are 17 vibes; the darkroom reads at most 16"),
        ({"director_reference_descriptions": [{}] * 17}, "there are 17 references; the darkroom reads at most 16"),
        ({"n": 17}, "the darkroom draws 1 to 16 pictures for one request, not 17"),
        ({"n": 0}, "the darkroom draws 1 to 16 pictures for one request, not 0"),
        ({"size": "big"}, "the darkroom cannot read this request: "),
        ({"steps": ["a"]}, "the darkroom cannot read this request: "),
        (
            {"action": "img2img", "image": PICTURE, "strength": True},
            "the darkroom cannot read this request: True is no number",
        ),
    ],
)
def test_what_the_darkroom_cannot_draw_is_refused_with_the_reason(
    request_: dict[str, Json], sentence: str
) -> None:
    obstacle = find_obstacle({**resolved(), **request_})
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
        {"action": "img2img", "image": PICTURE, "strength": 0.3, "noise": 0.1},
        {"action": "img2img", "image": f"data:image/png;base64,{PICTURE}"},
        {"auto_smea": True, "legacy": True},
    ],
)
def test_what_it_draws_is_not_refused(request_: dict[str, Json]) -> None:
    assert find_obstacle(resolved(**request_)) is None


def test_every_condition_reaches_the_exposure() -> None:
    data = base64.b64decode(PICTURE)
    request: dict[str, Json] = {
        "prompt": "sea",
        "action": "infill",
        "image": PICTURE,
        "mask": f"data:image/png;base64,{PICTURE}",
        "strength": 0.5,
        "noise": 0.25,
        "vibe_transfer": [VIBE, {"image": PICTURE}],
        "character_prompts": [
            {"prompt": "girl", "uc": "hat", "center": {"x": 0.3, "y": 0.6}},
            {"prompt": "boy", "enabled": False},
            {"prompt": "cat"},
        ],
        "use_coords": True,
        "controlnet_model": "mlsd",
        "controlnet_condition": PICTURE,
        "controlnet_strength": 1.5,
        "director_reference_descriptions": [
            {"caption": {"base_caption": "character", "char_captions": []}},
            {"caption": {"base_caption": "style"}},
        ],
        "director_reference_images": [PICTURE],
        "director_reference_information_extracted": [0.5, 0.75],
        "director_reference_strength_values": [0.25],
        "director_reference_secondary_strength_values": [0.125],
        "auto_smea": True,
        "legacy": True,
    }
    (exposure,) = exposures_of(request)
    assert exposure.start == Start(data, 0.5, 0.25, infill=True, mask=data)
    assert exposure.vibes == (Vibe(data, 0.5, 0.25), Vibe(data, 1.0, 0.6))
    assert exposure.characters == (Character("girl", "hat", (0.3, 0.6)), Character("cat"))
    assert exposure.control == Control("mlsd", data, 1.5)
    assert exposure.references == (
        Reference("character", 0, data, 0.5, 0.25, 0.125),
        Reference("style", 1, None, 0.75, 1.0, 0.0),
    )
    assert (exposure.use_coords, exposure.auto_smea, exposure.legacy) == (True, True, True)


def test_an_infill_without_a_strength_draws_the_hole_from_nothing() -> None:
    (filled,) = exposures_of({"prompt": "a", "action": "infill", "image": PICTURE})
    (changed,) = exposures_of({"prompt": "a", "action": "img2img", "image": PICTURE})
    assert filled.start is not None
    assert changed.start is not None
    assert (filled.start.strength, changed.start.strength) == (1.0, 0.7)


def test_the_vendors_words_are_added_as_the_model_and_the_preset_have_them() -> None:
    def words(model: str, **request: Json) -> tuple[str, str]:
        (exposure,) = exposures_of({"prompt": "a", **request}, gptproto().roles, model)
        return exposure.quality, exposure.unwanted

    assert words(MODEL) == ("", "")
    assert words(MODEL, quality_toggle=True)[0].startswith("location, very aesthetic")
    assert words("gptproto/nai-diffusion-4-full", quality_toggle=True)[0].endswith("absurdres")
    heavy, light, human, none = (words(MODEL, uc_preset=preset)[1] for preset in range(4))
    assert len(human) > len(heavy) > len(light) > len(none) == 0
    assert words("another", quality_toggle=False, uc_preset=9) == ("", "")
    (elsewhere,) = exposures_of(
        {"prompt": "a", "quality_toggle": True, "uc_preset": 0}
    )  # a page that says nothing
    assert (elsewhere.quality, elsewhere.unwanted) == ("", "")


def test_unknown_tags_of_many_requests_are_told_once_each() -> None:
    requests: list[dict[str, Json]] = [
        {"prompt": "1girl, griffin", "seed": 1},
        {"prompt": "1girl, griffin", "seed": 2},
        {"prompt": "sea, zebra", "character_prompts": [{"prompt": "girl, quokka"}]},
    ]
    assert unknown_tags(requests) == ("griffin", "zebra", "quokka")


def test_a_pictures_texts_hold_no_pictures() -> None:
    """A Comment of megabytes would be in every file; the placeholder tells which picture it was."""
    rng = np.random.default_rng(0)
    large = base64.b64encode(encode_png(rng.integers(0, 255, (30, 30, 3), np.uint8), {})).decode()
    request = resolved(action="img2img", image=large, vibe_transfer=[{"image": large}])
    text = texts_of(MODEL, request, exposures_of(request)[0], ())["Comment"]
    sha256 = hashlib.sha256(base64.b64decode(large)).hexdigest()
    comment = json.loads(text)
    assert comment["image"] == comment["vibe_transfer"][0]["image"] == f"teststrip-file:sha256:{sha256}"
    assert large not in text


def test_a_request_that_cannot_be_read_raises_a_render_error() -> None:
    with pytest.raises(RenderError, match="cannot read this request"):
        exposures_of({"prompt": "a", "seed": "soon"})


def test_every_row_of_the_bundled_page_has_an_effect() -> None:
    request: dict[str, Json] = {parameter.name: None for parameter in gptproto().parameters}
    comment = json.loads(texts_of(MODEL, request, Exposure("a"), (), gptproto().roles)["Comment"])
    assert comment["without_effect"] == []


def test_a_picture_says_that_it_is_a_proof_and_how_it_was_made() -> None:
    request = resolved(negative_prompt="hat", seed=4, n=2, size="64x96")
    texts = texts_of(MODEL, request, exposures_of(request)[1], ("griffin",))
    assert texts["Software"] == f"teststrip darkroom {RENDERER_VERSION}"
    assert texts["Description"] == "1girl"
    assert MODEL in texts["Source"]
    assert list(texts)[:2] == ["Title", "Description"]
    comment = json.loads(texts["Comment"])
    assert (comment["seed"], comment["uc"], comment["width"], comment["height"]) == (5, "hat", 64, 96)
    assert (comment["renderer"], comment["ignored_tags"]) == (f"darkroom/{RENDERER_VERSION}", ["griffin"])
    assert comment["steps"] == 28
