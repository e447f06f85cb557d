"""Requests as they are sent."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from teststrip.provider.catalogue import find_provider
from teststrip.provider.request import poll_url, resolve_defaults, scenario_of, submit_url

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.provider.model import Provider

FULL = "nai-diffusion-4-5-full"


@pytest.fixture(scope="module")
def provider() -> Provider:
    found = find_provider("gptproto")
    assert found is not None
    return found


def test_a_bare_prompt_becomes_the_whole_body_in_page_order(provider: Provider) -> None:
    body = resolve_defaults(provider, FULL, {"prompt": "a fox"})
    assert list(body.items()) == [
        ("prompt", "a fox"),
        ("action", "generate"),
        ("size", "832x1216"),
        ("n", 1),
        ("enable_sync_mode", False),
        ("enable_base64_output", False),
        ("negative_prompt", ""),
        ("quality_toggle", True),
        ("uc_preset", 0),
        ("steps", 28),
        ("scale", 6.0),
        ("sampler", "k_euler_ancestral"),
        ("noise_schedule", "karras"),
        ("cfg_rescale", 0),
        ("dynamic_thresholding", False),
        ("auto_smea", False),
        ("legacy", False),
        ("use_coords", False),
    ]


def test_order_of_the_given_members_does_not_matter(provider: Provider) -> None:
    one = resolve_defaults(provider, FULL, {"steps": 3, "prompt": "x", "seed": 7})
    two = resolve_defaults(provider, FULL, {"seed": 7, "prompt": "x", "steps": 3})
    assert list(one.items()) == list(two.items())
    assert one["seed"] == 7


def test_resolving_twice_changes_nothing(provider: Provider) -> None:
    once = resolve_defaults(provider, FULL, {"prompt": "x", "character_prompts": [{"prompt": "y"}]})
    assert resolve_defaults(provider, FULL, once) == once


def test_img2img_defaults_come_only_with_img2img(provider: Provider) -> None:
    plain = resolve_defaults(provider, FULL, {"prompt": "x"})
    assert not {"strength", "noise"} & set(plain)
    body = resolve_defaults(provider, FULL, {"prompt": "x", "action": "img2img", "image": "AAAA"})
    assert (body["strength"], body["noise"]) == (0.7, 0)


def test_a_control_strength_comes_only_with_a_control_model(provider: Provider) -> None:
    body = resolve_defaults(provider, FULL, {"prompt": "x", "controlnet_model": "hed"})
    assert body["controlnet_strength"] == 1.0


def test_a_value_given_by_hand_stays_even_where_it_does_not_apply(provider: Provider) -> None:
    assert resolve_defaults(provider, FULL, {"prompt": "x", "strength": 0.5})["strength"] == 0.5


def test_null_that_is_the_default_is_left_out(provider: Provider) -> None:
    body = resolve_defaults(provider, FULL, {"prompt": "x", "skip_cfg_above_sigma": None})
    assert "skip_cfg_above_sigma" not in body
    assert (
        resolve_defaults(provider, FULL, {"prompt": "x", "skip_cfg_above_sigma": 19})["skip_cfg_above_sigma"] == 19
    )


def test_defaults_inside_items_and_objects_are_filled(provider: Provider) -> None:
    given: dict[str, Json] = {
        "prompt": "x",
        "character_prompts": [{"prompt": "a", "center": {"y": 0.2}}, {"uc": "", "prompt": "b", "enabled": False}],
        "vibe_transfer": [{"image": "AAAA"}],
    }
    before = copy.deepcopy(given)
    body = resolve_defaults(provider, FULL, given)
    assert body["character_prompts"] == [
        {"prompt": "a", "uc": "lowres, aliasing,", "center": {"x": 0.5, "y": 0.2}, "enabled": True},
        {"prompt": "b", "uc": "", "enabled": False},
    ]
    assert body["vibe_transfer"] == [{"image": "AAAA", "information_extracted": 1.0, "strength": 0.6}]
    assert given == before


def test_what_the_model_does_not_take_follows_untouched(provider: Provider) -> None:
    body = resolve_defaults(
        provider, "nai-diffusion-4-full", {"character_prompts": [{"prompt": "a"}], "prompt": "x"}
    )
    assert list(body)[-1] == "character_prompts"
    assert body["character_prompts"] == [{"prompt": "a"}]


@pytest.mark.parametrize("wrong", ["text", 3, [1, "x"], {"prompt": "x"}, None, True])
def test_values_of_the_wrong_shape_are_left_for_the_schema(provider: Provider, wrong: Json) -> None:
    body = resolve_defaults(provider, FULL, {"prompt": "x", "vibe_transfer": wrong})
    assert "vibe_transfer" in body


@pytest.mark.parametrize(
    ("request_", "scenario"),
    [
        ({}, "text-to-image"),
        ({"action": "generate"}, "text-to-image"),
        ({"action": "img2img"}, "image-to-image"),
        ({"action": "infill"}, "image-to-image"),
    ],
)
def test_the_action_chooses_the_path(provider: Provider, request_: dict[str, Json], scenario: str) -> None:
    assert scenario_of(provider, request_) == scenario
    assert submit_url(provider, "http://h:1/", FULL, request_) == f"http://h:1/api/v3/novel/{FULL}/{scenario}"


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("..", "%2E%2E"),
        ("x?y#z", "x%3Fy%23z"),
        ("é", "%C3%A9"),
        ("{id}", "%7Bid%7D"),
        ("\ud800", "%3F"),
    ],
)
def test_a_prediction_id_stays_one_segment(provider: Provider, name: str, segment: str) -> None:
    assert poll_url(provider, "https://h", name) == f"https://h/api/v3/predictions/{segment}/result"
