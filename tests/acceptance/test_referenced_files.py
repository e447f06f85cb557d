"""Pictures that a recipe refers to, from the recipe to the server: real processes, a real port, real files."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import warm
from teststrip.base.json import Json, sha256
from teststrip.emulator.app import create_app
from teststrip.emulator.serve import running_emulator
from teststrip.provider.catalogue import find_provider

RECIPE = """\
teststrip: 1
title: From a picture
model: gptproto/nai-diffusion-4-5-full
params:
  prompt: "1girl, red hair"
  action: img2img
  image: ./ref.png
  vibe_transfer: [{image: "refs/${{ mood }}.jpg", strength: 0.4}]
  seed: 3
axes:
  strength: [0.3, 0.6]
  mood: [calm, wild]
sheets: [{rows: mood, cols: strength}]
"""


def drawn(colour: tuple[int, int, int], form: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, form)
    return stream.getvalue()


class Witness:
    """Draws a picture of one colour, and remembers what it was asked for; `before` happens at each."""

    name = "witness"
    version = "1"

    def __init__(self) -> None:
        self.requests: list[Mapping[str, Json]] = []
        self.before: Callable[[], object] = lambda: None

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:
        assert model
        assert request
        return None

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        assert model
        self.before()
        self.requests.append(request)
        return (drawn((len(self.requests), 0, 0)),)

    async def close(self) -> None:
        pass


@contextmanager
def server(witness: Witness) -> Iterator[str]:
    """Serve the first page's emulator in a thread of its own."""
    page = find_provider("gptproto")
    assert page is not None
    ready, ended = threading.Event(), asyncio.Event()
    told: dict[str, Any] = {}

    async def serve() -> None:
        async with running_emulator(create_app(page, witness)) as url:
            told.update(url=url, loop=asyncio.get_running_loop())
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    try:
        yield told["url"]
    finally:
        told["loop"].call_soon_threadsafe(ended.set)
        thread.join()


def cli(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}
    return warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=cwd,
        timeout=120,
        env=environ,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mine = tmp_path / "mine"
    (mine / "refs").mkdir(parents=True)
    (mine / "r.yaml").write_text(RECIPE)
    (mine / "ref.png").write_bytes(drawn((1, 2, 3)))
    (mine / "refs" / "calm.jpg").write_bytes(drawn((9, 9, 9), "JPEG"))
    (mine / "refs" / "wild.jpg").write_bytes(drawn((200, 0, 0), "JPEG"))
    return mine


def last(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert result.returncode == 0, result.stderr + result.stdout
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return told


def test_pictures_arrive_byte_for_byte_and_are_kept_by_content_alone(folder: Path) -> None:
    witness = Witness()
    with server(witness) as url:
        done = last(cli("run", "r.yaml", "--target", url, "--json", cwd=folder))
        assert (done["sent"], done["done"]) == (4, 4)
        image = base64.b64encode(drawn((1, 2, 3))).decode()
        vibes = {base64.b64encode(drawn(colour, "JPEG")).decode() for colour in ((9, 9, 9), (200, 0, 0))}
        assert {request["image"] for request in witness.requests} == {image}
        assert {request["vibe_transfer"][0]["image"] for request in witness.requests} == vibes  # type: ignore[index,call-overload]
        assert sorted(request["strength"] for request in witness.requests) == [0.3, 0.3, 0.6, 0.6]  # type: ignore[type-var]
        kept = b"".join(path.read_bytes() for path in (folder / "runs").rglob("ledger.sqlite3*"))
        lock = (folder / done["run"] / "plan.lock.json").read_text()
        for text in (kept.decode("latin-1"), lock):
            assert image[:60] not in text
            assert f"teststrip-file:sha256:{sha256(drawn((1, 2, 3)))}" in text
        assert [file["name"] for file in json.loads(lock)["pictures"]] == [
            "ref.png",
            "refs/calm.jpg",
            "refs/wild.jpg",
        ]
        # The sheet is drawn again from the run alone, and so are the names of its pictures.
        (folder / "ref.png").unlink()
        assert cli("sheet", done["run"], "--json", cwd=folder).returncode == 0


def test_trap_stale_picture_the_bytes_decide_and_never_the_path(folder: Path) -> None:
    with server(Witness()) as url:
        assert last(cli("run", "r.yaml", "--target", url, "--json", cwd=folder))["sent"] == 4
        (folder / "ref.png").rename(folder / "moved.png")
        (folder / "r.yaml").write_text(RECIPE.replace("./ref.png", "moved.png"))
        assert last(cli("run", "r.yaml", "--target", url, "--json", cwd=folder))["sent"] == 0
        (folder / "moved.png").write_bytes(drawn((3, 2, 1)))
        assert last(cli("run", "r.yaml", "--target", url, "--json", cwd=folder))["sent"] == 4
        (folder / "refs" / "wild.jpg").write_bytes(drawn((0, 200, 0), "JPEG"))
        assert last(cli("run", "r.yaml", "--target", url, "--json", cwd=folder))["sent"] == 2


def test_a_picture_edited_while_the_run_is_under_way_changes_nothing(folder: Path) -> None:
    witness = Witness()
    theirs = [folder / "ref.png", folder / "refs" / "calm.jpg", folder / "refs" / "wild.jpg"]
    witness.before = lambda: [path.write_bytes(drawn((77, 7, 7))) for path in theirs]
    with server(witness) as url:
        done = last(cli("run", "r.yaml", "--target", url, "--concurrency", "1", "--json", cwd=folder))
    assert done["done"] == 4
    assert {request["image"] for request in witness.requests} == {base64.b64encode(drawn((1, 2, 3))).decode()}


def test_a_folder_elsewhere_is_allowed_by_the_person_alone(folder: Path) -> None:
    (folder.parent / "ref.png").write_bytes(drawn((1, 2, 3)))
    (folder / "r.yaml").write_text(RECIPE.replace("./ref.png", "../ref.png"))
    for command in ("check", "plan", "run"):
        refused = cli(command, "r.yaml", cwd=folder)
        assert refused.returncode == 2
        assert "--allow-files" in refused.stdout + refused.stderr
    for command in ("check", "plan"):
        assert cli(command, "r.yaml", "--allow-files", "..", cwd=folder).returncode == 0
    with server(Witness()) as url:
        last(cli("run", "r.yaml", "--target", url, "--allow-files", "..", "--json", cwd=folder))


def test_a_plan_printed_for_scripts_has_no_bytes_in_it(folder: Path) -> None:
    large = drawn((1, 2, 3)) + bytes(3000)
    (folder / "ref.png").write_bytes(large)
    printed = cli("plan", "r.yaml", "--cells", "--json", cwd=folder)
    assert last(printed)["cells"] == 4
    assert len(printed.stdout) < 10_000
    assert f"teststrip-file:sha256:{sha256(large)}" in printed.stdout
