"""A whole run against a scripted server: what is sent, what is not, and how every trial stands afterwards."""

from __future__ import annotations

import asyncio
import base64
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import httpx
import pytest
from run_bench import (
    BASE,
    DARKROOM,
    KEY,
    PAID,
    URL,
    Answer,
    Bench,
    answer,
    breaks,
    make_plan,
    png,
    provider,
    requests,
)

from teststrip.errors import StorageError, UsageError
from teststrip.plan.model import Cell
from teststrip.run.events import (
    CellAccepted,
    CellFinished,
    CellsReused,
    CellStarted,
    Event,
    RunStarted,
    Stopping,
    Waiting,
)
from teststrip.run.ledger import Ledger
from teststrip.run.settings import Settings
from teststrip.run.state import Happening, State
from teststrip.run.target import Target
from teststrip.run.trial import Facts, Trial

RESEND = Settings(resend_uncertain=True, random=lambda: 0.5)
RETRY = Settings(retry_failed=True, random=lambda: 0.5)
FAILED = {"data": {"id": "p1", "status": "failed", "error": "out of memory"}, "code": 200}
REFUSED = {"error": {"message": "content policy violation", "type": "503"}}


class Breaking(list[Event]):
    """Events of which one kind cannot be told."""

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def append(self, event: Event) -> None:
        if isinstance(event, self.kind):
            raise BrokenPipeError("nobody reads")


class Removing(list[Event]):
    """Events of which the first cell that ends takes a file with it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def append(self, event: Event) -> None:
        super().append(event)
        if isinstance(event, CellFinished):
            self.file.unlink(missing_ok=True)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_a_run_brings_every_picture_home(bench: Bench) -> None:
    run = await bench.run(make_plan(requests(3)))
    assert (run.count(State.DONE), run.sent, run.stopped) == (3, 3, "")
    for outcome in run.outcomes.values():
        (artifact,) = outcome.artifacts
        assert artifact.path.read_bytes() in {png(1), png(2), png(3)}
        assert artifact.media_type == "image/png"


async def test_a_second_run_sends_nothing(bench: Bench) -> None:
    plan = make_plan(requests(3))
    first = await bench.run(plan)
    seen = len(bench.api.seen)
    second = await bench.run(plan)
    assert len(bench.api.seen) == seen
    assert second.sent == 0
    assert second.outcomes == first.outcomes
    assert [event.reused for event in bench.events if isinstance(event, CellFinished)] == [False] * 3
    (reused,) = [event for event in bench.events if isinstance(event, CellsReused)]
    assert (reused.cells, reused.requests) == (3, 3)
    pictures = [tuple(one.sha256 for one in outcome.artifacts) for outcome in first.outcomes.values()]
    told = [(event.cell, event.pictures, event.reused) for event in reused.each()]
    assert told == [(number, pictures[number], True) for number in range(3)]
    assert reused.to_json() == {"event": "cells_reused", "cells": 3, "requests": 3}


async def test_cells_with_one_request_send_it_once(bench: Bench) -> None:
    run = await bench.run(make_plan([*requests(2), *requests(2)]))
    assert run.sent == 2
    assert run.count(State.DONE) == 4
    started = next(event for event in bench.events if isinstance(event, RunStarted))
    assert (started.cells, started.requests, started.to_send) == (4, 2, 2)


async def test_a_refused_connection_is_tried_again(bench: Bench) -> None:
    bench.api.submits = [breaks(httpx.ConnectError), breaks(httpx.ConnectTimeout)]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.DONE) == 1
    assert run.sent == 1
    assert [event.seconds for event in bench.events if isinstance(event, Waiting)] == [0.75, 1.5]


async def test_a_server_that_cannot_be_reached_stops_the_run(bench: Bench) -> None:
    bench.api.submits = [breaks(httpx.ConnectError)] * 1000
    run = await bench.run(make_plan(requests(50)))
    assert run.stopped.startswith("the server cannot be reached")
    assert run.sent == 0
    assert run.count(State.PLANNED) == 50
    bench.api.submits = []
    assert (await bench.run(make_plan(requests(50)))).count(State.DONE) == 50


async def test_a_server_that_cannot_be_trusted_is_not_tried_again(bench: Bench) -> None:
    async def untrusted(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("bad", request=request) from ssl.SSLCertVerificationError(1, "expired")

    bench.api.submits = [untrusted] * 100
    run = await bench.run(make_plan(requests(5)))
    assert "certificate is not good" in run.stopped
    assert (run.sent, run.count(State.PLANNED), len(bench.api.seen)) == (0, 5, 1)


async def test_a_run_that_pays_perhaps_and_gets_nothing_stops_by_itself(bench: Bench) -> None:
    bench.api.submits = [breaks(httpx.ReadError)] * 4 + [bench.api.accept] + [breaks(httpx.ReadError)] * 50
    run = await bench.run(make_plan(requests(30)))
    assert run.stopped.startswith("5 requests in a row may have been paid for and brought nothing")
    assert (run.count(State.UNCERTAIN), run.count(State.DONE), run.count(State.PLANNED)) == (9, 1, 20)
    bench.api.submits = []
    run = await bench.run(make_plan(requests(30)))
    assert (run.count(State.UNCERTAIN), run.count(State.DONE)) == (9, 21)


async def test_a_server_whose_answers_lead_nowhere_is_no_more_paid_either(bench: Bench) -> None:
    nowhere = {"data": {"status": "created", "urls": {"get": "https://elsewhere.example/p1"}}}
    bench.api.submits = [answer(200, nowhere)] * 30
    run = await bench.run(make_plan(requests(30)))
    assert run.stopped.startswith("5 requests in a row may have been paid for and brought nothing")
    assert (run.count(State.UNCERTAIN), run.count(State.PLANNED)) == (5, 25)


async def test_a_429_is_waited_out_as_long_as_the_server_asks(bench: Bench) -> None:
    bench.api.submits = [answer(429, {"error": {"message": "slow down"}}, retry_after="17")]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.DONE) == 1
    waits = [event for event in bench.events if isinstance(event, Waiting)]
    assert [wait.seconds for wait in waits] == [17.5]
    assert "slow down" in waits[0].reason


async def test_a_date_to_wait_for_is_held_against_the_servers_own_clock(bench: Bench) -> None:
    now, then = "Wed, 01 Jan 2031 00:00:00 GMT", "Wed, 01 Jan 2031 00:00:09 GMT"
    bench.api.submits = [answer(429, {"error": {"message": "slow down"}}, date=now, retry_after=then)]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.DONE) == 1
    assert [event.seconds for event in bench.events if isinstance(event, Waiting)] == [9.5]


async def test_a_429_for_too_long_leaves_everything_for_another_run(bench: Bench) -> None:
    bench.api.submits = [answer(429, {"error": {"message": "tomorrow"}}, retry_after="86400")]
    run = await bench.run(make_plan(requests(3)))
    assert "tomorrow" in run.stopped
    assert "it asks to wait 86,400 s, and a run waits 600 s at most" in run.stopped
    assert run.count(State.PLANNED) == 3
    assert (await bench.run(make_plan(requests(3)))).count(State.DONE) == 3


async def test_a_429_without_end_stops_the_run(bench: Bench) -> None:
    bench.api.submits = [answer(429, {"error": {"message": "slow down"}})] * 1000
    run = await bench.run(make_plan(requests(30)))
    assert "slow down" in run.stopped
    assert run.sent == Settings().attempts


async def test_a_listener_that_breaks_leaves_no_trial_in_doubt(bench: Bench) -> None:
    plan = make_plan(requests(2))
    for event in (CellStarted, CellAccepted, CellFinished):
        bench.events = Breaking(event)
        with pytest.raises(BrokenPipeError):
            await bench.run(plan)
    with bench.ledger() as ledger:
        assert State.UNCERTAIN not in ledger.states(cell.digest for cell in plan.cells).values()
    bench.events = []
    assert (await bench.run(plan)).count(State.DONE) == 2
    assert set(bench.api.charged.values()) == {1}


@pytest.mark.parametrize("target", [PAID, URL])
@pytest.mark.parametrize(
    "fault",
    [
        answer(500, {"error": {"message": "boom"}}),
        answer(502, b"<html><h1>Bad gateway</h1></html>"),
        answer(504, b""),
        answer(200, b"<!doctype html><title>Welcome</title>"),
        answer(200, {"message": "thanks"}),
        answer(302, b"", location="https://api.example/login"),
        breaks(httpx.ReadTimeout),
        breaks(httpx.ReadError),
        breaks(httpx.WriteError),
        breaks(httpx.RemoteProtocolError),
    ],
)
async def test_what_may_have_cost_is_uncertain_and_never_sent_again_unless_told(
    bench: Bench, fault: Answer, target: Target
) -> None:
    plan = make_plan(requests(1), target)
    bench.api.submits = [fault]
    first = await bench.run(plan, target)
    assert first.count(State.UNCERTAIN) == 1
    assert first.sent == 1
    second = await bench.run(plan, target)
    assert second.count(State.UNCERTAIN) == 1
    assert bench.api.count("POST") == 1
    third = await bench.run(plan, target, RESEND)
    assert third.count(State.DONE) == 1


async def test_what_the_darkroom_left_uncertain_is_simply_drawn_again(bench: Bench) -> None:
    plan = make_plan(requests(1), DARKROOM)
    bench.api.submits = [answer(500, {})]
    assert (await bench.run(plan, DARKROOM)).count(State.UNCERTAIN) == 1
    assert (await bench.run(plan, DARKROOM)).count(State.DONE) == 1


async def test_a_503_that_the_page_says_is_free_is_tried_again(bench: Bench) -> None:
    bench.page = provider(
        errors=tuple(replace(e, may_have_cost=False) if e.status == 503 else e for e in bench.page.errors)
    )
    bench.api.submits = [answer(503, {"error": {"message": "starting"}})]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.DONE) == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": {"message": "bad key", "type": "401"}}, "bad key"),
        (402, {"error": {"message": "pay", "type": "402"}}, "top up the account"),
        (403, {"error": {"message": "insufficient balance"}}, "balance"),
        (200, {"code": 402, "message": "no credit left"}, "no credit left"),
    ],
)
async def test_a_refused_key_or_empty_account_stops_the_run_with_everything_kept(
    bench: Bench, status: int, body: object, words: str
) -> None:
    bench.api.submits = [bench.api.accept, answer(status, body)]
    run = await bench.run(make_plan(requests(5)))
    assert words in run.stopped
    assert (run.count(State.DONE), run.count(State.PLANNED)) == (1, 4)
    assert run.sent == 2
    assert sum(isinstance(event, Stopping) for event in bench.events) == 1
    assert (await bench.run(make_plan(requests(5)))).count(State.DONE) == 5
    assert set(bench.api.charged.values()) == {1}


async def test_in_flight_predictions_are_fetched_after_a_stop(bench: Bench) -> None:
    bench.api.submits = [bench.api.accept, bench.api.accept, answer(401, {"error": {"message": "bad key"}})]
    bench.api.polls = [answer(200, {"data": {"status": "processing"}})] * 20  # both are still under way by then
    run = await bench.run(make_plan(requests(9)), settings=Settings(concurrency=3, random=lambda: 0.5))
    assert (run.count(State.DONE), run.count(State.PLANNED)) == (2, 7)


async def test_a_refusal_for_content_is_moderated_and_not_asked_again(bench: Bench) -> None:
    plan = make_plan(requests(2))
    bench.api.submits = [answer(400, REFUSED)]
    run = await bench.run(plan)
    assert (run.count(State.MODERATED), run.count(State.DONE)) == (1, 1)
    assert (await bench.run(plan)).sent == 0
    assert (await bench.run(plan, settings=RETRY)).count(State.DONE) == 2


async def test_a_prediction_that_ends_moderated_is_told_apart_from_a_failed_one(bench: Bench) -> None:
    body = {
        "data": {"id": "p1", "status": "failed", "error": {"message": "Content policy violation", "code": "503"}}
    }
    bench.api.polls = [answer(200, body)]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.MODERATED) == 1


async def test_a_failed_prediction_is_tried_again_only_when_told(bench: Bench) -> None:
    plan = make_plan(requests(1))
    bench.api.polls = [answer(200, FAILED)]
    run = await bench.run(plan)
    (outcome,) = run.outcomes.values()
    assert outcome.state is State.FAILED
    assert "out of memory" in outcome.reason
    assert (await bench.run(plan)).sent == 0
    assert (await bench.run(plan, settings=RETRY)).count(State.DONE) == 1


async def test_a_failed_prediction_is_tried_again_by_itself_where_it_is_free(bench: Bench) -> None:
    plan = make_plan(requests(1), URL)
    bench.api.polls = [answer(200, FAILED)]
    assert (await bench.run(plan, URL)).count(State.FAILED) == 1
    assert (await bench.run(plan, URL)).count(State.DONE) == 1


async def test_a_wrong_request_costs_nothing_and_fails(bench: Bench) -> None:
    bench.api.submits = [answer(400, {"error": {"message": "steps: too many"}})]
    run = await bench.run(make_plan(requests(1)))
    (outcome,) = run.outcomes.values()
    assert outcome.state is State.FAILED
    assert "steps: too many" in outcome.reason


async def test_failing_polls_never_end_a_trial(bench: Bench) -> None:
    bench.api.polls = [
        breaks(httpx.ReadTimeout),
        breaks(httpx.ConnectError),
        answer(500, {}),
        answer(502, b"<html>"),
        answer(429, {}, retry_after="9"),
        answer(404, {}),
        answer(400, {}),
        answer(200, b"no JSON"),
        answer(200, {"data": {"status": "polishing"}}),
        answer(200, {"code": 500, "message": "later"}),
    ]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.DONE) == 1
    assert run.sent == 1
    assert any(wait >= 9 for wait in bench.clock.waits)


async def test_at_the_deadline_the_id_stays_and_another_run_fetches_it(bench: Bench) -> None:
    plan = make_plan(requests(1))
    bench.api.polls = [answer(200, {"data": {"id": "p1", "status": "processing"}})] * 1000
    run = await bench.run(plan)
    (outcome,) = run.outcomes.values()
    assert (outcome.state, outcome.prediction) == (State.SUBMITTED, "p1")
    assert "not finished after 100 s" in outcome.reason
    assert "run again" in outcome.reason
    bench.api.polls = []
    later = await bench.run(plan)
    assert (later.count(State.DONE), later.sent) == (1, 0)


async def test_a_prediction_that_a_lasting_server_forgot_stays_unless_told_to_pay_again(bench: Bench) -> None:
    plan = make_plan(requests(1))
    bench.api.polls = [answer(200, {"data": {"status": "processing"}})] * 1000
    await bench.run(plan)
    bench.api.polls = []
    bench.api.predictions.clear()
    run = await bench.run(plan)
    (outcome,) = run.outcomes.values()
    assert outcome.state is State.SUBMITTED
    assert "does not know" in outcome.reason
    again = await bench.run(plan, settings=RESEND)
    assert (again.count(State.DONE), again.sent) == (1, 1)


async def test_a_prediction_that_the_darkroom_forgot_is_drawn_again_at_once(bench: Bench) -> None:
    plan = make_plan(requests(1), DARKROOM)
    bench.api.polls = [answer(200, {"data": {"status": "processing"}})] * 1000
    await bench.run(plan, DARKROOM)
    bench.api.polls = []
    bench.api.predictions.clear()
    run = await bench.run(plan, DARKROOM)
    assert (run.count(State.DONE), run.sent) == (1, 1)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"id": "p1", "status": "completed", "outputs": [f"{BASE}/x/1/0.png"]}},
        {"created": 1, "data": [{"b64_json": base64.b64encode(png(5)).decode()}]},
        {"data": [{"url": "https://cdn.example/x/1/0.png"}]},
        {"outputs": ["data:image/png;base64," + base64.b64encode(png(5)).decode()], "status": "succeeded"},
    ],
)
async def test_a_reply_that_holds_the_pictures_needs_no_poll(bench: Bench, body: object) -> None:
    bench.api.submits = [answer(200, body)]
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.DONE) == 1
    assert bench.api.count("GET", "/result") == 0


async def test_pictures_without_an_id_that_cannot_be_fetched_are_uncertain(bench: Bench) -> None:
    bench.api.submits = [answer(200, {"data": [{"url": "https://cdn.example/x/1/0.png"}]})]
    bench.api.downloads = [answer(403, b"expired")] * 100
    run = await bench.run(make_plan(requests(1)))
    assert run.count(State.UNCERTAIN) == 1


async def test_a_completed_prediction_without_a_picture_is_looked_at_in_two_runs_before_it_has_failed(
    bench: Bench,
) -> None:
    plan = make_plan(requests(1))
    bench.api.polls = [answer(200, {"data": {"status": "completed", "outputs": []}})] * 200
    start = bench.clock.monotonic()
    (outcome,) = (await bench.run(plan)).outcomes.values()
    assert outcome.state is State.SUBMITTED
    assert "lists no picture" in outcome.reason
    assert bench.clock.monotonic() - start >= 30
    (outcome,) = (await bench.run(plan)).outcomes.values()
    assert outcome.state is State.FAILED
    assert "lists no picture" in outcome.reason
    assert set(bench.api.charged.values()) == {1}


async def test_outputs_that_come_a_run_late_are_taken(bench: Bench) -> None:
    plan = make_plan(requests(1))
    bench.api.polls = [answer(200, {"data": {"status": "completed", "outputs": None}})] * 200
    assert (await bench.run(plan)).count(State.SUBMITTED) == 1
    bench.api.polls = []
    run = await bench.run(plan)
    assert (run.count(State.DONE), run.sent) == (1, 0)


async def test_outputs_that_come_a_poll_late_are_taken(bench: Bench) -> None:
    bench.api.polls = [answer(200, {"data": {"status": "completed", "outputs": None}})]
    assert (await bench.run(make_plan(requests(1)))).count(State.DONE) == 1


async def test_all_pictures_of_a_request_are_kept_in_order(bench: Bench) -> None:
    run = await bench.run(make_plan([{"prompt": "x", "seed": 1, "n": 3}]))
    (outcome,) = run.outcomes.values()
    assert [a.path.read_bytes() for a in outcome.artifacts] == [png(1), png(1001), png(2001)]
    assert outcome.reason == ""


async def test_fewer_pictures_than_asked_are_kept_and_said(bench: Bench) -> None:
    links = ["https://cdn.example/p1/1/0.png"]
    bench.api.polls = [answer(200, {"data": {"status": "completed", "outputs": links}})]
    run = await bench.run(make_plan([{"prompt": "x", "seed": 1, "n": 3}]))
    (outcome,) = run.outcomes.values()
    assert outcome.state is State.DONE
    assert outcome.reason == "1 of 3 pictures came"


async def test_a_broken_download_is_done_again_from_fresh_links(bench: Bench) -> None:
    bench.api.downloads = [
        answer(404, b""),
        breaks(httpx.ReadError),
        answer(200, png(1)[:-9]),
        answer(200, b"<html>"),
    ]
    run = await bench.run(make_plan(requests(1)))
    assert (run.count(State.DONE), run.sent) == (1, 1)


async def test_a_picture_that_never_comes_leaves_the_trial_to_be_fetched_later(bench: Bench) -> None:
    bench.api.downloads = [answer(200, b"<html>oops</html>")] * 50
    run = await bench.run(make_plan(requests(1)))
    (outcome,) = run.outcomes.values()
    assert outcome.state is State.SUBMITTED
    assert "no picture" in outcome.reason
    bench.api.downloads = []
    assert (await bench.run(make_plan(requests(1)))).count(State.DONE) == 1


async def test_a_picture_lost_from_the_store_is_fetched_again_without_paying(bench: Bench) -> None:
    plan = make_plan(requests(1))
    run = await bench.run(plan)
    (outcome,) = run.outcomes.values()
    outcome.artifacts[0].path.unlink()
    again = await bench.run(plan)
    assert (again.count(State.DONE), again.sent) == (1, 0)
    assert outcome.artifacts[0].path.exists()


@pytest.mark.parametrize("has_id", [True, False])
async def test_a_lost_picture_that_is_put_back_is_done_though_the_server_forgot_it(
    bench: Bench, *, has_id: bool
) -> None:
    if not has_id:
        bench.api.submits = [answer(200, {"data": [{"b64_json": base64.b64encode(png(1)).decode()}]})]
    plan = make_plan(requests(1))
    (outcome,) = (await bench.run(plan)).outcomes.values()
    aside = outcome.artifacts[0].path.rename(bench.root / "aside.png")
    bench.api.predictions.clear()
    (lost,) = (await bench.run(plan)).outcomes.values()
    assert (lost.state, lost.artifacts) == (State.SUBMITTED if has_id else State.UNCERTAIN, ())
    aside.rename(outcome.artifacts[0].path)
    again = await bench.run(plan)
    assert (again.count(State.DONE), bench.api.count("POST")) == (1, 1)
    assert again.outcomes[outcome.digest].artifacts == outcome.artifacts


async def test_cancelling_while_a_request_is_on_its_way_leaves_it_uncertain(bench: Bench) -> None:
    plan = make_plan(requests(3))
    bench.api.submits = [bench.api.accept, bench.api.hang]
    running = asyncio.create_task(bench.run(plan, settings=Settings(grace=0.01)))
    await bench.api.hanging.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with bench.ledger() as ledger:
        states = list(ledger.states(cell.digest for cell in plan.cells).values())
    assert sorted(states) == [State.DONE, State.PLANNED, State.UNCERTAIN]


@pytest.mark.parametrize("again", [False, True])
async def test_a_cancelled_run_hears_the_answer_to_what_is_on_its_way(bench: Bench, *, again: bool) -> None:
    said = asyncio.Event()

    async def accept_late(request: httpx.Request) -> httpx.Response:
        bench.api.hanging.set()
        await said.wait()
        return await bench.api.accept(request)

    plan = make_plan(requests(2))
    bench.api.submits = [accept_late]
    running = asyncio.create_task(bench.run(plan))
    await bench.api.hanging.wait()
    running.cancel()
    await asyncio.sleep(0.05)
    if again:  # who interrupts again does not wait: asyncio then cancels every task
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)
    said.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    with bench.ledger() as ledger:
        first, second = ledger.states(cell.digest for cell in plan.cells).values()
    assert (first, second) == (State.UNCERTAIN if again else State.SUBMITTED, State.PLANNED)
    assert bench.api.count("POST") == 1


async def test_a_refusal_that_a_cancelled_run_hears_is_written_down(bench: Bench) -> None:
    async def refuse_late(_: httpx.Request) -> httpx.Response:
        bench.api.hanging.set()
        await asyncio.sleep(0.05)
        return httpx.Response(429, json={"error": {"message": "slowly"}})

    bench.api.submits = [refuse_late]
    running = asyncio.create_task(bench.run(plan := make_plan(requests(1))))
    await bench.api.hanging.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with bench.ledger() as ledger:
        assert list(ledger.states(cell.digest for cell in plan.cells).values()) == [State.PLANNED]
    assert bench.api.count("POST") == 1


async def test_cancelling_while_waiting_for_a_prediction_keeps_its_id(bench: Bench) -> None:
    plan = make_plan(requests(1))
    bench.api.polls = [bench.api.hang]
    running = asyncio.create_task(bench.run(plan))
    await bench.api.hanging.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    run = await bench.run(plan)
    assert (run.count(State.DONE), run.sent) == (1, 0)


async def test_a_full_disk_stops_the_run_without_cutting_requests_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    plan = make_plan(requests(6))
    with monkeypatch.context() as patched:
        patched.setattr("teststrip.run.store.keep_staged", full)
        with pytest.raises(StorageError, match="No space left"):
            await bench.run(plan, settings=Settings(concurrency=3, random=lambda: 0.5))
    with bench.ledger() as ledger:
        states = set(ledger.states(cell.digest for cell in plan.cells).values())
    assert states == {State.PLANNED, State.SUBMITTED}
    assert (await bench.run(plan)).count(State.DONE) == 6
    assert set(bench.api.charged.values()) == {1}


async def test_an_id_that_cannot_be_written_down_is_at_least_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Ledger.move

    def full(ledger: Ledger, digest: str, what: Happening, **facts: Unpack[Facts]) -> Trial:
        if what is Happening.ACCEPT:
            raise StorageError("ledger.sqlite3: the disk is full")
        return move(ledger, digest, what, **facts)

    plan = make_plan(requests(1))
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "move", full)
        with pytest.raises(StorageError, match=r"the disk is full; the server accepted prediction \S+"):
            await bench.run(plan)
    assert (await bench.run(plan)).count(State.UNCERTAIN) == 1
    assert set(bench.api.charged.values()) == {1}


async def test_every_id_that_cannot_be_written_down_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    move = Ledger.move

    def full(ledger: Ledger, digest: str, what: Happening, **facts: Unpack[Facts]) -> Trial:
        if what is Happening.ACCEPT:
            raise StorageError("ledger.sqlite3: the disk is full")
        return move(ledger, digest, what, **facts)

    plan = make_plan(requests(3))
    monkeypatch.setattr(Ledger, "move", full)
    with pytest.raises(StorageError, match="the server accepted prediction") as caught:
        await bench.run(plan, settings=Settings(concurrency=3, random=lambda: 0.5))
    told = [str(caught.value), *(event.reason for event in bench.events if isinstance(event, Stopping))]
    assert len({line.rsplit(" ", 1)[1] for line in told if "accepted prediction" in line}) == sum(
        bench.api.charged.values()
    )


async def test_a_ledger_that_is_removed_while_it_is_used_stops_the_run(bench: Bench) -> None:
    bench.events = Removing(bench.root / "ledger.sqlite3")
    with pytest.raises(StorageError, match="it was removed or replaced while it was in use"):
        await bench.run(make_plan(requests(6)))
    assert sum(bench.api.charged.values()) == 1


async def test_a_paid_target_is_used_one_at_a_time_and_no_faster_than_the_page_says(bench: Bench) -> None:
    await bench.run(make_plan(requests(4)))
    starts = [r for r in bench.api.seen if r.method == "POST"]
    assert len(starts) == 4
    kinds = ["POST" if r.method == "POST" else "GET" for r in bench.api.seen]
    assert kinds == ["POST", "GET", "GET", "GET"] * 4
    assert bench.clock.time - 1000.0 >= 3 * 60 / bench.page.pace.per_minute


async def test_a_plan_for_another_target_is_refused(bench: Bench) -> None:
    with pytest.raises(UsageError, match="made for"):
        await bench.run(make_plan(requests(1), URL), PAID)


@pytest.mark.parametrize("known", [False, True])
async def test_a_request_that_is_not_the_planned_one_ends_the_run_before_anything_is_sent(
    bench: Bench, *, known: bool
) -> None:
    good = make_plan(requests(2))
    if known:  # entered by an earlier run, and never sent
        bench.api.submits = [breaks(httpx.ConnectError)] * 20
        await bench.run(good)
    sent = len(bench.api.seen)
    other = Cell((1,), lambda: {**good.cells[1].request, "steps": 50}, good.cells[1].digest)
    with pytest.raises(UsageError, match="not the one that was planned"):
        await bench.run(replace(good, cells=(good.cells[0], other)))
    assert len(bench.api.seen) == sent


async def test_the_key_is_in_no_file_and_no_event(bench: Bench) -> None:
    echo = {"error": {"message": f"key {KEY} is not allowed this prompt; Bearer {KEY}"}}
    accepted = {"data": {"id": "p1", "status": "created", "urls": {"get": f"{BASE}/api/v3/x?key={KEY}"}}}
    failed = {"data": {"id": "p1", "status": "failed", "error": f"{KEY} failed"}}
    bench.api.submits = [
        answer(400, echo),
        answer(500, echo),
        answer(200, accepted),
        answer(200, {"data": {"id": KEY, "status": "created"}}),
        answer(200, KEY.encode()),
        breaks(httpx.ReadError, f"sent {KEY}"),
    ]
    bench.api.polls = [answer(200, failed)]
    await bench.run(make_plan(requests(7)))
    text = "".join(str(event.to_json()) for event in bench.events)
    files = [path for path in bench.root.rglob("*") if path.is_file()]
    assert files
    assert KEY not in text
    assert all(KEY.encode() not in path.read_bytes() for path in files)
