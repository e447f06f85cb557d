"""What a run does for each of very many cells, counted and not timed: events, questions, looks, requests."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import overload

import pytest
from run_bench import DARKROOM, Bench, make_plan, png, requests

from teststrip.base.json import Json
from teststrip.plan.model import Cell, Plan
from teststrip.run.client import Client
from teststrip.run.events import CellFinished, CellsReused, Event, RunStarted
from teststrip.run.ledger import Ledger
from teststrip.run.model import Run
from teststrip.run.runner import outcomes, run_plan
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.trial import Entry


class Body(dict[str, Json]):
    """A request that says whether somebody still has it."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # by identity: it is only to be found again


class Remade(Sequence[Cell]):
    """Cells that are made when they are asked for, as a recipe's are; `made` are the requests that are left."""

    def __init__(self, plan: Plan) -> None:
        self._cells = tuple(plan.cells)
        self.made: weakref.WeakSet[Body] = weakref.WeakSet()
        self.requests = 0

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[Cell]:
        return (self[index] for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        cell = self._cells[index]
        return Cell(cell.coordinates, lambda: self._make(cell.request), cell.digest)

    def _make(self, request: Mapping[str, Json]) -> Body:
        body = Body(request)
        self.made.add(body)
        self.requests += 1
        return body


class Counting(Store):
    """A store that counts how often it is asked whether a picture is there."""

    looks = 0

    def holds(self, digest: str, media_type: str, size: int) -> bool:
        self.looks += 1
        return super().holds(digest, media_type, size)


async def again(bench: Bench, plan: Plan, ledger: Ledger, store: Store) -> tuple[Run, list[Event]]:
    events: list[Event] = []
    async with Client(bench.page, base_url=DARKROOM.base_url, key=None, transport=bench.api) as client:
        run = await run_plan(
            plan,
            bench.page,
            target=DARKROOM,
            client=client,
            ledger=ledger,
            store=store,
            folder=bench.root / "a-test",
            clock=bench.clock,
            settings=Settings(),
            on_event=events.append,
        )
    return run, events


async def statements_for(bench: Bench, count: int) -> int:
    """Run a plan of which all is done; check what that does, and count what it asks the ledger."""
    plan = make_plan(requests(count), DARKROOM)
    cells = Remade(plan)
    store = Counting(bench.root / "store")
    kept = Store(store.root).put(png())
    picture = {"sha256": kept.sha256, "media_type": kept.media_type, "size": kept.size}
    asked: list[str] = []
    with bench.ledger() as ledger:
        ledger.enter(
            Entry(cell.digest, plan.provider, plan.model, plan.target, cell.request) for cell in plan.cells
        )
        with ledger._connection as connection:  # noqa: SLF001  step by step it would take long
            connection.execute("UPDATE trials SET state = 'done', pictures = ?", (json.dumps([picture]),))
        ledger._connection.set_trace_callback(asked.append)  # noqa: SLF001  nothing else hears what SQLite is asked
        run, events = await again(bench, replace(plan, cells=cells), ledger, store)
    assert (run.sent, run.count(State.DONE)) == (0, count)
    assert [type(event) for event in events] == [RunStarted, CellsReused]
    assert (store.looks, cells.requests) == (count, 0)
    return len(asked)


async def test_what_is_done_costs_one_look_at_its_picture_and_a_share_of_a_question(tmp_path: Path) -> None:
    few = await statements_for(Bench(tmp_path / "few"), 100)
    many = await statements_for(Bench(tmp_path / "many"), 1100)
    assert many - few <= 1000 / 100


@pytest.mark.parametrize("count", [20, 80])
async def test_a_run_keeps_no_request_that_it_is_through_with(tmp_path: Path, count: int) -> None:
    bench = Bench(tmp_path)
    plan = make_plan(requests(count), DARKROOM)
    cells = Remade(plan)
    done: list[str] = []
    left: list[int] = []

    def listen(event: Event) -> None:
        if isinstance(event, CellFinished):
            done.append(event.digest)
            if len(done) % 10 == 0:
                gc.collect()
                left.append(len(cells.made))

    bench.events = Heard(listen)
    run = await bench.run(replace(plan, cells=cells), DARKROOM, Settings(concurrency=4))
    assert run.count(State.DONE) == len(done) == count
    assert max(left) <= 2 * 4 + 1


class Heard(list[Event]):
    """Hands on what is appended, and keeps nothing."""

    def __init__(self, listen: Callable[[Event], None]) -> None:
        super().__init__()
        self._listen = listen

    def append(self, event: Event) -> None:
        self._listen(event)


async def test_outcomes_are_made_when_they_are_looked_at_and_are_alike(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    plan = make_plan([*requests(3), *requests(2)], DARKROOM)
    run = await bench.run(plan, DARKROOM)
    with bench.ledger() as ledger:
        found = outcomes(plan, ledger, Store(tmp_path / "store"))
    digest = plan.cells[0].digest
    assert found == run.outcomes
    assert list(found) == [cell.digest for cell in plan.cells[:3]]
    assert found[digest] == found[digest]
    assert run.counts() == {State.DONE: 5}
    assert "0" * 64 not in found
