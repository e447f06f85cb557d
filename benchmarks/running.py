"""The whole journaled cycle over a real port, beside plain httpx doing the same exchanges and keeping nothing.

A cycle is a submit, two polls and a picture of 1 MB. The rivals are one shared `httpx.AsyncClient` with as many
workers and no ledger: as pip installs it, with sniffio (which httpcore looks for at every turn, and which
teststrip has), and with that and the pictures written to files. The emulator is a process of its own; times are of
the wall clock, and of this process's processor.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Final

import httpx

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.plan.identity import cell_digest
from teststrip.plan.model import Cell, Plan
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Pace, Provider
from teststrip.provider.request import poll_url, submit_url
from teststrip.run.client import Client
from teststrip.run.journal import Journal
from teststrip.run.ledger import Ledger, open_ledger
from teststrip.run.model import Artifact
from teststrip.run.money import Charge
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.state import Happening, State
from teststrip.run.store import Store
from teststrip.run.target import live_target
from teststrip.run.trial import Entry

AT_ONCE: Final = 64
CYCLES: Final = 1500
ROUNDS: Final = 3
POLL: Final = 0.02  # seconds
KEY: Final = "a-key"


@dataclass(frozen=True, slots=True)
class Speed:
    """What one way came to: cycles a second, milliseconds of processor time a cycle."""

    name: str
    cycles: float
    cpu: float


def running_table() -> str:
    """Measure both in turn, and print the medians."""
    page = find_provider("gptproto")
    assert page is not None  # noqa: S101  it is bundled
    page = replace(
        page, pace=Pace(AT_ONCE, 0), poll=replace(page.poll, interval=POLL, max_interval=POLL, growth=1.0)
    )
    ways: dict[str, Callable[[str, Provider, int], Awaitable[None]]] = {
        "one shared httpx client, nothing kept": as_installed,
        "the same with sniffio": plain,
        "the same, pictures written, not synced": written,
        "teststrip: journaled, pictures on disk": ours,
    }
    found: dict[str, list[Speed]] = {name: [] for name in ways}
    for round_ in range(ROUNDS):
        for name, way in ways.items():
            with serving() as url:
                found[name].append(asyncio.run(measured(name, way(url, page, round_ * CYCLES))))
    middle = [sorted(speeds, key=lambda speed: speed.cycles)[ROUNDS // 2] for speeds in found.values()]
    first = middle[0]
    alone = asyncio.run(ledger_alone())
    return "\n".join(
        [*(_line(one, first) for one in middle), f"  of which the ledger, alone: {alone:.2f} ms CPU each"]
    )


def _line(one: Speed, first: Speed) -> str:
    ratio = one.cycles / first.cycles
    return f"  {one.name:<40} {one.cycles:>7.1f} cycles/s {one.cpu:>7.2f} ms CPU each {ratio:>6.2f}x"


async def measured(name: str, work: Awaitable[None]) -> Speed:
    """Do the work, and tell its speed."""
    began, cpu = time.perf_counter(), time.process_time()
    await work
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    return Speed(name, CYCLES / seconds, 1000 * spent / CYCLES)


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Yield the address of an emulator process."""
    command = [sys.executable, str(Path(__file__).with_name("running_server.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  our own program
        assert server.stdout is not None  # noqa: S101  it is a pipe
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def requests(first: int) -> list[dict[str, Json]]:
    """Make requests that differ in their seed."""
    return [{"prompt": "a boat", "size": "64x64", "steps": 1, "seed": first + number} for number in range(CYCLES)]


async def written(url: str, page: Provider, first: int) -> None:
    """Do the exchanges, and write each picture to a file."""
    async with folder() as root:
        await plain(url, page, first, lambda name, data: (root / f"{name}.png").write_bytes(data))


async def plain(
    url: str, page: Provider, first: int, keep: Callable[[str, bytes], object] = lambda _name, _data: None
) -> None:
    """Do the exchanges as a plain script would."""
    queue = iter(requests(first))
    model = page.models[0].id
    headers = {page.auth.header: page.auth.form.replace("{key}", KEY)}

    async def work(client: httpx.AsyncClient) -> None:
        for request in queue:
            answer = await client.post(submit_url(page, url, model, request), json=request, headers=headers)
            name = answer.raise_for_status().json()["data"]["id"]
            while True:
                await asyncio.sleep(POLL)
                answer = await client.get(poll_url(page, url, name, model), headers=headers)
                data = answer.raise_for_status().json()["data"]
                if data["outputs"]:
                    break
            keep(name, (await client.get(data["outputs"][0])).raise_for_status().content)

    async with httpx.AsyncClient(timeout=120) as client, asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work(client))


async def as_installed(url: str, page: Provider, first: int) -> None:
    """Do the same where sniffio is not installed: each time it is looked for, it is not found."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "sniffio"}
    sys.meta_path.insert(0, _Nowhere())
    try:
        await plain(url, page, first)
    finally:
        del sys.meta_path[0]
        sys.modules.update(kept)


class _Nowhere(MetaPathFinder):
    """Looks for sniffio under a name that nothing has, which takes as long as it takes, and finds nothing."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Look for a module."""
        if fullname != "sniffio":
            return None
        PathFinder.find_spec("sniffio_is_not_here", path, target)
        raise ModuleNotFoundError(fullname)


async def ours(url: str, page: Provider, first: int) -> None:
    """Run a plan."""
    target = live_target(page, {page.base_url_env: url})
    clock = SystemClock()
    async with folder() as root, Client(page, base_url=url, key=KEY) as client:
        with open_ledger(root / "ledger.sqlite3", clock) as ledger:
            run = await run_plan(
                _plan(page, target.identity, first),
                page,
                target=target,
                client=client,
                ledger=ledger,
                store=Store(root / "store"),
                folder=root / "a-run",
                clock=clock,
                settings=Settings(concurrency=AT_ONCE),
                on_event=lambda _: None,
            )
    assert run.count(State.DONE) == CYCLES  # noqa: S101  else it was measured what it is not
    assert not run.stopped  # noqa: S101  as above


async def ledger_alone() -> float:
    """Take what the ledger costs a cell, in ms of processor time: every step of a run, and no request."""
    clock = SystemClock()
    names = [f"{number:064x}" for number in range(CYCLES)]
    picture = Artifact("ab" * 32, "image/png", 12, "ab.png")
    left = iter(names)

    def done(ledger: Ledger, digest: str) -> None:
        ledger.move(digest, Happening.DELIVER, pictures=[picture], may_have_cost=True)
        ledger.move(digest, Happening.COMPLETE)

    async def work(journal: Journal) -> None:
        for digest in left:
            journal.look(digest)
            await journal.do(Ledger.begin, digest, lambda _: True, Charge("a-run", 5))
            await journal.do(Ledger.move, digest, Happening.ACCEPT, prediction=digest, may_have_cost=True)
            await journal.soon(done, digest)

    async with folder() as root:
        with open_ledger(root / "ledger.sqlite3", clock) as ledger:
            ledger.enter(Entry(name, "p", "m", "t", {"prompt": "a boat"}) for name in names)
            began = time.process_time()
            async with Journal(ledger, clock) as journal, asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(work(journal))
            return 1000 * (time.process_time() - began) / CYCLES


@contextlib.asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """Yield an empty folder."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _plan(page: Provider, target: str, first: int) -> Plan:
    model = page.models[0].id
    cells = tuple(
        Cell((at,), request, cell_digest(page.name, model, target, request))
        for at, request in enumerate(requests(first))
    )
    return Plan(
        title="Speed",
        recipe_file="speed.yaml",
        recipe_digest="0" * 64,
        provider=page.name,
        model=model,
        target=target,
        page_digest=page.digest,
        axes=(),
        cells=cells,
        sheets=(),
        concurrency=None,
        digest="0" * 64,
    )
