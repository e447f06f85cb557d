"""Submits that a key makes unique: paid once however often they come, and whatever became of the first answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from emulator_bench import REQUEST, SUBMIT, BenchClock, BenchRenderer, emulated, error_of, finished, gptproto
from test_emulator_faults import plan

from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.model import Idempotency, Provider

ONCE = {"Idempotency-Key": "7f1c"}


def keyed(hours: float = 24.0) -> Provider:
    page = gptproto()
    return replace(page, submit=replace(page.submit, idempotency=Idempotency("idempotency-key", hours)))


async def charged(client: httpx.AsyncClient) -> int:
    number: int = (await client.get("/teststrip/account")).json()["charges"]
    return number


def id_of(reply: httpx.Response) -> str:
    assert reply.status_code == 200, reply.text
    prediction: str = reply.json()["data"]["id"]
    return prediction


async def test_a_key_seen_before_gives_the_same_prediction_and_charges_nothing() -> None:
    async with emulated(provider=keyed()) as client:
        first = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        # Defaults spelled out, members in another order: it is the same request.
        again = await client.post(SUBMIT, json={"steps": 28, **dict(reversed(REQUEST.items()))}, headers=ONCE)
        assert id_of(first) == id_of(again)
        assert await charged(client) == 1
        data = await finished(client, first.json()["data"]["urls"]["get"])
        late = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        assert late.json()["data"]["outputs"] == data["outputs"] != []
        assert await charged(client) == 1


async def test_another_key_none_and_an_empty_one_are_submits_of_their_own() -> None:
    async with emulated(provider=keyed()) as client:
        for headers in (ONCE, {"Idempotency-Key": "other"}, {}, {"Idempotency-Key": " "}, {"Idempotency-Key": ""}):
            await client.post(SUBMIT, json=REQUEST, headers=headers)
        assert await charged(client) == 5


async def test_a_page_that_takes_no_key_charges_each_time() -> None:
    async with emulated() as client:
        ids = {id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE)) for _ in range(2)}
        assert (len(ids), await charged(client)) == (2, 2)


async def test_a_known_key_with_another_request_is_refused_as_invalid() -> None:
    async with emulated(provider=keyed()) as client:
        await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        refused = await client.post(SUBMIT, json={**REQUEST, "seed": 6}, headers=ONCE)
        assert (refused.status_code, error_of(refused)["code"]) == (400, "400")
        assert "this key came with another request before" in error_of(refused)["message"]
        assert await charged(client) == 1


async def test_what_was_refused_leaves_its_key_free() -> None:
    settings = EmulatorSettings(rate=1)
    async with emulated(provider=keyed(), settings=settings) as client:
        await client.post(SUBMIT, json={"prompt": "teststrip:refuse"}, headers=ONCE)
        await client.post(SUBMIT, json={**REQUEST, "steps": 99}, headers=ONCE)
        first = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        # Known, it takes nothing of the rate either.
        assert id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE)) == id_of(first)
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 429


async def test_a_known_key_is_answered_though_the_balance_is_used_up() -> None:
    settings = EmulatorSettings(balance=Decimal(20))
    async with emulated(provider=keyed(), settings=settings) as client:
        first = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        assert id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE)) == id_of(first)
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 402


async def test_two_at_the_same_time_are_one() -> None:
    renderer = BenchRenderer()
    renderer.hold.clear()
    async with emulated(renderer, provider=keyed()) as client:
        both = await asyncio.gather(*(client.post(SUBMIT, json=REQUEST, headers=ONCE) for _ in range(2)))
        assert len({id_of(reply) for reply in both}) == 1
        renderer.hold.set()
        await finished(client, both[0].json()["data"]["urls"]["get"])
    assert renderer.drawn == 1


async def test_a_synchronous_repeat_waits_for_the_first_ones_pictures() -> None:
    async with emulated(provider=keyed()) as client:
        body = {**REQUEST, "enable_sync_mode": True}
        both = await asyncio.gather(*(client.post(SUBMIT, json=body, headers=ONCE) for _ in range(2)))
        assert both[0].json()["data"]["outputs"] == both[1].json()["data"]["outputs"] != []


async def test_a_key_is_forgotten_after_its_hours() -> None:
    clock = BenchClock()
    async with emulated(provider=keyed(hours=2), clock=clock) as client:
        first = id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE))
        clock.seconds += 2 * 3600 - 1
        assert id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE)) == first
        clock.seconds += 1
        second = id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE))
        assert second != first
        assert id_of(await client.post(SUBMIT, json=REQUEST, headers=ONCE)) == second
        assert await charged(client) == 2


@pytest.mark.parametrize(
    "fault",
    [
        "at: submit, fault: reset, when: answered, nth: 1",
        "at: submit, fault: error, status: 500, charged: true, nth: 1",
    ],
)
async def test_a_lost_answer_is_paid_for_once(fault: str) -> None:
    async with emulated(provider=keyed(), settings=plan(fault)) as client:
        try:
            lost = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        except ConnectionResetError:
            pass
        else:
            assert lost.status_code == 500
        assert await charged(client) == 1
        again = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        data = await finished(client, again.json()["data"]["urls"]["get"])
        assert data["status"] == "completed"
        assert await charged(client) == 1


async def test_the_end_that_a_fault_plan_has_for_a_prediction_stays_its_end() -> None:
    settings = plan("at: submit, fault: failed, message: no luck, nth: 1")
    async with emulated(provider=keyed(), settings=settings) as client:
        for _ in range(2):
            reply = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
            data = await finished(client, reply.json()["data"]["urls"]["get"])
            assert (data["status"], data["error"]) == ("failed", "no luck")


async def test_a_restarted_emulator_knows_the_key_and_says_that_the_prediction_is_gone(tmp_path: Path) -> None:
    settings = EmulatorSettings(charges=tmp_path / "charges.jsonl")
    clock = BenchClock()
    async with emulated(provider=keyed(), settings=settings, clock=clock) as client:
        first = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
    written = (tmp_path / "charges.jsonl").read_text()
    assert ONCE["Idempotency-Key"] not in written
    assert len(json.loads(written)["idempotency"]) == 64
    clock.seconds += 60
    async with emulated(provider=keyed(), settings=settings, clock=clock) as client:
        again = await client.post(SUBMIT, json=REQUEST, headers=ONCE)
        assert again.json() == first.json()
        assert (await client.post(SUBMIT, json={**REQUEST, "seed": 6}, headers=ONCE)).status_code == 400
        gone = await client.get(again.json()["data"]["urls"]["get"])
        assert gone.status_code == 404
        assert "there is no such prediction" in error_of(gone)["message"]
        assert await charged(client) == 1


async def test_the_emulator_says_which_header_it_takes() -> None:
    async with emulated(provider=keyed()) as client:
        assert (await client.get("/")).json()["idempotency"] == {"header": "idempotency-key", "hours": 24.0}
    async with emulated() as client:
        assert (await client.get("/")).json()["idempotency"] is None
