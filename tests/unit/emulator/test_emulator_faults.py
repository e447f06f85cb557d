"""Fault plans: what goes wrong when, the same every time, on a real port and within the process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest
from emulator_bench import (
    KEY,
    MODEL,
    REQUEST,
    SUBMIT,
    BenchClock,
    BenchRenderer,
    emulated,
    error_of,
    finished,
    gptproto,
    pictures_of,
)

from teststrip.base.json import Json
from teststrip.emulator.app import create_app
from teststrip.emulator.faults import read_faults
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.request import resolve_defaults

SYNC: dict[str, Json] = {**REQUEST, "enable_sync_mode": True}


def plan(*rules: str, seed: int = 0, skew: float = 0) -> EmulatorSettings:
    text = "".join(f"  - {{{rule}}}\n" for rule in rules) or "  []\n"
    return EmulatorSettings(
        faults=read_faults(f"seed: {seed}\nskew: {skew}\nrules:\n{text}", "faults.yaml", gptproto())
    )


@contextlib.asynccontextmanager
async def on_a_port(settings: EmulatorSettings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(gptproto(), BenchRenderer(), settings)
    async with (
        running_emulator(app) as url,
        httpx.AsyncClient(base_url=url, headers=KEY, timeout=20) as client,
    ):
        yield client


async def charged(client: httpx.AsyncClient) -> int:
    count: int = (await client.get("/teststrip/account")).json()["charges"]
    return count


async def picture_url(client: httpx.AsyncClient) -> str:
    data = (await client.post(SUBMIT, json=SYNC)).json()["data"]
    return str(data["outputs"][0])


@pytest.mark.parametrize(
    ("rule", "status", "code", "after"),
    [
        ("at: submit, fault: error, status: 401", 401, "401", None),
        ("at: submit, fault: error, status: 403", 403, "403", None),
        ("at: submit, fault: error, status: 403, code: insufficient_balance", 403, "insufficient_balance", None),
        ("at: submit, fault: error, status: 402", 402, "402", None),
        ("at: submit, fault: error, status: 429", 429, "429", None),
        ("at: submit, fault: error, status: 429, retry_after: 7", 429, "429", "7"),
        ("at: submit, fault: error, status: 400, code: '503'", 400, "503", None),
        ("at: submit, fault: error, status: 500", 500, "500", None),
        ("at: submit, fault: error, status: 504", 504, "504", None),
        ("at: submit, fault: error, status: 418", 418, "418", None),
    ],
)
async def test_an_error_is_told_in_the_pages_form_and_charges_nothing(
    rule: str, status: int, code: str, after: str | None
) -> None:
    async with emulated(settings=plan(f"{rule}, nth: 1")) as client:
        reply = await client.post(SUBMIT, json=REQUEST)
        assert (reply.status_code, error_of(reply)["code"]) == (status, code)
        assert reply.headers.get("retry-after") == after
        assert await charged(client) == 0
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_an_error_may_come_after_the_request_was_charged_for() -> None:
    async with emulated(settings=plan("at: submit, fault: error, status: 500, charged: true, nth: 1")) as client:
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 500
        assert await charged(client) == 1


async def test_retry_after_may_be_a_date_by_the_servers_own_clock() -> None:
    rule = "at: submit, fault: error, status: 429, retry_after: 30, as_date: true"
    async with emulated(settings=plan(rule, skew=3600), clock=BenchClock()) as client:
        reply = await client.post(SUBMIT, json=REQUEST)
    wrong = datetime(2026, 1, 2, 4, 4, 5, tzinfo=UTC)
    assert parsedate_to_datetime(reply.headers["retry-after"]) == wrong + timedelta(seconds=30)
    assert parsedate_to_datetime(reply.headers["date"]) == wrong


async def test_a_bad_gateway_is_a_page_of_html_and_a_success_may_hold_a_failing_code() -> None:
    rules = (
        "at: submit, fault: error, status: 502, body: html, nth: 1",
        "at: submit, fault: error, status: 429, body: success, nth: 2",
        "at: submit, fault: error, status: 503, body: empty, nth: 3",
        "at: submit, fault: error, status: 503, body: text, message: gone fishing, nth: 4",
    )
    async with emulated(settings=plan(*rules)) as client:
        html, success, empty, text = [await client.post(SUBMIT, json=REQUEST) for _ in rules]
    assert (html.status_code, html.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<h1>502 Bad Gateway</h1>" in html.text
    assert (success.status_code, success.json()["code"]) == (200, 429)
    assert (empty.status_code, empty.content) == (503, b"")
    assert (text.status_code, text.text) == (503, "gone fishing")


@pytest.mark.parametrize("seldom", ["nth: 1", "chance: 1.0"])
@pytest.mark.parametrize(("when", "charges"), [("head", 0), ("read", 0), ("answered", 1)])
async def test_a_reset_is_a_real_one_and_charges_only_when_the_request_was_done(
    when: str, charges: int, seldom: str
) -> None:
    async with on_a_port(plan(f"at: submit, fault: reset, when: {when}, {seldom}")) as client:
        url = client.base_url
        body = json.dumps(REQUEST).encode()
        head = f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nAuthorization: k\r\nContent-Length: {len(body)}\r\n\r\n"
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(head.encode() + body)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert await charged(client) == charges


async def test_a_client_that_leaves_before_its_reset_harms_nothing() -> None:
    settings = replace(plan("at: submit, fault: reset, nth: 1"), latency={"submit": (0.3, 0.3)})
    async with on_a_port(settings) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post(SUBMIT, json=REQUEST, timeout=0.1)
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_a_reset_meets_an_ordinary_client_as_a_broken_connection() -> None:
    async with on_a_port(plan("at: poll, fault: reset, when: answered, nth: 1")) as client:
        data = (await client.post(SUBMIT, json=REQUEST)).json()["data"]
        with pytest.raises(httpx.NetworkError):
            await client.get(data["urls"]["get"])
        assert (await finished(client, data["urls"]["get"]))["status"] == "completed"


async def test_within_a_process_a_reset_is_raised() -> None:
    app = create_app(gptproto(), BenchRenderer(), plan("at: submit, fault: reset, nth: 1"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a", headers=KEY) as client:
        with pytest.raises(ConnectionResetError):
            await client.post(SUBMIT, json=REQUEST)
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_a_picture_cut_short_breaks_off_where_its_length_was_told_and_else_just_ends() -> None:
    rules = (
        "at: picture, fault: truncated, nth: 1",
        "at: picture, fault: truncated, keep: 0.25, declared: false, nth: 2",
    )
    async with on_a_port(plan(*rules)) as client:
        url = await picture_url(client)
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection without sending complete"):
            await client.get(url)
        short = (await client.get(url)).content
        (whole,) = pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, SYNC))
        assert short == whole[: len(whole) // 4]
        assert (await client.get(url)).content == whole


async def test_a_slow_body_comes_in_pieces_and_whole() -> None:
    async with on_a_port(plan("at: picture, fault: slow, seconds: 0.4")) as client:
        url = await picture_url(client)
        began = time.monotonic()
        async with client.stream("GET", url) as reply:
            pieces = [piece async for piece in reply.aiter_raw()]
        assert time.monotonic() - began >= 0.3
        assert len(pieces) > 2
        assert (b"".join(pieces),) == pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, SYNC))


async def test_a_link_expires_for_a_while_or_for_good() -> None:
    async with emulated(settings=plan("at: picture, fault: expired, nth: [1, 2]")) as client:
        url = await picture_url(client)
        assert [(await client.get(url)).status_code for _ in range(3)] == [403, 403, 200]
    lasting = plan("at: picture, fault: expired, status: 404, chance: 0.5, lasting: true", seed=3)
    async with emulated(settings=lasting) as client:
        seen = []
        for seed in range(12):
            sync = {**SYNC, "seed": seed}
            link = (await client.post(SUBMIT, json=sync)).json()["data"]["outputs"][0]
            seen.append({(await client.get(link)).status_code for _ in range(4)})
    assert {200} in seen
    assert {404} in seen
    assert all(len(statuses) == 1 for statuses in seen)


async def test_a_prediction_may_fail_be_moderated_or_never_end() -> None:
    rules = (
        "at: submit, fault: failed, message: out of ink, nth: 1",
        "at: submit, fault: moderated, nth: 2",
        "at: submit, fault: stuck, nth: 3",
    )
    async with emulated(settings=plan(*rules)) as client:
        urls = [(await client.post(SUBMIT, json=REQUEST)).json()["data"]["urls"]["get"] for _ in rules]
        failed, moderated = [await finished(client, url) for url in urls[:2]]
        assert (failed["status"], failed["error"]) == ("failed", "out of ink")
        assert moderated["status"] == "failed"
        assert "content policy" in str(moderated["error"])
        for _ in range(20):
            assert (await client.get(urls[2])).json()["data"]["status"] == "processing"
        assert await charged(client) == 3


async def test_a_word_that_nobody_knows_hides_the_end_for_as_long_as_it_is_said() -> None:
    async with emulated(settings=plan("at: poll, fault: word, word: reticulating, nth: [1, 2]")) as client:
        url = (await client.post(SUBMIT, json=SYNC)).json()["data"]["urls"]["get"]
        polls = [(await client.get(url)).json()["data"] for _ in range(3)]
    assert [poll["status"] for poll in polls] == ["reticulating", "reticulating", "completed"]
    assert [len(poll["outputs"]) for poll in polls] == [0, 0, 1]


async def outcomes_of(settings: EmulatorSettings, seeds: list[int]) -> dict[int, list[int]]:
    async with emulated(settings=settings) as client:
        told: dict[int, list[int]] = {}
        for seed in seeds * 3:
            reply = await client.post(SUBMIT, json={**REQUEST, "seed": seed})
            told.setdefault(seed, []).append(reply.status_code)
    return told


async def test_chance_falls_by_what_is_asked_whatever_the_order() -> None:
    settings = plan("at: submit, fault: error, status: 500, chance: 0.4", seed=11)
    forward = await outcomes_of(settings, list(range(20)))
    backward = await outcomes_of(settings, list(reversed(range(20))))
    assert forward == backward
    statuses = [status for each in forward.values() for status in each]
    assert 10 < statuses.count(500) < 40
    assert any(len(set(each)) == 2 for each in forward.values())  # a retry may fare better
    other = plan("at: submit, fault: error, status: 500, chance: 0.4", seed=12)
    assert await outcomes_of(other, list(range(20))) != forward


async def test_every_so_many_exchanges_count_at_their_own_moment() -> None:
    rules = ("at: submit, fault: error, status: 500, every: 3", "at: poll, fault: error, status: 500, every: 2")
    async with emulated(settings=plan(*rules)) as client:
        submits = [(await client.post(SUBMIT, json=REQUEST)) for _ in range(6)]
        assert [reply.status_code for reply in submits] == [200, 200, 500, 200, 200, 500]
        url = submits[0].json()["data"]["urls"]["get"]
        assert [(await client.get(url)).status_code for _ in range(4)] == [200, 500, 200, 500]


async def test_the_first_rule_that_fires_is_the_one_that_happens() -> None:
    rules = ("at: submit, fault: error, status: 500, nth: 2", "at: submit, fault: error, status: 429")
    async with emulated(settings=plan(*rules)) as client:
        assert [(await client.post(SUBMIT, json=REQUEST)).status_code for _ in range(3)] == [429, 500, 429]


async def test_latency_is_drawn_for_what_is_asked() -> None:
    clock = BenchClock()
    settings = EmulatorSettings(latency={"submit": (0.5, 2.0), "poll": (3.0, 3.0)})
    async with emulated(settings=settings, clock=clock) as client:
        url = (await client.post(SUBMIT, json=REQUEST)).json()["data"]["urls"]["get"]
        await client.post(SUBMIT, json={**REQUEST, "seed": 9})
        await client.get(url)
    first, second, third = clock.slept
    assert 0.5 <= first < 2
    assert 0.5 <= second < 2
    assert first != second
    assert third == 3


async def test_a_plan_that_speaks_of_other_moments_leaves_an_exchange_alone() -> None:
    async with on_a_port(plan("at: picture, fault: reset")) as client:
        data = (await client.post(SUBMIT, json=REQUEST)).json()["data"]
        assert (await finished(client, data["urls"]["get"]))["status"] == "completed"
        assert (await client.get("/")).status_code == 200


async def test_an_upload_that_is_reset_at_its_head_breaks_off() -> None:
    async with on_a_port(plan("at: submit, fault: reset, when: head, nth: 1")) as client:
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as raw:
            head = f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nAuthorization: k\r\nContent-Length: 9000000\r\n\r\n"
            raw.sendall(head.encode())

            def upload() -> None:
                for _ in range(900):
                    raw.sendall(b"x" * 10_000)

            with pytest.raises((ConnectionResetError, BrokenPipeError)):
                await asyncio.to_thread(upload)
