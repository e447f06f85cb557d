"""The darkroom as a renderer: processes, their deaths, and the files that come out."""

from __future__ import annotations

import asyncio
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from emulator_bench import KEY, MODEL, SUBMIT, finished, gptproto
from httpx import ASGITransport, AsyncClient
from PIL import Image

from teststrip.base.json import Json
from teststrip.darkroom import RENDERER_VERSION, Exposure, render
from teststrip.emulator.app import create_app
from teststrip.emulator.darkroom import DarkroomRenderer
from teststrip.emulator.renderer import Renderer, RenderError

SMALL: dict[str, Json] = {
    "prompt": "1girl, silver hair, griffin",
    "size": "64x96",
    "steps": 2,
    "seed": 11,
    "n": 2,
    "quality_toggle": False,
    "uc_preset": 3,
}
EXPOSURE = Exposure("1girl, silver hair, griffin", width=64, height=96, steps=2, seed=12)

ORPHANS = """
import asyncio, multiprocessing, time
from teststrip.emulator.darkroom import DarkroomRenderer

async def main():
    renderer = DarkroomRenderer(workers=1)
    await renderer.render("m", {"prompt": "a", "size": "64x64", "steps": 1})
    print(*[child.pid for child in multiprocessing.active_children()])
    print(renderer.libraries, flush=True)
    time.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def pixels_of(picture: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(picture)))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that has ended but that nobody has waited for is still listed, as a zombie.
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]


async def test_the_pictures_are_the_darkrooms_own_whether_drawn_in_a_thread_or_a_process() -> None:
    thread, process = DarkroomRenderer(workers=0), DarkroomRenderer(workers=1)
    try:
        drawn = await thread.render(MODEL, SMALL)
        assert await process.render(MODEL, SMALL) == drawn
    finally:
        await thread.close()
        await process.close()
    assert len(drawn) == 2
    assert drawn[0] != drawn[1]
    np.testing.assert_array_equal(pixels_of(drawn[1]), render(EXPOSURE).pixels)


async def test_libraries_are_made_once_whichever_process_needs_them_and_go_with_the_renderer() -> None:
    requests: list[dict[str, Json]] = [
        {**SMALL, "prompt": prompt, "seed": seed, "n": 1}
        for seed in (1, 2, 3)
        for prompt in ("1girl", "cat", "sea")
    ]
    processes, thread = DarkroomRenderer(workers=2), DarkroomRenderer(workers=0)
    try:
        drawn = await asyncio.gather(*(processes.render(MODEL, request) for request in requests))
        folder = processes.libraries
        assert folder is not None
        assert len(list(folder.iterdir())) == 3
        assert drawn == [await thread.render(MODEL, request) for request in requests]
    finally:
        await processes.close()
        await thread.close()
    assert not folder.exists()


async def test_a_library_that_somebody_deletes_is_made_again() -> None:
    renderer = DarkroomRenderer(workers=1)
    try:
        drawn = await renderer.render(MODEL, SMALL)
        await renderer.render(MODEL, {**SMALL, "prompt": "cat"})  # or the first would still be in memory
        assert renderer.libraries is not None
        for file in renderer.libraries.iterdir():
            file.unlink()
        assert await renderer.render(MODEL, SMALL) == drawn
    finally:
        await renderer.close()


async def test_a_proof_is_small_and_has_a_version_of_its_own() -> None:
    renderer, proofs = DarkroomRenderer(workers=0), DarkroomRenderer(workers=0, proof=True)
    request: dict[str, Json] = {**SMALL, "size": "1024x1024", "n": 1}
    (picture,) = await proofs.render(MODEL, request)
    await proofs.close()
    assert Image.open(io.BytesIO(picture)).size == (256, 256)
    assert proofs.version == f"{renderer.version}-proof"


async def test_a_file_carries_its_settings_where_readers_look() -> None:
    renderer = DarkroomRenderer(workers=0)
    picture = (await renderer.render(MODEL, {**SMALL, "prompt": "1girl, 夜, griffin"}))[1]
    await renderer.close()
    image = Image.open(io.BytesIO(picture))
    assert image.info["Software"] == f"teststrip darkroom {RENDERER_VERSION}"
    assert image.info["Description"] == "1girl, 夜, griffin"
    comment = json.loads(image.info["Comment"])
    assert (comment["seed"], comment["steps"]) == (12, 2)
    assert "griffin" in comment["ignored_tags"]


async def test_a_refusal_of_the_darkroom_is_a_render_error() -> None:
    renderer: Renderer = DarkroomRenderer(workers=0)
    with pytest.raises(RenderError, match="too small"):
        await renderer.render(MODEL, {**SMALL, "size": "8x8"})
    await renderer.close()


async def test_closing_twice_or_before_any_drawing_is_harmless() -> None:
    renderer = DarkroomRenderer(workers=0)
    await renderer.close()
    await renderer.close()
    assert len(await renderer.render(MODEL, SMALL)) == 2
    await renderer.close()
    await renderer.close()
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
async def test_a_process_that_dies_fails_its_drawing_and_the_next_one_is_drawn() -> None:
    renderer = DarkroomRenderer(workers=1)
    try:
        drawing = asyncio.create_task(renderer.render(MODEL, SMALL))
        while not (children := multiprocessing.active_children()):  # noqa: ASYNC110  a process sets no event
            await asyncio.sleep(0.01)
        for child in children:
            child.kill()
        with pytest.raises(RenderError, match="a drawing process died"):
            await drawing
        assert len(await renderer.render(MODEL, SMALL)) == 2
    finally:
        await renderer.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
async def test_a_process_that_died_between_two_drawings_costs_neither() -> None:
    renderer = DarkroomRenderer(workers=1)
    try:
        drawn = await renderer.render(MODEL, SMALL)
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        await asyncio.sleep(0.3)  # the pool notices by itself
        assert await renderer.render(MODEL, SMALL) == drawn
    finally:
        await renderer.close()


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs POSIX signals")
async def test_ctrl_c_does_not_reach_a_drawing_process_however_young() -> None:
    renderer = DarkroomRenderer(workers=1)
    try:
        drawing = asyncio.create_task(renderer.render(MODEL, SMALL))
        while not (children := multiprocessing.active_children()):  # noqa: ASYNC110  a process sets no event
            await asyncio.sleep(0)
        for pause in (0, 0.05, 0.1, 0.2, 0.4):
            await asyncio.sleep(pause)
            for child in children:
                assert child.pid is not None
                os.kill(child.pid, signal.SIGINT)
        assert len(await drawing) == 2
    finally:
        await renderer.close()


@pytest.mark.skipif(not hasattr(signal, "sigwaitinfo"), reason="nobody tells who sent a signal")
async def test_an_end_that_a_whole_group_is_told_of_does_not_reach_a_drawing_process() -> None:
    """As `timeout` and service managers send it; what the parent itself sends ends it, as pools need it."""
    renderer = DarkroomRenderer(workers=1)
    try:
        drawing = asyncio.create_task(renderer.render(MODEL, SMALL))
        while not (children := multiprocessing.active_children()):  # noqa: ASYNC110  a process sets no event
            await asyncio.sleep(0)
        for pause in (0, 0.1, 0.3):
            await asyncio.sleep(pause)
            ended = await asyncio.create_subprocess_exec("kill", "-TERM", *[str(child.pid) for child in children])
            assert await ended.wait() == 0
        assert len(await drawing) == 2
        assert all(child.is_alive() for child in children)
        for child in children:
            child.terminate()
            await asyncio.to_thread(child.join, 30)
            assert child.exitcode == 128 + signal.SIGTERM
    finally:
        await renderer.close()


async def test_drawings_that_nobody_waits_for_any_more_are_not_begun() -> None:
    """Of ten given up, only the one being drawn is finished; a pool's own queue would draw two more."""
    request: dict[str, Json] = {**SMALL, "size": "512x512", "steps": 28, "n": 1}
    ratios: list[float] = []
    while len(ratios) < 4 and min(ratios, default=9) > 2:  # another program may take the processor meanwhile
        renderer = DarkroomRenderer(workers=1)
        await renderer.render(MODEL, request)
        began = time.monotonic()
        await renderer.render(MODEL, request)
        one = time.monotonic() - began
        drawings = [asyncio.create_task(renderer.render(MODEL, request)) for _ in range(10)]
        await asyncio.sleep(one / 5)
        for drawing in drawings:
            drawing.cancel()
        ends = await asyncio.gather(*drawings, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)
        began = time.monotonic()
        await renderer.close()
        ratios.append((time.monotonic() - began) / one)
    assert min(ratios) <= 2


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_drawing_processes_leave_with_a_parent_that_was_killed_outright(tmp_path: Path) -> None:
    program = tmp_path / "orphans.py"
    program.write_text(ORPHANS)
    parent = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert children
        libraries = Path(parent.stdout.readline().strip())
        assert libraries.is_dir()
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 20
    while any(is_alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in children)
    assert not libraries.exists()


async def test_the_whole_cycle_with_the_darkroom_serves_exactly_its_bytes() -> None:
    renderer = DarkroomRenderer(workers=0)
    app = create_app(gptproto(), renderer)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://e.invalid", headers=KEY) as client:
        data = (await client.post(SUBMIT, json=SMALL)).json()["data"]
        done = await finished(client, data["urls"]["get"])
        outputs = done["outputs"]
        assert isinstance(outputs, list)
        fetched = [(await client.get(str(url))).content for url in outputs]
    await renderer.close()
    np.testing.assert_array_equal(pixels_of(fetched[1]), render(EXPOSURE).pixels)
    assert json.loads(Image.open(io.BytesIO(fetched[0])).info["Comment"])["seed"] == 11


async def test_what_the_darkroom_does_not_draw_is_a_400_that_names_the_parameter() -> None:
    renderer = DarkroomRenderer(workers=0)
    app = create_app(gptproto(), renderer)
    request = {"prompt": "a", "action": "img2img", "image": "aGk="}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://e.invalid", headers=KEY) as client:
        reply = await client.post(SUBMIT.replace("text-to-image", "image-to-image"), json=request)
    await renderer.close()
    assert reply.status_code == 400
    assert "a picture cannot be opened" in reply.json()["error"]["message"]
