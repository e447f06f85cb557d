"""A run that is cut at any place: nothing is paid for twice, nothing that was accepted is lost, the money adds up.

Each test does a small run again and again, and cuts it further on each time until nothing is left to cut: at each
place with TESTSTRIP_EVERY_PLACE=1, at some without it.
"""

from __future__ import annotations

import asyncio
import copy
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from run_bench import Bench, FakeApi, make_plan, provider, requests

from teststrip.errors import StorageError
from teststrip.plan.cost import Quotes
from teststrip.plan.model import Plan
from teststrip.provider.model import Idempotency, Pace, Provider
from teststrip.run import journal
from teststrip.run.events import Event
from teststrip.run.ledger import Ledger
from teststrip.run.model import Run
from teststrip.run.purse import assumed
from teststrip.run.settings import Settings
from teststrip.run.state import State

PAGE = provider(pace=Pace(8, 0))
ONCE = replace(PAGE, submit=replace(PAGE.submit, idempotency=Idempotency("X-Once", 24)))
PLAN = make_plan(requests(4), page=PAGE)
LEFT = Settings(random=lambda: 0.5, concurrency=3, budget=Decimal(1000))


class Inline(ThreadPoolExecutor):
    """Threads whose work is done at once, so that each run takes the same turns of its loop."""

    def submit(self, act: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(act(*arguments, **options))
        except BaseException as error:  # noqa: BLE001  as threads do
            future.set_exception(error)
        return future


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "ThreadPoolExecutor", Inline)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # thousands of them would take minutes


@dataclass
class Inside(FakeApi):
    """An API that takes a turn of the loop before and after it charges. `heard` has the ids that were told."""

    heard: list[str] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        answer = await super().handle_async_request(request)
        await asyncio.sleep(0)
        if request.method == "POST":
            self.heard.append(answer.json()["data"]["id"])
        return answer

    async def accept(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("x-once")
        if key is None:
            return await super().accept(request)
        if key not in self.keys:
            self.keys[key] = (await super().accept(request)).content
        return httpx.Response(200, content=self.keys[key])


@dataclass
class Place:
    """Counts what a run does, and cuts it at number `at`."""

    at: int
    passed: int = 0

    def comes(self) -> bool:
        self.passed += 1
        return self.passed == self.at

    @property
    def reached(self) -> bool:
        return self.passed >= self.at


@dataclass
class Connection:
    """A connection whose statements may fail, and that never waits for the disk."""

    real: sqlite3.Connection
    place: Place
    fail: Callable[[sqlite3.Connection, str], None]

    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        if not statement.startswith("SELECT") and self.place.comes():
            self.fail(self.real, statement)
        if statement.startswith("PRAGMA synchronous"):
            statement = "PRAGMA synchronous = OFF"
        return self.real.execute(statement, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class Quick(Bench):
    """A bench whose disk takes no time, and may fail."""

    place = Place(0)
    fail: Callable[[sqlite3.Connection, str], None] = staticmethod(print)

    def ledger(self) -> Ledger:
        ledger = super().ledger()
        real = ledger._connection  # noqa: SLF001  no disk fails when asked
        real.execute("PRAGMA synchronous = OFF")
        ledger._connection = Connection(real, self.place, self.fail)  # type: ignore[assignment]  # noqa: SLF001  as above
        return ledger


# All places take half a minute: each change of the core is worth that, and each change of anything is not.
STEP = 1 if os.environ.get("TESTSTRIP_EVERY_PLACE") else 5


def places(root: Path, step: int = STEP, page: Provider = PAGE) -> Iterator[tuple[Place, Quick]]:
    """Yield a place to cut at and a bench for it, each further on, until a run ends before its place comes."""
    at = 1
    while True:
        place = Place(at)
        bench = Quick(root / str(at), Inside(), page)
        bench.root.mkdir()
        yield place, bench
        shutil.rmtree(bench.root)
        if not place.reached:
            assert at > 10
            return
        at += step


def do(bench: Bench, plan: Plan = PLAN, around: Callable[[asyncio.Task[Run]], Any] | None = None) -> Run | None:
    """Run in a loop of its own; None for a run that was cut off."""

    async def running() -> Run:
        asyncio.get_running_loop().set_default_executor(Inline())
        task = asyncio.create_task(bench.run(plan, settings=LEFT))
        if around is not None:
            await around(task)
        return await task

    try:
        return asyncio.run(running())
    except (asyncio.CancelledError, KeyboardInterrupt, StorageError, Sorry):
        return None


class Sorry(Exception):  # noqa: N818  it is no error of ours
    """A listener's trouble."""


def written(bench: Bench) -> set[str]:
    """Return the ids of predictions that a ledger has."""
    with bench.ledger() as ledger:
        known = ledger.trials(cell.digest for cell in PLAN.cells).values()
        return {trial.prediction for trial in known if trial.prediction is not None}


def held(bench: Bench) -> tuple[int, int]:
    """Return what a budget says that it holds, and the sum of what it should."""
    with sqlite3.connect(bench.root / "ledger.sqlite3") as ledger:
        (said,) = ledger.execute("SELECT COALESCE(SUM(held), 0) FROM budgets").fetchone()
        (summed,) = ledger.execute(
            "SELECT COALESCE(SUM(amount), 0) FROM money WHERE status != 'released'"
        ).fetchone()
    ledger.close()
    return said, summed


def goes_on_truthfully(bench: Bench, *, lost: int = 0, forgotten: int = 0) -> None:
    """Run again to the end; of at most `lost` requests no answer was heard, or it could not be written down.

    `forgotten` is how many ids that were heard may be missing: where the disk or the machine fails in between.
    """
    assert set(bench.api.charged.values()) <= {1}
    assert isinstance(bench.api, Inside)
    assert len(set(bench.api.heard) - written(bench)) <= forgotten
    bench.events = []
    run = do(bench)
    assert run is not None
    assert set(bench.api.charged.values()) <= {1}
    uncertain = [cell for cell in PLAN.cells if run.outcomes[cell.digest].state is State.UNCERTAIN]
    assert run.count(State.DONE) + len(uncertain) == len(PLAN.cells)
    assert len(uncertain) <= lost
    charged = sum(bench.api.charged.values())
    assert run.count(State.DONE) <= charged <= len(PLAN.cells)
    assert run.money is not None
    assert run.money.reserved == 0
    said, summed = held(bench)
    assert said == summed
    assert run.money.spent + run.money.uncertain == Decimal(summed) / 10**6


@pytest.mark.parametrize("more", [0, 1, 2, 3])
def test_cancelling_at_any_turn_of_the_loop_loses_nothing(tmp_path: Path, more: int) -> None:
    """`more` is after how many turns it is cancelled again; with 0 it is not, and then every answer is heard."""
    for place, bench in places(tmp_path):

        async def cut(task: asyncio.Task[Run], place: Place = place) -> None:
            while not task.done():
                if place.comes():
                    task.cancel()
                    for _ in range(more):
                        await asyncio.sleep(0)
                    if more:
                        task.cancel()
                    return
                await asyncio.sleep(0)

        do(bench, around=cut)
        goes_on_truthfully(bench, lost=3 if more else 0)


@pytest.mark.parametrize("page", [PAGE, ONCE], ids=["no key", "with a key"])
@pytest.mark.parametrize("threads", [False, True])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_the_second_interrupt_at_any_turn_leaves_the_truth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, page: Provider, *, threads: bool
) -> None:
    """As asyncio has it: the first Ctrl-C cancels the run, the second breaks the loop, and that ends all tasks."""
    if threads:
        monkeypatch.setattr(journal, "ThreadPoolExecutor", ThreadPoolExecutor)
    for place, bench in places(tmp_path, 7 if threads else STEP, page):

        async def cut(task: asyncio.Task[Run], place: Place = place) -> None:
            while not task.done():
                if place.comes():
                    task.cancel()
                    for _ in range(after):
                        await asyncio.sleep(0)
                    raise KeyboardInterrupt
                await asyncio.sleep(0)

        do(bench, around=cut)
        goes_on_truthfully(bench, lost=3 if page is PAGE else 0)


@pytest.mark.parametrize("most", [None, 2], ids=["enough", "for two"])
def test_of_two_runs_at_once_the_other_goes_on_where_one_is_cut(tmp_path: Path, most: int | None) -> None:
    """Both share ledger, store and budget, as two processes would."""
    for place, bench in places(tmp_path):
        other = Quick(bench.root, bench.api, PAGE)
        settings = LEFT if most is None else replace(LEFT, budget=price() * most)
        found: list[Run] = []

        async def both(settings: Settings = settings, place: Place = place, bench: Quick = bench) -> None:
            asyncio.get_running_loop().set_default_executor(Inline())
            one = asyncio.create_task(bench.run(PLAN, settings=settings))
            two = asyncio.create_task(other.run(PLAN, settings=settings))  # noqa: B023  awaited here
            while not one.done():
                if place.comes():
                    one.cancel()
                    break
                await asyncio.sleep(0)
            await asyncio.wait({one})
            found.append(await two)  # noqa: B023  as above

        asyncio.run(both())
        (run,) = found
        assert set(bench.api.charged.values()) == {1}
        assert len(bench.api.charged) == (most or len(PLAN.cells))
        assert run.money is not None
        if most is not None:
            assert run.money.spent + run.money.uncertain + run.money.reserved <= price() * most
        if most is None:
            assert run.count(State.DONE) == len(PLAN.cells)
            goes_on_truthfully(bench)


def price() -> Decimal:
    """Return what one request of the plan costs."""
    amount = Quotes(PAGE, PLAN.model, assumed(PAGE, {})).amount(PLAN.cells[0].request)
    assert amount is not None
    return amount


def test_a_process_killed_at_any_turn_of_the_loop_leaves_the_truth(tmp_path: Path) -> None:
    """What lies on disk at each turn is what a kill would leave there."""
    bench = Quick(tmp_path / "whole", Inside(), PAGE)
    bench.root.mkdir()
    copies: list[Quick] = []

    async def watch(task: asyncio.Task[Run]) -> None:
        while not task.done():
            other = Quick(tmp_path / f"killed-{len(copies)}", copied(bench.api), PAGE)
            other.root.mkdir()
            for file in bench.root.glob("ledger.sqlite3*"):
                shutil.copy(file, other.root)
            if (bench.root / "store").exists():
                shutil.copytree(bench.root / "store", other.root / "store")
            copies.append(other)
            await asyncio.sleep(0)

    do(bench, around=watch)
    assert len(copies) > 20
    for other in copies[::STEP]:
        goes_on_truthfully(other, lost=3, forgotten=3)


def copied(api: FakeApi) -> FakeApi:
    """Return an API that goes on as this one would."""
    fresh = Inside()
    for name in ("charged", "predictions", "polled", "heard"):
        setattr(fresh, name, copy.deepcopy(getattr(api, name)))
    return fresh


def disk_full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def full(_: sqlite3.Connection, __: str) -> None:
    raise disk_full()


def full_and_ended(connection: sqlite3.Connection, _: str) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    raise disk_full()


def done_and_failed(connection: sqlite3.Connection, statement: str) -> None:
    if statement in {"COMMIT", "BEGIN IMMEDIATE"}:
        connection.execute(statement)
    raise disk_full()


def interrupted(_: sqlite3.Connection, __: str) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("page", [PAGE, ONCE], ids=["no key", "with a key"])
@pytest.mark.parametrize("fail", [full, full_and_ended, done_and_failed, interrupted])
def test_a_disk_that_fails_at_any_statement_leaves_the_truth(
    tmp_path: Path, fail: Callable[[sqlite3.Connection, str], None], page: Provider
) -> None:
    for place, bench in places(tmp_path, page=page):
        bench.place, bench.fail = place, fail
        do(bench)
        bench.place = Place(0)
        goes_on_truthfully(bench, lost=3 if page is PAGE else 0, forgotten=0 if fail is interrupted else 3)


@pytest.mark.parametrize("error", [Sorry, KeyboardInterrupt])
def test_a_listener_that_raises_at_any_event_leaves_the_truth(tmp_path: Path, error: type[BaseException]) -> None:
    for place, bench in places(tmp_path):

        class Listener(list[Event]):
            def append(self, event: Event, place: Place = place) -> None:
                super().append(event)
                if place.comes():
                    raise error

        bench.events = Listener()
        do(bench)
        goes_on_truthfully(bench, lost=0 if error is Sorry else 3)


def test_a_listener_that_raises_once_it_hears_of_the_end_costs_no_answer(tmp_path: Path) -> None:
    for place, bench in places(tmp_path):

        class Listener(list[Event]):
            def append(self, event: Event) -> None:
                super().append(event)
                if event.to_json()["event"] == "stopping":
                    raise Sorry

        async def cut(task: asyncio.Task[Run], place: Place = place) -> None:
            while not task.done():
                if place.comes():
                    task.cancel()
                    return
                await asyncio.sleep(0)

        bench.events = Listener()
        do(bench, around=cut)
        goes_on_truthfully(bench)
