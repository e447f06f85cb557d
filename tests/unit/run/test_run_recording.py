"""Money first: the ledger hears of an answer before a cassette does, and no exchange waits for its recording."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from run_bench import BASE, KEY, PAID, Bench, answer, make_plan, requests

from teststrip.base.clock import SystemClock
from teststrip.cassette.model import Fault, Header
from teststrip.cassette.read import load_cassette
from teststrip.cassette.record import Recorder, Take, open_recorder
from teststrip.run.ledger import read_ledger
from teststrip.run.settings import Settings
from teststrip.run.state import State

HEADER = Header(PAID.identity, BASE, True, True, "0", "2026-01-02T03:04:05+00:00")


class Watching(Recorder):
    """A recorder that first looks into the ledger, and then may be kept from writing."""

    def watch(self, bench: Bench) -> None:
        self.bench = bench
        self.seen: list[tuple[str, State]] = []
        self.go = threading.Event()
        self.go.set()

    def end(self, take: Take, fault: Fault | None = None) -> None:
        with read_ledger(self.bench.root / "ledger.sqlite3", self.bench.clock) as ledger:
            self.seen += [(take.method, state) for _, state in sorted(ledger.states(self.digests).items())]
        assert self.go.wait(60)
        super().end(take, fault)

    digests: tuple[str, ...] = ()


def watching(bench: Bench, tape: Path, plan: Any) -> Watching:
    made = open_recorder(tape, HEADER, [KEY], SystemClock())
    made.__class__ = Watching
    assert isinstance(made, Watching)
    made.watch(bench)
    made.digests = tuple(cell.digest for cell in plan.cells)
    bench.recorder = made
    return made


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "runs")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ((), State.SUBMITTED),
        ((400, {"error": {"message": "no", "type": "invalid_request_error"}}), State.FAILED),
        ((500, b"oops"), State.UNCERTAIN),
        ((200, b"no json"), State.UNCERTAIN),
    ],
    ids=["accepted", "refused", "broken", "odd"],
)
async def test_the_ledger_knows_before_a_submit_is_on_the_cassette(
    said: tuple[Any, ...], state: State, bench: Bench, tmp_path: Path
) -> None:
    plan = make_plan(requests(1))
    recorder = watching(bench, tmp_path / "tape", plan)
    bench.api.submits = [answer(*said)] if said else []
    await bench.run(plan)
    assert recorder.close().trouble == ""
    assert recorder.seen[0][0] == "POST"
    # The thread may look a little later; what the ledger must not say is that nothing was heard yet.
    assert recorder.seen[0][1] in ({state, State.FETCHED, State.DONE} if state is State.SUBMITTED else {state})
    assert State.INTENT not in dict(recorder.seen).values()


async def test_an_interrupted_run_whose_recorder_hangs_has_the_id_all_the_same(
    bench: Bench, tmp_path: Path
) -> None:
    plan = make_plan(requests(1))
    recorder = watching(bench, tmp_path / "tape", plan)
    recorder.go.clear()
    bench.api.polls = [bench.api.hang]  # else the cell might be done before it is interrupted
    running = asyncio.create_task(bench.run(plan, settings=Settings(grace=0.01)))
    while not bench.api.predictions:  # noqa: ASYNC110  the server of the tests has no event for it
        await asyncio.sleep(0.01)
    # What is left to write is written when the run is over, and the loop waits for that.
    threading.Timer(0.5, recorder.go.set).start()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with bench.ledger() as ledger:
        trial = ledger.known(plan.cells[0].digest)
    assert (trial.state, trial.prediction) == (State.SUBMITTED, "p1")
    recorded = recorder.close()
    assert (recorded.trouble, recorded.exchanges >= 1) == ("", True)
    assert next(load_cassette(tmp_path / "tape").exchanges()).asked.method == "POST"


async def test_a_run_is_done_while_its_recording_is_not(bench: Bench, tmp_path: Path) -> None:
    """How long an exchange took has nothing of how long its recording did."""
    plan = make_plan(requests(3))
    recorder = watching(bench, tmp_path / "tape", plan)
    recorder.go.clear()
    standing: list[set[State]] = []

    def let_go() -> None:  # in a thread: the loop waits for the recording when the run is over
        while {State.DONE} not in standing and len(standing) < 600:
            time.sleep(0.05)
            with read_ledger(bench.root / "ledger.sqlite3", bench.clock) as ledger:
                standing.append(set(ledger.states(recorder.digests).values()))
        time.sleep(1.0)
        recorder.go.set()

    letting = threading.Timer(0.5, let_go)
    letting.start()
    assert (await bench.run(plan)).count(State.DONE) == 3
    letting.join()
    assert standing[-1] == {State.DONE}
    recorded = recorder.close()
    exchanges = list(load_cassette(tmp_path / "tape").exchanges())
    assert (recorded.trouble, recorded.exchanges) == ("", len(exchanges))
    assert [one.asked.method for one in exchanges].count("POST") == 3
    assert max(one.took for one in exchanges) < 1.0
