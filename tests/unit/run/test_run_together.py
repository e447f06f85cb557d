"""How the requests of a run, and of several, get on with each other: width, shared pace, idempotency keys."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from run_bench import URL, Answer, Bench, FakeApi, JumpClock, answer, breaks, make_plan, provider, requests

from teststrip.base.clock import SystemClock
from teststrip.errors import StorageError
from teststrip.provider.model import Idempotency, Pace, Provider
from teststrip.run.events import CellFinished, Event, Stopping
from teststrip.run.ledger import Ledger
from teststrip.run.money import Charge
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.trial import Entry

HASTY = provider(pace=Pace(8, 0))
ONCE = replace(HASTY, submit=replace(HASTY.submit, idempotency=Idempotency("X-Once", 24)))
LEFT = Settings(random=lambda: 0.5)


@dataclass
class Crowd(FakeApi):
    """Counts the predictions that are under way, and refuses those beyond `room`."""

    room: int = 1000
    under_way: int = 0
    seen_at_once: list[int] = field(default_factory=list)

    async def accept(self, request: httpx.Request) -> httpx.Response:
        if self.under_way >= self.room:
            return httpx.Response(429, json={"error": {"message": "too many"}})
        self.under_way += 1
        self.seen_at_once.append(self.under_way)
        await asyncio.sleep(0)
        return await super().accept(request)

    async def tell(self, request: httpx.Request) -> httpx.Response:
        answer = await super().tell(request)
        self.under_way -= b"completed" in answer.content
        return answer


async def test_a_paid_target_is_taken_step_by_step_to_the_width_that_was_asked(tmp_path: Path) -> None:
    api = Crowd()
    bench = Bench(tmp_path, api, HASTY)
    run = await bench.run(make_plan(requests(60), page=HASTY), settings=replace(LEFT, concurrency=8))
    assert run.count(State.DONE) == 60
    assert api.seen_at_once[0] == 1
    assert 6 <= max(api.seen_at_once) <= 8
    assert max(api.seen_at_once[:3]) <= 3


async def test_a_server_with_less_room_is_asked_less_at_once_and_all_is_done(tmp_path: Path) -> None:
    api = Crowd(room=3)
    bench = Bench(tmp_path, api, HASTY)
    run = await bench.run(make_plan(requests(40), page=HASTY), settings=replace(LEFT, concurrency=8, attempts=20))
    assert (run.count(State.DONE), run.stopped) == (40, "")
    assert set(api.charged.values()) == {1}
    refused = len([r for r in api.seen if r.method == "POST"]) - 40
    assert refused < 20  # a run that kept its width would be refused five times for each three


async def test_a_place_is_free_again_while_pictures_are_fetched(tmp_path: Path) -> None:
    order: list[str] = []

    class Slow(FakeApi):
        async def accept(self, request: httpx.Request) -> httpx.Response:
            order.append("submit")
            return await super().accept(request)

        async def picture(self, request: httpx.Request) -> httpx.Response:
            order.append("picture")
            for _ in range(200):
                await asyncio.sleep(0)
                if order.count("submit") == 3:
                    break
            order.append("fetched")
            return await super().picture(request)

    run = await Bench(tmp_path, Slow(), HASTY).run(
        make_plan(requests(3), page=HASTY), settings=replace(LEFT, concurrency=2)
    )
    assert run.count(State.DONE) == 3
    assert order.index("fetched") > order.index("picture")
    assert order.count("submit") == 3


class Real(JumpClock):
    """The machine's own clock."""

    def now(self) -> datetime:
        return SystemClock().now()

    def monotonic(self) -> float:
        return SystemClock().monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Timed(FakeApi):
    """Writes down when each submit came."""

    clock: JumpClock = field(default_factory=JumpClock)
    times: list[float] = field(default_factory=list)

    async def accept(self, request: httpx.Request) -> httpx.Response:
        self.times.append(self.clock.monotonic())
        return await super().accept(request)


async def test_two_processes_keep_one_pace_together(tmp_path: Path) -> None:
    gap = 0.05
    page = provider(pace=Pace(2, round(60 / gap)))
    page = replace(page, poll=replace(page.poll, interval=0.01, max_interval=0.01))
    clock: JumpClock = Real()  # a clock that jumps would let two wait one after the other who wait at once
    api = Timed(clock=clock)
    both = [Bench(tmp_path, api, page, clock) for _ in range(2)]
    plans = [make_plan([{"prompt": name, "seed": n} for n in range(1, 7)], page=page) for name in ("a", "b")]
    runs = await asyncio.gather(*(bench.run(plan, settings=LEFT) for bench, plan in zip(both, plans, strict=True)))
    assert [run.count(State.DONE) for run in runs] == [6, 6]
    assert len(api.times) == 12
    assert api.times[-1] - api.times[0] > 9 * gap  # each for itself would be through after five


async def test_two_processes_with_the_same_plan_let_no_turn_pass(tmp_path: Path) -> None:
    gap = 0.1
    page = provider(pace=Pace(2, round(60 / gap)))
    page = replace(page, poll=replace(page.poll, interval=0.01, max_interval=0.01))
    clock: JumpClock = Real()
    api = Timed(clock=clock)
    both = [Bench(tmp_path, api, page, clock) for _ in range(2)]
    plan = make_plan(requests(12), page=page)
    runs = await asyncio.gather(*(bench.run(plan, settings=LEFT) for bench in both))
    assert [run.count(State.DONE) for run in runs] == [12, 12]
    assert len(api.times) == 12
    took = api.times[-1] - api.times[0]
    assert 10 * gap < took < 16 * gap  # 22 gaps, were every second turn for what the other has sent


async def test_what_one_process_is_asked_to_wait_for_all_wait_for(tmp_path: Path) -> None:
    clock = JumpClock()
    page = provider(pace=Pace(1, 20))
    with Bench(tmp_path, page=page, clock=clock).ledger() as other:
        other.slow_down("live https://api.example", 50.0)
    api = Timed(clock=clock)
    await Bench(tmp_path, api, page, clock).run(make_plan(requests(1), page=page), settings=LEFT)
    assert api.times == [1050.0]


@dataclass
class Once(FakeApi):
    """An API that takes idempotency keys: the same key is the same prediction, and is billed once."""

    keys: dict[str, httpx.Response] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.sent.append(request.headers["x-once"])
        return await super().handle_async_request(request)

    async def accept(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["x-once"]
        if key not in self.keys:
            self.keys[key] = await super().accept(request)
        kept = self.keys[key]
        return httpx.Response(kept.status_code, content=kept.content)

    async def charged_and_broken(self, request: httpx.Request) -> httpx.Response:
        await self.accept(request)
        raise httpx.ReadError("broken", request=request)


async def test_with_a_key_a_lost_answer_is_asked_for_again_at_no_cost(tmp_path: Path) -> None:
    api = Once()
    api.submits = [api.charged_and_broken, api.charged_and_broken]
    bench = Bench(tmp_path, api, ONCE)
    run = await bench.run(make_plan(requests(1), page=ONCE), settings=replace(LEFT, budget=None))
    assert (run.count(State.DONE), api.charged) == (1, {1: 1})
    assert len(api.sent) == 3
    assert len(set(api.sent)) == 1
    assert run.money is not None
    assert run.money.uncertain + run.money.reserved == 0
    assert run.money.spent == run.money.estimate


async def test_without_a_key_it_is_not(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FakeApi(submits=[breaks(httpx.ReadError)]), HASTY)
    run = await bench.run(make_plan(requests(1), page=HASTY), settings=LEFT)
    assert (run.count(State.UNCERTAIN), run.sent) == (1, 1)
    assert not any("x-once" in request.headers for request in bench.api.seen)


async def test_what_a_crash_left_on_its_way_is_sent_again_with_its_key(tmp_path: Path) -> None:
    api = Once()
    bench = Bench(tmp_path, api, ONCE)
    plan = make_plan(requests(1), page=ONCE)
    with bench.ledger() as ledger:
        (cell,) = plan.cells
        ledger.enter([Entry(cell.digest, plan.provider, plan.model, plan.target, cell.request)])
        key = ledger.begin(cell.digest, lambda _: True, Charge("a-test", 5), 24 * 3600).idempotency
    run = await bench.run(plan, settings=LEFT)
    assert (run.count(State.DONE), api.sent) == (1, [key])
    with bench.ledger() as ledger:
        rows = ledger._connection.execute("SELECT attempt, amount, status FROM money").fetchall()  # noqa: SLF001  held once
    assert rows == [(2, 5, "spent")]


async def test_a_key_that_the_server_has_forgotten_is_no_reason_to_send_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, Once(submits=[breaks(httpx.ReadError)] * 9), ONCE)
    plan = make_plan(requests(1), page=ONCE)
    await bench.run(plan, settings=replace(LEFT, attempts=1))
    bench.clock.time += 24 * 3600 + 1
    run = await bench.run(plan, settings=LEFT)
    assert (run.count(State.UNCERTAIN), run.sent) == (1, 0)


async def test_a_page_that_says_less_of_how_long_keys_are_known_is_believed_of_earlier_keys_too(
    tmp_path: Path,
) -> None:
    """The server forgets them by its own time, whatever was believed when they were sent."""
    api = Once()
    api.submits = [api.charged_and_broken]
    bench = Bench(tmp_path, api, ONCE)
    plan = make_plan(requests(1), page=ONCE)
    await bench.run(plan, settings=replace(LEFT, attempts=1))
    bench.page = replace(ONCE, submit=replace(ONCE.submit, idempotency=Idempotency("X-Once", 2)))
    bench.clock.time += 3 * 3600
    run = await bench.run(plan, settings=LEFT)
    assert (run.count(State.UNCERTAIN), run.sent, api.charged) == (1, 0, {1: 1})
    bench.page = ONCE  # what was once believed too long is believed no more
    assert (await bench.run(plan, settings=LEFT)).sent == 0


async def test_a_page_that_says_less_sends_again_within_that(tmp_path: Path) -> None:
    api = Once()
    api.submits = [api.charged_and_broken]
    bench = Bench(tmp_path, api, ONCE)
    plan = make_plan(requests(1), page=ONCE)
    await bench.run(plan, settings=replace(LEFT, attempts=1))
    bench.page = replace(ONCE, submit=replace(ONCE.submit, idempotency=Idempotency("X-Once", 4)))
    bench.clock.time += 3 * 3600
    run = await bench.run(plan, settings=LEFT)
    assert (run.count(State.DONE), run.sent, api.charged) == (1, 1, {1: 1})


@pytest.mark.parametrize("page", [HASTY, replace(ONCE, submit=replace(ONCE.submit, idempotency=None))])
async def test_a_key_counts_for_nothing_once_the_page_speaks_of_none(page: Provider, tmp_path: Path) -> None:
    api = FakeApi()

    async def charged_and_broken(request: httpx.Request) -> httpx.Response:
        api.charge(request)
        raise httpx.ReadError("broken", request=request)

    api.submits = [charged_and_broken]
    bench = Bench(tmp_path, api, ONCE)
    plan = make_plan(requests(1), page=ONCE)
    await bench.run(plan, settings=replace(LEFT, attempts=1))
    bench.page = page
    run = await bench.run(plan, settings=LEFT)
    assert (run.count(State.UNCERTAIN), run.sent, api.charged) == (1, 0, {1: 1})
    again = await bench.run(plan, settings=replace(LEFT, resend_uncertain=True))
    assert (again.count(State.DONE), api.charged) == (1, {1: 2})


@pytest.mark.parametrize(
    ("then", "state"),
    [
        (breaks(httpx.ConnectError), State.UNCERTAIN),
        (answer(429, {"error": {"message": "slow down"}}), State.UNCERTAIN),
        (answer(401, {"error": {"message": "bad key"}}), State.UNCERTAIN),
        (answer(400, {"error": {"message": "wrong"}}), State.FAILED),
    ],
    ids=["unreachable", "too many", "refused key", "refused request"],
)
async def test_what_may_be_paid_for_stays_so_when_a_second_try_is_turned_away(
    then: Answer, state: State, tmp_path: Path
) -> None:
    api = Once()
    api.submits = [api.charged_and_broken, *[then] * 5]
    bench = Bench(tmp_path, api, ONCE)
    plan = make_plan(requests(1), page=ONCE)
    run = await bench.run(plan, settings=replace(LEFT, budget=Decimal(1000)))
    assert run.count(state) == 1
    assert run.money is not None
    assert (run.money.uncertain, run.money.spent) == (run.money.estimate, Decimal(0))
    bench.clock.time += 24 * 3600
    later = await bench.run(plan, settings=LEFT)
    assert (later.count(state), later.sent, api.charged) == (1, 0, {1: 1})


async def test_what_another_run_begins_when_this_ones_budget_is_used_up_is_not_sent_by_this_one(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, FakeApi(), HASTY)
    plan = make_plan(requests(1), page=HASTY)
    with bench.ledger() as other:

        class Listener(list[Event]):
            def append(self, event: Event) -> None:
                super().append(event)
                if isinstance(event, Stopping):
                    other.begin(plan.cells[0].digest, lambda _: True, Charge("b-test", 5))

        bench.events = Listener()
        run = await bench.run(plan, settings=replace(LEFT, budget=Decimal(1)))
        assert (run.sent, bench.api.count("POST")) == (0, 0)
        assert other.known(plan.cells[0].digest).state is State.INTENT


async def test_a_new_payment_has_a_new_key(tmp_path: Path) -> None:
    api = Once(submits=[answer(400, {"error": {"message": "wrong"}})])
    bench = Bench(tmp_path, api, ONCE)
    plan = make_plan(requests(1), page=ONCE)
    assert (await bench.run(plan, settings=LEFT)).count(State.FAILED) == 1
    assert (await bench.run(plan, settings=replace(LEFT, retry_failed=True))).count(State.DONE) == 1
    assert len(set(api.sent)) == 2


async def test_what_is_to_leave_when_the_run_stops_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path, FakeApi(), HASTY)
    begin = Ledger.begin
    begun: list[str] = []
    three = asyncio.Event()

    def watched(ledger: Ledger, digest: str, *more: object) -> object:
        begun.append(digest)
        if len(begun) == 3:
            three.set()
        return begin(ledger, digest, *more)  # type: ignore[arg-type]  # passed on

    class Refusing(FakeApi):
        async def accept(self, _: httpx.Request) -> httpx.Response:
            await three.wait()
            return httpx.Response(401, json={"error": {"message": "bad key"}})

    monkeypatch.setattr(Ledger, "begin", watched)
    bench.api = Refusing()
    told: list[Event] = bench.events
    run = await bench.run(make_plan(requests(6), URL, HASTY), URL, replace(LEFT, concurrency=4))
    assert run.count(State.PLANNED) == 6
    assert [event for event in told if isinstance(event, Stopping)]
    with bench.ledger() as ledger:
        assert ledger.recover() == 0


@pytest.mark.parametrize("beats", range(6))
async def test_cancelling_before_a_request_leaves_takes_it_back(beats: int, tmp_path: Path) -> None:
    api = FakeApi()
    bench = Bench(tmp_path, api, HASTY)
    plan = make_plan(requests(2), page=HASTY)
    running = asyncio.create_task(bench.run(plan, settings=replace(LEFT, grace=0.01)))
    for _ in range(beats):
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with bench.ledger() as ledger:
        states = ledger.states(cell.digest for cell in plan.cells)
        sent = {json.loads(r.content)["seed"] for r in api.seen if r.method == "POST"}
        for cell in plan.cells:
            if cell.request["seed"] not in sent:
                assert states.get(cell.digest, State.PLANNED) is State.PLANNED
            else:
                assert states[cell.digest] in {State.UNCERTAIN, State.SUBMITTED, State.DONE}
    assert not [e for e in bench.events if isinstance(e, CellFinished) and e.state is State.FAILED]


@pytest.mark.parametrize("then", ["", "sends it"], ids=["left uncertain", "sent by another"])
async def test_an_answer_that_comes_to_a_process_that_was_taken_for_dead_is_not_lost(
    then: str, tmp_path: Path
) -> None:
    bench = Bench(tmp_path, FakeApi(), HASTY)
    plan = make_plan(requests(1), page=HASTY)

    class Slow(FakeApi):
        async def accept(self, request: httpx.Request) -> httpx.Response:
            (tmp_path / ".owners").rename(tmp_path / "lost")  # as another machine would see it
            with bench.ledger() as other:
                assert other.recover() == 1
                if then:
                    other.begin(plan.cells[0].digest, lambda _: True)
                    other._enlisted = False  # noqa: SLF001  it goes on: this one must not tidy up after it
            return await super().accept(request)

    bench.api = Slow()
    if then:
        with pytest.raises(StorageError, match=r"taken this one for dead.*accepted prediction p1"):
            await bench.run(plan, settings=LEFT)
        return
    run = await bench.run(plan, settings=LEFT)
    assert (run.count(State.DONE), bench.api.charged) == (1, {1: 1})
