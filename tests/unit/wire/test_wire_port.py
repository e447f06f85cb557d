"""APIs that are spoken with in other ways than the first, through the same client and emulator, over real HTTP."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import httpx
import pytest
from wire_bench import FORMS, KEY, Painter, dashscope, painted, queue, run_at

from teststrip.base.json import Json, sha256
from teststrip.emulator.app import create_app
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.attach import Attachment, placeholder
from teststrip.provider.page import read_page
from teststrip.provider.request import resolve_defaults
from teststrip.run.model import Outcome
from teststrip.run.state import State

WAN = "/api/v1/services/aigc/text2image/image-synthesis"
BEARER = {"Authorization": f"Bearer {KEY}"}
ASYNC = {**BEARER, "X-DashScope-Async": "enable"}
NEEDED = {"X-Key": KEY, "X-Version": "7"}


def wan_body(**parameters: Json) -> dict[str, Json]:
    return {"model": "wan2.2-t2i-flash", "input": {"prompt": "a boat"}, "parameters": parameters}


async def finished(client: httpx.AsyncClient, path: str, word: str) -> httpx.Response:
    for _ in range(1000):
        reply = await client.get(path)
        if word in reply.text:
            return reply
        await asyncio.sleep(0.01)
    raise AssertionError(reply.text)


def only(outcomes: dict[str, Outcome]) -> Outcome:
    (outcome,) = outcomes.values()
    return outcome


async def test_the_second_page_speaks_its_own_words_on_the_wire() -> None:
    painter = Painter()
    painter.hold.clear()
    async with (
        running_emulator(create_app(dashscope(), painter)) as url,
        httpx.AsyncClient(base_url=url, headers=ASYNC) as client,
    ):
        submitted = (await client.post(WAN, json=wan_body(n=2, seed=7))).json()
        task = submitted["output"]["task_id"]
        assert submitted == {"output": {"task_status": "PENDING", "task_id": task}, "request_id": task}
        state = (await client.get(f"/api/v1/tasks/{task}")).json()
        assert state == {"request_id": task, "output": {"task_id": task, "task_status": "RUNNING"}}
        painter.hold.set()
        done = (await finished(client, f"/api/v1/tasks/{task}", "SUCCEEDED")).json()
        assert [list(result) for result in done["output"]["results"]] == [["url"], ["url"]]
        picture = (await client.get(done["output"]["results"][1]["url"], headers={})).content
        request = resolve_defaults(dashscope(), "wan2.2-t2i-flash", {"prompt": "a boat", "n": 2, "seed": 7})
        assert picture == painted("wan2.2-t2i-flash", request, 1)


@pytest.mark.parametrize(
    ("headers", "body", "status", "code", "word"),
    [
        ({"Authorization": "Token x"}, wan_body(), 401, "InvalidApiKey", "Bearer"),
        (BEARER, wan_body(), 400, "InvalidParameter", "X-DashScope-Async"),
        (ASYNC, {**wan_body(), "model": "wan9"}, 404, "ModelNotFound", "wan2.1-t2i-plus"),
        (ASYNC, {"model": "wan2.2-t2i-flash", "prompt": "a"}, 400, "InvalidParameter", "mean input.prompt"),
        (ASYNC, {**wan_body(), "prompt": "a"}, 400, "InvalidParameter", "prompt"),
        (ASYNC, wan_body(size="1024x1024"), 400, "InvalidParameter", "size"),
        (ASYNC, wan_body(size="511*1024"), 400, "InvalidParameter", "size"),
        (ASYNC, wan_body(seed=2**31), 400, "InvalidParameter", "seed"),
        (ASYNC, {**wan_body(), "input": "a boat"}, 400, "InvalidParameter", "input"),
        (
            ASYNC,
            {**wan_body(), "input": {"prompt": "teststrip:refuse"}},
            400,
            "DataInspectionFailed",
            "datainspectionfailed",
        ),
    ],
)
async def test_the_second_page_refuses_in_its_own_form(
    headers: dict[str, str], body: dict[str, Json], status: int, code: str, word: str
) -> None:
    async with (
        running_emulator(create_app(dashscope(), Painter())) as url,
        httpx.AsyncClient(base_url=url, headers=headers) as client,
    ):
        reply = await client.post(WAN, json=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert set(reply.json()) == {"code", "message", "request_id"}
    assert word in reply.json()["message"]


async def test_a_run_of_the_second_page_keeps_its_pictures_and_tells_what_was_refused(tmp_path: Path) -> None:
    page = dashscope()
    wanted = resolve_defaults(page, page.models[0].id, {"prompt": "a boat", "n": 3, "seed": 5})
    refused = {**wanted, "prompt": "teststrip:refuse"}
    async with running_emulator(create_app(page, Painter())) as url:
        run, _ = await run_at(url, page, tmp_path, wanted, refused)
    done, moderated = run.outcomes.values()
    assert done.state is State.DONE
    assert [a.path.read_bytes() for a in done.artifacts] == [
        painted(page.models[0].id, wanted, k) for k in range(3)
    ]
    assert moderated.state is State.MODERATED
    assert "change the prompt" in moderated.reason


async def test_a_queue_is_asked_by_query_and_its_outputs_at_an_address_of_their_own(tmp_path: Path) -> None:
    page, painter = queue(), Painter()
    request: dict[str, Json] = resolve_defaults(page, "maker/one", {"text": "a hill", "number": 4})
    app = create_app(page, painter, EmulatorSettings(delay=0.2))
    async with running_emulator(app) as url:
        run, _ = await run_at(url, page, tmp_path, request)
    outcome = only(dict(run.outcomes))
    assert (outcome.state, outcome.reason) == (State.DONE, "")
    assert [a.path.read_bytes() for a in outcome.artifacts] == [painted("maker/one", request, 0)]
    assert painter.requests == [request]


async def test_a_queues_states_and_outputs_on_the_wire() -> None:
    painter = Painter()
    painter.hold.clear()
    async with (
        running_emulator(create_app(queue(), painter)) as url,
        httpx.AsyncClient(base_url=url, headers=NEEDED) as client,
    ):
        body = {"version": 3, "input": {"text": "a hill"}}
        told = (await client.post("/v1/maker/one", json=body)).json()
        assert told["state"] == "In Queue"
        assert told["polling"] == f"{url}/v1/state?id={told['id']}&kind=picture"
        assert told["fetching"] == f"{url}/v1/maker%2Fone/result?id={told['id']}"
        waiting = await client.get(told["polling"])
        assert (waiting.status_code, waiting.json()["state"]) == (202, "In Progress")
        assert (await client.get(told["fetching"])).status_code == 400
        painter.hold.set()
        state = await finished(client, told["polling"], "Ready")
        assert (state.status_code, state.json()["result"]) == (200, {"sample": []})
        result = (await client.get(told["fetching"])).json()
        assert list(result) == ["id", "result"]
        assert (await client.get(result["result"]["sample"])).content.startswith(b"\x89PNG")
        assert (await client.get("/v1/state?id=nobody")).status_code == 404
        assert (await client.get("/v1/state")).status_code == 404


@pytest.mark.parametrize(
    ("headers", "body", "word"),
    [
        ({"X-Key": KEY}, {"version": 3, "input": {"text": "a"}}, "X-Version"),
        (NEEDED, {"input": {"text": "a"}}, "version must be 3"),
        (NEEDED, {"version": 3, "input": {"text": "a", "wide": 72}}, "multiples of 16"),
        (NEEDED, {"version": 3, "input": {"text": "a", "wide": 16, "high": 16}}, "fewer than 4096"),
        (NEEDED, {"version": 3, "input": {"text": "a", "wide": 2048, "high": 2048}}, "more than 1048576"),
    ],
)
async def test_what_the_page_says_of_headers_bodies_and_sizes_is_asked_for(
    headers: dict[str, str], body: dict[str, Json], word: str
) -> None:
    async with (
        running_emulator(create_app(queue(), Painter())) as url,
        httpx.AsyncClient(base_url=url, headers=headers) as client,
    ):
        reply = await client.post("/v1/maker/two", json=body)
    assert reply.status_code == 400
    assert list(reply.json()) == ["details"]
    assert word in reply.json()["details"]


async def test_the_roles_say_how_an_answer_travels() -> None:
    async with (
        running_emulator(create_app(queue(), Painter())) as url,
        httpx.AsyncClient(base_url=url, headers=NEEDED) as client,
    ):
        body = {"version": 3, "input": {"text": "a", "hurry": True, "as": "text"}}
        told = (await client.post("/v1/maker/two", json=body)).json()
        assert told["state"] == "Ready"
        (sample,) = told["result"]["sample"]
        assert sample.startswith("iVBOR")


async def test_a_word_for_refused_content_ends_a_trial_as_moderated(tmp_path: Path) -> None:
    page = queue()
    request = resolve_defaults(page, "maker/one", {"text": "teststrip:refuse", "number": 4})
    async with running_emulator(create_app(page, Painter())) as url:
        run, _ = await run_at(url, page, tmp_path, request)
    outcome = only(dict(run.outcomes))
    assert (outcome.state, outcome.artifacts) == (State.MODERATED, ())
    assert "teststrip:refuse" in outcome.reason


async def test_another_run_of_a_queue_fetches_what_the_first_left(tmp_path: Path) -> None:
    page = queue()
    request = resolve_defaults(page, "maker/one", {"text": "a hill", "number": 4})
    async with running_emulator(create_app(page, Painter())) as url:
        run, _ = await run_at(url, page, tmp_path, request)
        only(dict(run.outcomes)).artifacts[0].path.unlink()
        again, _ = await run_at(url, page, tmp_path, request)
    assert (only(dict(again.outcomes)).state, again.sent) == (State.DONE, 0)
    assert only(dict(again.outcomes)).artifacts[0].path.is_file()


async def test_a_page_may_ask_for_a_form_with_pictures_in_it(tmp_path: Path) -> None:
    page, painter = read_page(FORMS, "forms.md"), Painter()
    picture = painted("any", {}, 0)
    sent: dict[str, Json] = {
        "prompt": "a\r\nboat",
        "steps": 7,
        "image": placeholder(sha256(picture)),
        "refs": [placeholder(sha256(picture))],
        "start": 3,
    }
    async with running_emulator(create_app(page, painter)) as url:
        run, _ = await run_at(url, page, tmp_path, sent, attachments=lambda _: Attachment("image/png", picture))
        assert only(dict(run.outcomes)).state is State.DONE
    text = base64.b64encode(picture).decode()
    assert painter.requests == [{**sent, "image": text, "refs": [text]}]
