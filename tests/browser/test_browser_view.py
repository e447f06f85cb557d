"""`teststrip view` in a real browser: cells as they finish, the list of runs, two of them, and who may look."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import Opens, until
from playwright.sync_api import expect

import warm

RECIPE = """
teststrip: 1
title: {title}
model: gptproto/nai-diffusion-4-5-full
params: {{prompt: "night", size: 512x512, steps: 1, seed: 1}}
axes: {{scale: {scale}, sampler: [k_euler, ddim_v3]}}
sheets: [{{rows: sampler, cols: scale}}]
limits: {{concurrency: 1}}
"""
TESTSTRIP = [sys.executable, "-m", "teststrip"]
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("GPTPROTO_")}


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[str]:
    """Start one of our servers, and yield the address that it tells; it ends as by Ctrl-C, and well."""
    process = warm.start([*TESTSTRIP, *words, "--json"], cwd=folder, stdout=subprocess.PIPE, env=ENVIRON)
    assert process.stdout is not None
    try:
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(15)
        process.stdout.close()
    assert ended == 0


def write(folder: Path, name: str, title: str, scale: str) -> None:
    (folder / name).write_text(RECIPE.format(title=title, scale=scale), "utf-8")


def run(folder: Path, *words: str) -> None:
    done = warm.run([*TESTSTRIP, "run", *words], cwd=folder, env=ENVIRON)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two finished runs that share two cells, and a title that is hostile."""
    folder = tmp_path_factory.mktemp("view")
    write(folder, "one.yaml", "'First <script>alert(1)</script>'", "[4, 5]")
    write(folder, "two.yaml", "Second", "[5, 6]")
    run(folder, "one.yaml")
    run(folder, "two.yaml")
    return folder


def test_cells_appear_as_they_finish(tmp_path: Path, opens: Opens) -> None:
    write(tmp_path, "recipe.yaml", "Live", "[4, 5, 6]")
    with serving(tmp_path, "emulate", "--port", "0", "--delay", "0.7") as target:
        command = [*TESTSTRIP, "run", "recipe.yaml", "--target", target]
        going = warm.start(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRON
        )
        while not list(tmp_path.glob("runs/live-*/plan.lock.json")):
            assert going.poll() is None
            os.sched_yield()
        with serving(tmp_path, "view", "live") as address:
            seen = opens(address)
            page = seen.page
            expect(page.locator(".live")).to_contain_text("live")
            assert page.locator(".cell img").count() < 6
            page.evaluate("window.stayed = true")
            expect(page.locator(".cell img")).to_have_count(6, timeout=30_000)
            expect(page.locator(".subtitle")).to_contain_text("6 cells", timeout=10_000)
            expect(page.locator(".live")).to_have_text(re.compile(r"^live · \d+ Anlas spent$"))
            assert page.evaluate("window.stayed") is True  # nothing was loaded anew
            page.locator(".menu > summary", has_text="Differences").click()
            expect(page.locator(".differ .lead")).to_contain_text("changes the picture most")
            page.keyboard.press("Escape")
            page.locator(".cell").first.click()
            until(page, "document.querySelector('.frame img:last-child').naturalWidth === 512")
        assert going.wait(20) == 0


def test_the_list_leads_to_runs_and_back(runs: Path, opens: Opens) -> None:
    with serving(runs, "view") as address:
        page = opens(address).page
        assert "token" not in page.url
        expect(page.locator("tbody tr")).to_have_count(2)
        page.get_by_role("link", name="First <script>alert(1)</script>").click()
        expect(page.locator(".cell img")).to_have_count(4)
        page.get_by_role("link", name="All runs").click()
        expect(page.locator("h1")).to_have_text("Runs in runs")


def test_two_runs_stand_side_by_side(runs: Path, opens: Opens) -> None:
    with serving(runs, "view") as address:
        page = opens(address).page
        page.get_by_label("first run").select_option(label=first(runs))
        page.get_by_label("second run").select_option(label=second(runs))
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".head .label").first).to_be_visible()
        heads = page.locator(".head .label").all_inner_texts()
        assert heads[:3] == ["4", "5", "6"]
        assert "Second" in heads
        expect(page.locator(".cell img")).to_have_count(8)
        page.locator(".menu > summary", has_text="Differences").click()
        expect(page.locator(".differ th", has_text="run")).to_have_count(1)


def first(runs: Path) -> str:
    return next(runs.glob("runs/first-*")).name


def second(runs: Path) -> str:
    return next(runs.glob("runs/second-*")).name


def test_nobody_without_the_token_gets_anything(runs: Path, opens: Opens) -> None:
    with serving(runs, "view") as address:
        parts = urlsplit(address)
        bare = f"http://{parts.netloc}"
        for path in ("/", f"/run/{first(runs)}/", "/thumbs/x.webp", "/?token=wrong"):
            seen = opens(bare + path)
            expect(seen.page.locator("body")).to_contain_text("it has the token that lets you in")
            seen.refused = True
    with serving(runs, "view", "--no-token") as address:
        assert "token" not in address
        expect(opens(address).page.locator("tbody tr")).to_have_count(2)
