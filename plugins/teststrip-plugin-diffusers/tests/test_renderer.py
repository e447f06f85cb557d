"""The renderer with a pipeline of random weights, alone and behind an emulator."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conftest import REASON
from teststrip.emulator.renderer import RenderError
from teststrip.errors import UsageError
from teststrip.provider.catalogue import find_provider
from teststrip.provider.request import resolve_defaults

torch = pytest.importorskip("torch", reason=REASON)
pytest.importorskip("diffusers", reason=REASON)
pytest.importorskip("transformers", reason=REASON)

pipelines = pytest.importorskip("teststrip_plugin_diffusers.pipeline", reason="the package is not installed")
renderers = pytest.importorskip("teststrip_plugin_diffusers.renderer", reason="the package is not installed")
settings = pytest.importorskip("teststrip_plugin_diffusers.settings", reason="the package is not installed")
wishes = pytest.importorskip("teststrip_plugin_diffusers.wish", reason="the package is not installed")


PAGE = find_provider("gptproto")
MODEL = "nai-diffusion-4-5-full"
SIZE = "64x64"


@pytest.fixture
def renderer(loaded: Any) -> Any:
    return renderers.DiffusersRenderer(PAGE, loaded)


def asked(**request: Any) -> dict[str, Any]:
    plain = {"prompt": "a cat", "size": SIZE, "steps": 4, "seed": 7, "noise_schedule": "karras"}
    return resolve_defaults(PAGE, MODEL, {**plain, **request})


def draw(renderer: Any, **request: Any) -> tuple[bytes, ...]:
    whole = asked(**request)
    assert renderer.check(MODEL, whole) is None
    return asyncio.run(renderer.render(MODEL, whole))


def pixels(picture: bytes) -> bytes:
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.convert("RGB").tobytes()


def test_the_same_request_gives_the_same_bytes_whatever_was_drawn_before(renderer: Any) -> None:
    first = draw(renderer)
    draw(renderer, sampler="k_euler", seed=1)
    assert draw(renderer) == first


def test_another_process_gives_the_same_bytes(renderer: Any, folder: Path) -> None:
    program = """
import asyncio, hashlib, json, sys
from teststrip.provider.catalogue import find_provider
from teststrip_plugin_diffusers.pipeline import load
from teststrip_plugin_diffusers.renderer import DiffusersRenderer
from teststrip_plugin_diffusers.settings import Settings
renderer = DiffusersRenderer(find_provider("gptproto"), load(Settings(sys.argv[1])))
pictures = asyncio.run(renderer.render(sys.argv[2], json.loads(sys.argv[3])))
print(hashlib.sha256(b"".join(pictures)).hexdigest())
"""
    request = json.dumps(asked(sampler="k_dpmpp_sde"))
    told = subprocess.run(
        [sys.executable, "-c", program, str(folder), MODEL, request], capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(b"".join(draw(renderer, sampler="k_dpmpp_sde"))).hexdigest()
    assert told.stdout.strip() == here


@pytest.mark.parametrize(
    "request_",
    [
        {"seed": 8},
        {"prompt": "a dog"},
        {"negative_prompt": "rain"},
        {"steps": 5},
        {"scale": 9.0},
        {"cfg_rescale": 0.7},
        {"sampler": "k_euler"},
        {"noise_schedule": "exponential"},
        {"size": "64x96"},
    ],
)
def test_each_parameter_changes_the_picture(renderer: Any, request_: dict[str, Any]) -> None:
    assert pixels(draw(renderer, **request_)[0]) != pixels(draw(renderer)[0])


def test_picture_i_has_seed_plus_i(renderer: Any) -> None:
    several = draw(renderer, n=3)
    assert len(several) == 3
    assert pixels(several[2]) == pixels(draw(renderer, seed=9)[0])


def test_every_sampler_draws_another_picture_of_the_size_asked_for(renderer: Any) -> None:
    found = {}
    for sampler in (
        "k_euler",
        "k_euler_ancestral",
        "k_dpmpp_2m",
        "k_dpmpp_sde",
        "k_dpmpp_2s_ancestral",
        "ddim_v3",
    ):
        found[sampler] = pixels(draw(renderer, sampler=sampler, size="96x64")[0])
        assert len(found[sampler]) == 96 * 64 * 3
    assert len(set(found.values())) == len(found)


def test_all_samplers_and_schedules_draw_from_text_and_from_a_picture(loaded: Any) -> None:
    renderer = renderers.DiffusersRenderer(PAGE, loaded)
    start = base64.b64decode(picture())
    plain = wishes.Wish(prompt="a cat", width=32, height=32, steps=3, strength=0.7)
    for sampler in wishes.SAMPLERS:
        for schedule in wishes.NOISE_SCHEDULES:
            for image in (None, start):
                wish = replace(plain, sampler=sampler, noise_schedule=schedule, image=image)
                assert renderer.draw(wish, 1, threading.Event()).shape == (32, 32, 3)


def test_the_picture_to_start_from_counts_the_more_the_less_strength_there_is(renderer: Any) -> None:
    """Two starts drawn with the same seed differ more at little strength: much of it forgets where it began."""

    def apart(strength: float) -> int:
        image = {"action": "img2img", "steps": 20, "sampler": "k_euler", "strength": strength}
        one, other = (pixels(draw(renderer, **image, image=start)[0]) for start in (picture(), picture("black")))
        return sum(abs(a - b) for a, b in zip(one, other, strict=True))

    assert apart(0.1) > apart(0.5) > apart(0.95)


def test_a_picture_says_what_drew_it_and_for_what(renderer: Any) -> None:
    with Image.open(io.BytesIO(draw(renderer, n=2)[1])) as opened:
        texts = opened.text  # type: ignore[attr-defined]
    comment = json.loads(texts["Comment"])
    assert (comment["seed"], comment["prompt"], comment["without_effect"]) == (8, "a cat", ["quality_toggle"])
    assert comment["renderer"] == f"diffusers tiny {renderer.version}"
    assert texts["Source"] == f"tiny, in place of {MODEL}"
    assert "Steps: 4, Sampler: Euler a, Schedule type: Karras" in texts["parameters"]


def test_a_picture_given_is_not_repeated_in_the_result(renderer: Any) -> None:
    drawn = draw(renderer, action="img2img", image=picture())[0]
    assert picture()[:60].encode() not in drawn


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"size": "65x64"}, "the sides of 65x64 are not multiples of 2, as tiny asks"),
        ({"prompt": "a" * 90}, "the prompt has 92 tokens with its ends, and tiny reads 77"),
        ({"negative_prompt": "a" * 90}, "the negative prompt has 92 tokens with its ends, and tiny reads 77"),
        ({"uc_preset": 1}, "uc_preset: a diffusers pipeline cannot do that here: leave it at 0"),
    ],
)
def test_what_this_pipeline_cannot_do_is_refused(renderer: Any, request_: dict[str, Any], said: str) -> None:
    assert renderer.check(MODEL, asked(**request_)) == said


def test_a_pipeline_that_makes_nothing_from_pictures_says_so(loaded: Any) -> None:
    renderer = renderers.DiffusersRenderer(PAGE, replace(loaded, image=None))
    assert (
        renderer.check(MODEL, asked(action="img2img", image=picture())) == "tiny makes no pictures from pictures"
    )


def test_the_version_covers_weights_and_libraries(loaded: Any, folder: Path, tmp_path: Path) -> None:
    for part in ("diffusers-", "torch-", "transformers-", " cpu ", pipelines.digest_of(folder)[:16]):
        assert part in loaded.version
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert pipelines.digest_of(copy) == pipelines.digest_of(folder)
    weights = copy / "unet" / "diffusion_pytorch_model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert pipelines.digest_of(copy) != pipelines.digest_of(folder)


def test_weights_that_are_programs_are_not_loaded(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    torch.save({"a": torch.zeros(1)}, copy / "unet" / "diffusion_pytorch_model.bin")
    with pytest.raises(UsageError, match="cannot be loaded"):
        pipelines.load(settings.Settings(str(copy)))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("/no/such/folder", "there is no folder /no/such/folder"),
        (
            "somebody/no-such-model",
            "is not on this disk, and nothing is downloaded: set TESTSTRIP_DIFFUSERS_DOWNLOAD=1",
        ),
    ],
)
def test_a_model_that_is_not_there_is_not_fetched(model: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        pipelines.load(settings.Settings(model))


def test_a_folder_without_a_pipeline_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no model_index\.json"):
        pipelines.load(settings.Settings(str(tmp_path)))


def test_a_closed_renderer_draws_no_more(loaded: Any) -> None:
    renderer = renderers.DiffusersRenderer(PAGE, loaded)

    async def both() -> None:
        await renderer.close()
        await renderer.close()
        with pytest.raises(RenderError, match="closed"):
            await renderer.render(MODEL, asked())

    asyncio.run(both())


def test_a_drawing_that_nobody_waits_for_ends_and_the_next_one_is_right(loaded: Any) -> None:
    renderer = renderers.DiffusersRenderer(PAGE, loaded)
    expected = draw(renderer)

    async def cut() -> tuple[bytes, ...]:
        drawing = asyncio.create_task(renderer.render(MODEL, asked(steps=50, n=4)))
        await asyncio.sleep(0.2)
        drawing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drawing
        return await renderer.render(MODEL, asked())

    assert asyncio.run(cut()) == expected


def picture(colour: str = "") -> str:
    out = io.BytesIO()
    made = (
        Image.new("RGB", (64, 64), colour)
        if colour
        else Image.radial_gradient("L").resize((64, 64)).convert("RGB")
    )
    made.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()
