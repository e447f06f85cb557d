"""Recipes that run: against the page's own emulator on a port, and against an imitation of the real server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest
from a1111_fixtures import Run
from a1111_web_ui import CHECKPOINTS, WebUI
from PIL import Image

from teststrip.emulator.app import create_app
from teststrip.emulator.darkroom import DarkroomRenderer
from teststrip.emulator.serve import running_emulator
from teststrip.provider.page import read_page

plugin = pytest.importorskip("teststrip_plugin_a1111", reason="the package is not installed")

PAGE = read_page(plugin.PAGE.read_text("utf-8"), "a1111.md")
RECIPES = Path(__file__).parents[1] / "recipes"


def recipe(folder: Path, **params: object) -> str:
    document = {
        "teststrip": 1,
        "title": "Two seeds",
        "model": "a1111/a1111",
        "params": {
            "prompt": "a lighthouse",
            "negative_prompt": "rain",
            "sd_model_checkpoint": CHECKPOINTS[0],
            "width": 64,
            "height": 64,
            "steps": 4,
            **params,
        },
        "axes": {"seed": [1, 5]},
    }
    (folder / "recipe.yaml").write_text(json.dumps(document), "utf-8")
    return "recipe.yaml"


def kept(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "runs" / "store").rglob("*.png")}


def test_the_packages_recipe_runs_against_the_emulator_on_a_port(teststrip: Run, tmp_path: Path) -> None:
    shutil.copy(RECIPES / "samplers.yaml", tmp_path / "samplers.yaml")
    small = ("-s", "params.width=64", "-s", "params.height=64", "-s", "axes.steps=[2, 3]")

    async def both() -> tuple[str, str]:
        renderer = DarkroomRenderer(workers=0, roles=PAGE.roles)
        async with running_emulator(create_app(PAGE, renderer)) as url:
            runs = [
                await asyncio.to_thread(teststrip, "run", "samplers.yaml", *small, "--target", url)
                for _ in range(2)
            ]
        await renderer.close()
        return runs[0].stdout + runs[0].stderr, runs[1].stdout + runs[1].stderr

    first, second = asyncio.run(both())
    assert "8 of 8 cells done; 8 requests sent" in first, first
    assert "0 requests sent" in second or "nothing was sent" in second, second
    assert len(kept(tmp_path)) == 8
    picture = next((tmp_path / "runs" / "store").rglob("*.png"))
    with Image.open(picture) as opened:
        assert "Schedule type: Karras" in opened.text["parameters"]  # type: ignore[attr-defined]


def test_pictures_of_a_real_server_are_kept_byte_for_byte(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    told = teststrip("run", recipe(tmp_path, batch_size=2), "--live", env={"A1111_BASE_URL": web_ui.url})
    assert told.returncode == 0, told.stderr
    assert kept(tmp_path) == {hashlib.sha256(picture).hexdigest() for picture in web_ui.sent}
    assert [path for path, _ in web_ui.requests] == ["/sdapi/v1/txt2img"] * 2
    body = web_ui.requests[0][1]
    assert body["override_settings"] == {"sd_model_checkpoint": CHECKPOINTS[0]}
    assert "sd_model_checkpoint" not in body
    assert "denoising_strength" not in body
    assert (body["seed"], body["batch_size"], body["scheduler"]) == (1, 2, "Automatic")
    again = teststrip("run", "recipe.yaml", "--live", env={"A1111_BASE_URL": web_ui.url})
    assert (again.returncode, len(web_ui.requests)) == (0, 2)


def test_a_picture_to_start_from_goes_to_img2img(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "PNG")
    (tmp_path / "start.png").write_bytes(out.getvalue())
    name = recipe(tmp_path, init_images=["start.png"], denoising_strength=0.4)
    told = teststrip("run", name, "--live", env={"A1111_BASE_URL": web_ui.url})
    assert told.returncode == 0, told.stderr
    path, body = web_ui.requests[0]
    assert path == "/sdapi/v1/img2img"
    assert [base64.b64decode(text) for text in body["init_images"]] == [out.getvalue()]
    assert (body["denoising_strength"], body["resize_mode"]) == (0.4, 0)


def test_the_darkroom_starts_from_a_picture_too(teststrip: Run, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "start.png")
    told = teststrip("run", recipe(tmp_path, init_images=["start.png"], denoising_strength=0.4))
    assert "2 of 2 cells done" in told.stdout + told.stderr


def test_a_user_and_a_password_are_sent_when_they_are_set(teststrip: Run, tmp_path: Path, web_ui: WebUI) -> None:
    web_ui.users = {"ada": "lovelace-1843"}
    env = {"A1111_BASE_URL": web_ui.url}
    without = teststrip("run", recipe(tmp_path), "--live", env=env)
    assert without.returncode != 0
    assert "A1111_API_AUTH" in without.stdout + without.stderr
    told = teststrip(
        "run", "recipe.yaml", "--live", "--retry-failed", env={**env, "A1111_API_AUTH": "ada:lovelace-1843"}
    )
    assert told.returncode == 0, told.stderr
    for path in (tmp_path / "runs").rglob("*"):
        if path.is_file():
            for secret in (b"lovelace-1843", base64.b64encode(b"ada:lovelace-1843")):
                assert secret not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("params", "broken", "said"),
    [
        ({"sampler_name": "No such"}, "", "Sampler not found"),
        ({}, "CUDA out of memory.", "CUDA out of memory."),
    ],
)
def test_a_servers_words_are_told(
    teststrip: Run, tmp_path: Path, web_ui: WebUI, params: dict[str, str], broken: str, said: str
) -> None:
    web_ui.broken = broken
    told = teststrip("run", recipe(tmp_path, **params), "--live", env={"A1111_BASE_URL": web_ui.url})
    assert told.returncode == 1
    assert said in told.stdout + told.stderr


def test_a_request_without_a_checkpoint_is_a_mistake(teststrip: Run, tmp_path: Path) -> None:
    name = recipe(tmp_path)
    document = json.loads((tmp_path / name).read_text())
    del document["params"]["sd_model_checkpoint"]
    (tmp_path / name).write_text(json.dumps(document))
    told = teststrip("check", name)
    assert told.returncode == 2
    assert "sd_model_checkpoint" in told.stdout + told.stderr
