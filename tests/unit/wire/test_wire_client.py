"""The client and the reader of answers, told by pages other than the first; nothing here goes over a network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from wire_bench import KEY, dashscope, queue

from teststrip.base.json import Json, canonical
from teststrip.errors import ExchangeError
from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.meaning import meaning_of, refused_for_content
from teststrip.run.reply import Prediction, Url, error_parts, read_reply

BASE = "https://queue.example"
STATE = f"{BASE}/v1/state?id=p1&kind=picture"
LINK = "https://cdn.example/a.png"


class Scripted(httpx.AsyncBaseTransport):
    """Answers by address with a status and a JSON body, and remembers what came."""

    def __init__(self, answers: dict[str, tuple[int, Any]]) -> None:
        self.answers = answers
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        status, body = self.answers.get(str(request.url), (404, {"details": "nobody"}))
        return httpx.Response(status, json=body)


def client(answers: dict[str, tuple[int, Any]], page: Provider | None = None) -> tuple[Client, Scripted]:
    transport = Scripted(answers)
    return Client(page or queue(), base_url=BASE, key=KEY, transport=transport), transport


async def test_a_submit_has_the_pages_body_and_headers_and_a_poll_only_those_of_every_exchange() -> None:
    page = replace(queue(), submit=replace(queue().submit, headers={"X-Once": "1"}))
    there = (200, {"id": "p1", "state": "In Queue"})
    http, transport = client({f"{BASE}/v1/maker%2Fone": there, STATE: there}, page)
    async with http:
        assert await http.submit("maker/one", {"text": "x", "wide": 64}) == Prediction("p1", "queued")
        await http.poll("p1")
    submit, poll = transport.seen
    assert submit.content == canonical({"version": 3, "input": {"text": "x", "wide": 64}})
    assert [submit.headers.get(name) for name in ("X-Version", "X-Once", "X-Key")] == ["7", "1", KEY]
    assert [poll.headers.get(name) for name in ("X-Version", "X-Once", "X-Key")] == ["7", None, KEY]


async def nowhere(_: bytes) -> None:
    """Take what comes."""


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://eu.queue.example/get?id=p1", "https://eu.queue.example/get?id=p1"),
        ("https://us.queue.example:443/get", "https://us.queue.example/get"),
        ("https://queue.example/get", "https://queue.example/get"),
        ("https://ap.queue.example/get", STATE),
        ("http://eu.queue.example/get", STATE),
        ("https://eu.queue.example.evil.example/get", STATE),
        ("https://a@eu.queue.example/get", STATE),
    ],
)
async def test_the_key_goes_to_the_base_address_and_to_the_origins_that_the_page_lists(
    url: str, asked: str
) -> None:
    http, transport = client({})
    async with http:
        with pytest.raises(ExchangeError):
            await http.poll("p1", url)
        with pytest.raises(ExchangeError):
            await http.fetch(Url(LINK), nowhere)
    assert [(str(r.url), r.headers.get("X-Key")) for r in transport.seen] == [(asked, KEY), (LINK, None)]


@pytest.mark.parametrize(("status", "phase"), [(202, "queued"), (404, None), (200, "running")])
async def test_not_yet_is_what_the_page_says_and_nothing_else(status: int, phase: str | None) -> None:
    http, _ = client({STATE: (status, {"state": "In Progress"})})
    async with http:
        if phase is None:
            with pytest.raises(ExchangeError):
                await http.poll("p1")
        else:
            assert (await http.poll("p1")).phase == phase


async def test_a_404_may_be_a_not_yet() -> None:
    page = replace(queue(), poll=replace(queue().poll, not_yet=(404,)))
    http, _ = client({}, page)
    async with http:
        assert await http.poll("p1") == Prediction(None, "queued")


async def test_a_finished_state_leads_to_the_outputs_by_the_pages_address() -> None:
    result = f"{BASE}/v1/maker%2Fone/result?id=p1"
    http, transport = client({STATE: (200, {"state": "READY "}), result: (200, {"result": {"sample": LINK}})})
    async with http:
        assert await http.poll("p1", None, "maker/one") == Prediction("p1", "done", (Url(LINK),))
    assert [str(request.url) for request in transport.seen] == [STATE, result]


async def test_the_servers_own_address_of_the_outputs_comes_first() -> None:
    state = {"state": "Ready", "fetching": "https://eu.queue.example/out"}
    answers = {STATE: (200, state), "https://eu.queue.example/out": (200, {"result": {"sample": LINK}})}
    http, _ = client(answers)
    async with http:
        assert (await http.poll("p1")).outputs == (Url(LINK),)


async def test_outputs_that_come_with_the_state_are_not_asked_for_again() -> None:
    http, transport = client({STATE: (200, {"state": "Ready", "result": {"sample": LINK}})})
    async with http:
        assert (await http.poll("p1")).outputs == (Url(LINK),)
    assert len(transport.seen) == 1


@pytest.mark.parametrize(("status", "phase"), [(400, "failed"), (422, "failed"), (200, "failed")])
async def test_a_result_that_is_an_error_is_how_the_prediction_ended(status: int, phase: str) -> None:
    result = f"{BASE}/v1/maker%2Fone/result?id=p1"
    http, _ = client({STATE: (200, {"state": "Ready"}), result: (status, {"details": "too dark"})})
    async with http:
        prediction = await http.poll("p1", None, "maker/one")
    assert (prediction.phase, prediction.outputs) == (phase, ())
    assert "too dark" in prediction.error


async def test_a_result_that_cannot_be_had_just_now_is_asked_for_again() -> None:
    result = f"{BASE}/v1/maker%2Fone/result?id=p1"
    http, _ = client({STATE: (200, {"state": "Ready"}), result: (503, {})})
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await http.poll("p1", None, "maker/one")
    assert (caught.value.kind, caught.value.may_have_cost) == ("server", False)


WAN = {"task_id": "t", "task_status": "SUCCEEDED"}
READS: list[tuple[str, Provider, Any, Prediction]] = [
    (
        "links lie in each item of a list",
        dashscope(),
        {"output": {**WAN, "results": [{"url": LINK}, {"url": f"{LINK}?2"}]}},
        Prediction("t", "done", (Url(LINK), Url(f"{LINK}?2"))),
    ),
    (
        "a picture that failed has no link",
        dashscope(),
        {"output": {**WAN, "results": [{"code": "InternalError"}, {"url": LINK}]}},
        Prediction("t", "done", (Url(LINK),)),
    ),
    ("none has one", dashscope(), {"output": {**WAN, "results": [{}]}}, Prediction("t", "done")),
    (
        "an error's code is told with its words",
        dashscope(),
        {"output": {"task_id": "t", "task_status": "FAILED", "code": "DataInspectionFailed", "message": "No."}},
        Prediction("t", "failed", error="No. (DataInspectionFailed)"),
    ),
    (
        "a word that is not listed",
        dashscope(),
        {"output": {"task_id": "t", "task_status": "UNKNOWN"}},
        Prediction("t", "unknown"),
    ),
    ("a word with a space, in any case", queue(), {"id": "p", "state": "IN QUEUE"}, Prediction("p", "queued")),
    ("refused by a word", queue(), {"id": "p", "state": "Request Moderated"}, Prediction("p", "moderated")),
    (
        "the id is in the address's query",
        queue(),
        {"polling": "https://x.example/v1/state?a=1&id=p%2F2"},
        Prediction("p/2", "unknown", (), "https://x.example/v1/state?a=1&id=p%2F2"),
    ),
    (
        "an address without it",
        queue(),
        {"polling": "/v1/state?a=1"},
        Prediction(None, "unknown", (), "/v1/state?a=1"),
    ),
    ("one link alone", queue(), {"id": "p", "result": {"sample": LINK}}, Prediction("p", "done", (Url(LINK),))),
]


@pytest.mark.parametrize(("page", "body", "expected"), [row[1:] for row in READS], ids=[row[0] for row in READS])
def test_an_answer_is_read_by_the_pages_places(page: Provider, body: Json, expected: Prediction) -> None:
    assert read_reply(page, body) == expected


def test_the_second_pages_errors_mean_what_its_table_says() -> None:
    page = dashscope()
    body = {"code": "Arrearage", "message": "Keep your account in good standing.", "request_id": "r"}
    assert error_parts(page.reply, body) == ("Arrearage", "Keep your account in good standing.")
    kinds = {
        (400, "Arrearage"): "balance",
        (400, "DataInspectionFailed"): "moderated",
        (400, "InvalidParameter"): "invalid",
        (401, "InvalidApiKey"): "auth",
        (429, "Throttling.RateQuota"): "rate_limited",
        (500, "InternalError"): "server",
    }
    assert {key: meaning_of(page, *key, "").kind for key in kinds} == kinds
    assert refused_for_content(page, "No. (DataInspectionFailed)")
    assert not refused_for_content(page, "No. (InternalError)")
