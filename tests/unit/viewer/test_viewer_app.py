from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from teststrip.cli.main import program
from teststrip.recipe.model import SheetSpec
from teststrip.run.folder import load_run
from teststrip.viewer.app import Settings, address, create_app
from teststrip.viewer.watch import Watch

RECIPE = """
teststrip: 1
title: Small
model: gptproto/nai-diffusion-4-5-full
params: {prompt: night, size: 512x512, steps: 1, seed: 1}
axes: {scale: [4, 5]}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs folder with a finished run, and one with a broken lock."""
    folder = tmp_path_factory.mktemp("viewer")
    (folder / "recipe.yaml").write_text(RECIPE, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(program, ["run", "recipe.yaml"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (folder / "runs" / "broken").mkdir()
    (folder / "runs" / "broken" / "plan.lock.json").write_text("<script>", "utf-8")
    return folder / "runs"


@pytest.fixture
async def caller(runs: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(Settings(runs)))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


def small(runs: Path) -> Path:
    return next(runs.glob("small-*"))


async def test_pictures_and_thumbnails_are_served_by_their_digests(runs: Path, caller: httpx.AsyncClient) -> None:
    run = load_run(small(runs))
    artifact = run.outcomes[run.plan.cells[0].digest].artifacts[0]
    answer = await caller.get(f"/pictures/{artifact.sha256}.png")
    assert answer.content == artifact.path.read_bytes()
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    thumb = await caller.get(f"/thumbs/{artifact.sha256}.webp")
    assert thumb.content[8:12] == b"WEBP"


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/../ledger.sqlite3",
        "/pictures/%2e%2e%2fledger.sqlite3",
        f"/pictures/{'a' * 64}.png",
        f"/pictures/{'a' * 64}.svg",
        f"/pictures/{'A' * 64}.png",
        f"/thumbs/{'a' * 64}.png",
        "/thumbs/x.webp",
        "/run/none/",
        "/run/%2e%2e/",
        "/diff?one=none&two=none",
        "/nothing",
    ],
)
async def test_nothing_else_is_served(caller: httpx.AsyncClient, path: str) -> None:
    answer = await caller.get(path)
    assert answer.status_code in {404, 307}
    assert b"SQLite" not in answer.content


async def test_a_broken_lock_is_told_as_text(caller: httpx.AsyncClient) -> None:
    answer = await caller.get("/run/broken/")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/plain")
    listing = (await caller.get("/")).text
    assert "<script>" not in listing
    assert listing.count("<script") == 0


async def test_a_page_says_where_it_hears_of_changes(runs: Path, caller: httpx.AsyncClient) -> None:
    answer = await caller.get(f"/run/{small(runs).name}/")
    found = re.search(r'id="document">(.*?)</script>', answer.text)
    assert found is not None
    body = json.loads(found[1])
    assert re.fullmatch(r"events\?since=[1-9][0-9]*", body["live"]["events"])
    assert body["pictures"]["source"][0].startswith("../../pictures/")
    assert "connect-src &#x27;self&#x27;" in answer.text
    steps = (await caller.get(f"/run/{small(runs).name}/steps")).json()
    assert steps[0]["count"] == 1


def test_a_watch_tells_what_moved_and_only_that(runs: Path) -> None:
    run = load_run(small(runs))
    watch = Watch(run, SheetSpec())
    assert watch.begin().progress["states"] == {"done": 2}
    change = watch.look()
    told = [body for body in change.cells if isinstance(body, dict)]
    assert [body["cells"] for body in told] == [[0], [1]]
    assert {body["state"] for body in told} == {"done"}
    assert change.progress["states"] == {"done": 2}
    assert change.is_news
    again = watch.look()
    assert again.cells == ()
    assert not again.is_news
    (small(runs) / "finish.jsonl").write_text("", "utf-8")
    assert watch.look().again
    (small(runs) / "finish.jsonl").unlink()


def test_an_address_has_the_token_where_there_is_one() -> None:
    assert address("http://127.0.0.1:1", "", None) == "http://127.0.0.1:1/"
    assert address("http://127.0.0.1:1", "a b", "t?") == "http://127.0.0.1:1/run/a%20b/?token=t%3F"
