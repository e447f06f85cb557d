"""The page in docs/provider-pages.md that uses every key is one that runs, and its example of a price is true."""

from __future__ import annotations

import base64
import contextlib
import io
import re
from decimal import Decimal
from pathlib import Path

from PIL import Image
from wire_bench import Painter, run_at

from teststrip.base.json import Json
from teststrip.emulator.app import create_app
from teststrip.emulator.darkroom import DarkroomRenderer
from teststrip.emulator.serve import running_emulator
from teststrip.provider.front import front_schema
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.provider.price import price
from teststrip.provider.request import resolve_defaults
from teststrip.run.state import State

DOCS = (Path(__file__).parents[3] / "docs" / "provider-pages.md").read_text("utf-8")
TOY, QUEUE, EASEL = re.findall(r"^````markdown\n(.*?)^````$", DOCS, re.MULTILINE | re.DOTALL)


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def page() -> Provider:
    return read_page(QUEUE, "queue.md")


def test_every_key_of_the_front_matter_is_shown_in_the_docs() -> None:
    schema = front_schema()
    for part in (
        schema["properties"],
        *(member.get("properties", {}) for member in schema["properties"].values()),
        schema["properties"]["submit"]["properties"]["body"]["properties"],
    ):
        for key in part:
            assert re.search(rf"\b{key}\b", DOCS), key


async def test_the_documented_queue_runs_from_request_to_pictures(tmp_path: Path) -> None:
    model = page().models[0].id
    asked = resolve_defaults(page(), model, {"prompt": "a hill", "pictures": 2, "start": 5})
    refused = {**asked, "prompt": "teststrip:refuse"}
    renderer = DarkroomRenderer(workers=0, roles=page().roles)
    async with running_emulator(create_app(page(), renderer)) as url:
        run, _ = await run_at(url, page(), tmp_path, asked, refused)
    await renderer.close()
    done, moderated = run.outcomes.values()
    assert (done.state, len(done.artifacts), moderated.state) == (State.DONE, 2, State.MODERATED)


async def test_the_documented_api_that_answers_at_once_runs_from_request_to_pictures(tmp_path: Path) -> None:
    easel = read_page(EASEL, "easel.md")
    asked = resolve_defaults(easel, "any", {"prompt": "a hill", "method": "Euler a"})
    over = resolve_defaults(easel, "any", {"prompt": "a hill", "pictures": [picture()], "change": 0.3})
    refused = {**asked, "prompt": "teststrip:refuse"}
    renderer = DarkroomRenderer(workers=0, roles=easel.roles)
    async with running_emulator(create_app(easel, renderer)) as url:
        run, _ = await run_at(url, easel, tmp_path, asked, over, refused)
    await renderer.close()
    states = [outcome.state for outcome in run.outcomes.values()]
    assert states == [State.DONE, State.DONE, State.FAILED]


async def test_a_page_without_any_of_it_runs_too(tmp_path: Path) -> None:
    toy = read_page(TOY, "toy.md")
    async with running_emulator(create_app(toy, Painter())) as url:
        run, _ = await run_at(url, toy, tmp_path, resolve_defaults(toy, "toy-1", {"prompt": "a hill", "seed": 1}))
    assert [outcome.state for outcome in run.outcomes.values()] == [State.DONE]


def test_the_documented_price_is_reckoned() -> None:
    request: dict[str, Json] = {"prompt": "a hill", "wide": 1024, "high": 1024, "pictures": 3}
    assert price(page(), "painter-1", request) == 6
    assert price(page(), "painter-1", request, {"member": True}) == Decimal(3)


def test_the_python_example_prints_two_prices() -> None:
    (program,) = [text for text in re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL) if "price(" in text]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(program, "docs", "exec"), {})  # noqa: S102  the documentation's own example
    assert said.getvalue().split() == ["20", "0"]
