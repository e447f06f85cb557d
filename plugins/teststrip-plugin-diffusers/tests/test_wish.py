"""What a request asks of a pipeline, and what is refused: without torch."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from teststrip.emulator.renderer import RenderError
from teststrip.errors import UsageError
from teststrip.provider.catalogue import find_provider
from teststrip.provider.page import read_page
from teststrip.provider.request import resolve_defaults

settings = pytest.importorskip("teststrip_plugin_diffusers.settings", reason="the package is not installed")
wish = pytest.importorskip("teststrip_plugin_diffusers.wish", reason="the package is not installed")

PAGE = find_provider("gptproto")
MODEL = "nai-diffusion-4-5-full"
EASEL = """---
page: 1
provider: easel
title: Easel
base_url: http://127.0.0.1:7000
base_url_env: EASEL_URL
auth: {header: Authorization, form: "{key}", env: EASEL_KEY, optional: true}
submit: {path: /draw}
reply: {outputs: [images], form: base64}
roles:
  sampler: method
  noise_schedule: spread
  image: pictures
  strength: change
  checkpoint: weights
  means:
    sampler: {Euler a: k_euler_ancestral} # of method
    noise_schedule: {Automatic: karras} # of spread
models: [{id: any}]
pace: {concurrency: 1, per_minute: 600}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| `prompt` | string | yes | - | - | What it shows |
| `method` | string | no | `Euler a` | `Euler a`, `Heun` | How |
| `spread` | string | no | `Automatic` | `Automatic` | Noise |
| `weights` | string | no | - | - | Which |
| `pictures` | array(string (Base64)) | no | - | 1 - 2 | From |
| `change` | float | no | `0.6` | 0 - 1 | How much |
| `tiling` | boolean | no | `false` | - | Seamless |
"""
OTHER = read_page(EASEL, "easel.md")


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def asked(**request: Any) -> Any:
    return wish.wish_of(PAGE, resolve_defaults(PAGE, MODEL, {"prompt": "a cat", **request}), "tiny")


def elsewhere(**request: Any) -> Any:
    return wish.wish_of(OTHER, resolve_defaults(OTHER, "any", {"prompt": "a cat", **request}), "tiny")


def test_a_request_is_read_by_the_pages_words() -> None:
    read = asked(
        negative_prompt="rain",
        size="64x96",
        steps=9,
        scale=5.5,
        cfg_rescale=0.4,
        sampler="k_dpmpp_2m",
        noise_schedule="exponential",
        seed=4294967295,
        n=3,
    )
    assert (read.prompt, read.negative_prompt, read.width, read.height) == ("a cat", "rain", 64, 96)
    assert (read.steps, read.scale, read.cfg_rescale) == (9, 5.5, 0.4)
    assert (read.sampler, read.noise_schedule) == ("k_dpmpp_2m", "exponential")
    assert read.seeds == (4294967295, 0, 1)


def test_another_page_is_read_by_its_roles_and_meanings() -> None:
    read = elsewhere(pictures=[picture()], weights="tiny")
    assert (read.sampler, read.noise_schedule, read.strength) == ("k_euler_ancestral", "karras", 0.6)
    assert read.image == base64.b64decode(picture())


def test_a_page_without_a_word_for_a_thing_leaves_it_at_this_packages_default() -> None:
    lines = EASEL.replace("  means:\n", "").split("\n")
    bare = read_page("\n".join(line for line in lines if "method" not in line and "spread" not in line), "bare.md")
    read = wish.wish_of(bare, resolve_defaults(bare, "any", {"prompt": "a cat"}), "tiny")
    assert (read.sampler, read.noise_schedule, read.steps, read.scale) == ("k_dpmpp_2m", "karras", 28, 7.0)


def test_a_request_without_a_seed_has_one_of_its_own() -> None:
    assert elsewhere().seed == elsewhere().seed
    assert elsewhere().seed != elsewhere(prompt="a dog").seed


def test_what_the_page_sets_unasked_is_named_as_idle() -> None:
    assert asked().idle == ("quality_toggle",)


def test_an_image_counts_when_the_action_says_so() -> None:
    assert asked(action="img2img", image=picture(), strength=0.5).image is not None
    assert asked(image=picture()).image is None


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"uc_preset": 2}, "uc_preset: a diffusers pipeline cannot do that here: leave it at 0"),
        (
            {"vibe_transfer": [{"image": "x"}]},
            "vibe_transfer: a diffusers pipeline cannot do that here: leave it out",
        ),
        (
            {"dynamic_thresholding": True},
            "dynamic_thresholding: a diffusers pipeline has no such thing: leave it out",
        ),
        (
            {"skip_cfg_above_sigma": 19},
            "skip_cfg_above_sigma: a diffusers pipeline has no such thing: leave it out",
        ),
        ({"scale": 0.5}, "a guidance scale of 0.5 cannot be drawn: 1 is no guidance, and the least"),
        ({"action": "infill"}, "'infill' cannot be drawn: a picture is made from text, or from another picture"),
        (
            {"sampler": "ddim_v3", "noise_schedule": "exponential"},
            "ddim has noise levels of its own: leave noise_schedule out",
        ),
        ({"size": "4096x4096"}, "4096x4096 has more than 4194304 pixels, the most that is drawn"),
        (
            {"action": "img2img", "image": "https://e.example/a.png"},
            "the picture to start from has to be in the request; nothing is fetched from an address",
        ),
        ({"action": "img2img", "image": "%%%"}, "the picture to start from is no Base64 text"),
        (
            {"action": "img2img", "image": base64.b64encode(b"GIF89a").decode()},
            "the picture to start from is a GIF; a picture is a PNG, a JPEG or a WebP",
        ),
        (
            {"action": "img2img", "image": picture(), "strength": 0.01},
            "a strength of 0.01 leaves none of 28 steps to take",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_name(request_: dict[str, Any], said: str) -> None:
    with pytest.raises(RenderError) as caught:
        asked(**request_)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"tiling": True}, "tiling: a diffusers pipeline cannot do that here: leave it at false"),
        ({"weights": "other"}, "weights is 'other', and the pipeline that is loaded is 'tiny'"),
        (
            {"method": "Heun"},
            "diffusers has no sampler 'Heun' here; it has " + ", ".join(wish.SAMPLERS),
        ),
        ({"pictures": [picture(), picture()]}, "2 pictures to start from cannot be drawn: give one"),
    ],
)
def test_what_another_page_asks_for_in_vain_is_refused_too(request_: dict[str, Any], said: str) -> None:
    with pytest.raises(RenderError) as caught:
        elsewhere(**request_)
    assert str(caught.value) == said


def test_settings_come_from_the_environment_and_download_nothing_unasked() -> None:
    read = settings.read_settings({"TESTSTRIP_DIFFUSERS_MODEL": " /models/x "})
    assert read == settings.Settings("/models/x", download=False, device="cpu", dtype="float32")


def test_all_wrong_settings_are_told_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        settings.read_settings({"TESTSTRIP_DIFFUSERS_DOWNLOAD": "maybe", "TESTSTRIP_DIFFUSERS_DTYPE": "int8"})
    for name in ("TESTSTRIP_DIFFUSERS_MODEL", "TESTSTRIP_DIFFUSERS_DOWNLOAD", "TESTSTRIP_DIFFUSERS_DTYPE"):
        assert name in str(caught.value)
