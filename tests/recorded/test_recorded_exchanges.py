"""Whole runs against exchanges that were recorded from the emulator on a real port, replayed without a network.

`make record` records them again. They are matched on everything, the body included: a client that sends another
request than it did finds no answer.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cassette_hooks import RECORDED, Cleaner, put_aside, take_back
from starlette.types import ASGIApp, Receive, Scope, Send

from teststrip.base.json import Json
from teststrip.emulator.app import create_app
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.plan.identity import cell_digest
from teststrip.plan.model import Cell, Plan
from teststrip.provider.catalogue import find_provider
from teststrip.run.client import Client
from teststrip.run.events import Event, Waiting
from teststrip.run.ledger import open_ledger
from teststrip.run.model import Run
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.target import Target

# Replaying may reach no host at all: the one name that is allowed does not exist.
pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["nobody.invalid"])]

KEY = "sk-recorded-0123456789abcdef"
FOUND = find_provider("gptproto")
assert FOUND is not None
PROVIDER = FOUND
MODEL = PROVIDER.models[0].id


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    """Where the cassettes lie; the test that records them again names another folder."""
    return os.environ.get("TESTSTRIP_TEST_CASSETTES") or str(Path(__file__).parent / "cassettes")


@pytest.fixture(scope="module", autouse=True)
def no_old_pictures(record_mode: str, vcr_cassette_dir: str) -> None:
    """Recording anew leaves no picture that no cassette names."""
    if record_mode == "rewrite":
        shutil.rmtree(Path(vcr_cassette_dir) / "blobs", ignore_errors=True)


@pytest.fixture
def vcr_config() -> dict[str, object]:
    cleaner = Cleaner()
    return {
        "match_on": ["method", "scheme", "host", "port", "path", "query", "body"],
        "before_record_request": cleaner.request,
        "before_record_response": cleaner.response,
        "before_save_interaction": put_aside,
        "after_load_interaction": take_back,
    }


@dataclass
class JumpClock:
    """A clock that jumps over every wait; client and emulator share it, so that recordings never differ."""

    time: float = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


def flat_png(shade: int) -> bytes:
    """A 16x16 grey PNG, not compressed, so that it has the same bytes with every zlib."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade % 256]) * 16) * 16
    header = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
    image = zlib.compress(rows, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", image) + chunk(b"IEND", b"")


@dataclass
class Slow:
    """A renderer that is never ready at the first look, and always at the second."""

    name: str = "flat"
    version: str = "1"
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:  # noqa: ARG002  draws anything
        return None

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:  # noqa: ARG002  as above
        await self.looked.wait()
        seed, count = int(str(request["seed"])), int(str(request["n"]))
        return tuple(flat_png(seed + i) for i in range(count))

    async def close(self) -> None:
        return

    def watch(self, app: ASGIApp) -> ASGIApp:
        async def watching(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == "POST":
                self.looked.clear()
            await app(scope, receive, send)
            if scope["type"] == "http" and scope["path"].endswith("/result"):
                self.looked.set()
                await asyncio.sleep(0.02)  # the drawing ends before this answer's connection is read again

        return watching


@dataclass
class Studio:
    """A run's surroundings: the emulator while recording, its recorded address while replaying."""

    folder: Path
    recording: bool
    clock: JumpClock = field(default_factory=JumpClock)
    events: list[Event] = field(default_factory=list)

    @asynccontextmanager
    async def server(self, settings: EmulatorSettings) -> AsyncIterator[str]:
        if not self.recording:
            yield RECORDED
            return
        renderer = Slow()
        app = create_app(PROVIDER, renderer, settings, self.clock)
        async with running_emulator(renderer.watch(app)) as url:
            yield url

    async def run(self, requests: list[dict[str, Json]], settings: EmulatorSettings | None = None) -> Run:
        async with self.server(settings or EmulatorSettings()) as url:
            # Paid manners (one at a time, the page's pace) give one order of exchanges.
            target = Target("live", "live recorded", url, paid=True)
            plan = make_plan(requests, target)
            client = Client(PROVIDER, base_url=url, key=KEY, clock=self.clock)
            async with client:
                with open_ledger(self.folder / "ledger.sqlite3", self.clock) as ledger:
                    return await run_plan(
                        plan,
                        PROVIDER,
                        target=target,
                        client=client,
                        ledger=ledger,
                        store=Store(self.folder / "store"),
                        folder=self.folder,
                        clock=self.clock,
                        settings=Settings(random=lambda: 0.5),
                        on_event=self.events.append,
                    )


def make_plan(requests: list[dict[str, Json]], target: Target) -> Plan:
    # Said here in full, so that a default that changes on the page leaves the cassettes as they are.
    fixed: dict[str, Json] = {
        "action": "generate",
        "size": "832x1216",
        "n": 1,
        "steps": 28,
        "scale": 6.0,
        "sampler": "k_euler",
    }
    bodies = [{**fixed, **request} for request in requests]
    cells = tuple(
        Cell((i,), body, cell_digest(PROVIDER.name, MODEL, target.identity, body)) for i, body in enumerate(bodies)
    )
    return Plan(
        title="Recorded",
        recipe_file="recorded.yaml",
        recipe_digest="",
        provider=PROVIDER.name,
        model=MODEL,
        target=target.identity,
        page_digest=PROVIDER.digest,
        axes=(),
        cells=cells,
        sheets=(),
        concurrency=None,
        digest="0" * 64,
    )


@pytest.fixture
def studio(tmp_path: Path, record_mode: str) -> Studio:
    return Studio(tmp_path, recording=record_mode != "none")


@pytest.fixture(autouse=True)
def all_was_played(vcr: Any, record_mode: str) -> Iterator[None]:
    """A replay that leaves exchanges over is another conversation than the recorded one."""
    yield
    if record_mode == "none":
        assert vcr.all_played


async def test_pictures_are_submitted_polled_and_downloaded(studio: Studio) -> None:
    run = await studio.run(
        [{"prompt": "a lighthouse", "seed": 7}, {"prompt": "Ein Boot, überm Meer", "seed": 9, "n": 2}]
    )
    assert (run.count(State.DONE), run.sent, run.stopped) == (2, 2, "")
    pictures = [a.path.read_bytes() for outcome in run.outcomes.values() for a in outcome.artifacts]
    assert pictures == [flat_png(7), flat_png(9), flat_png(10)]


async def test_a_429_is_waited_out(studio: Studio) -> None:
    run = await studio.run([{"prompt": "one", "seed": 1}, {"prompt": "two", "seed": 2}], EmulatorSettings(rate=1))
    assert run.count(State.DONE) == 2
    (wait,) = [event for event in studio.events if isinstance(event, Waiting)]
    assert "(HTTP 429, " in wait.reason
    assert wait.seconds > 30
    assert studio.clock.monotonic() > 60


async def test_a_prompt_refused_for_its_content_is_moderated(studio: Studio) -> None:
    run = await studio.run([{"prompt": "teststrip:refuse", "seed": 1}, {"prompt": "a boat", "seed": 2}])
    assert (run.count(State.MODERATED), run.count(State.DONE)) == (1, 1)
    refused = next(outcome for outcome in run.outcomes.values() if outcome.state is State.MODERATED)
    assert "(HTTP 400, " in refused.reason


async def test_a_refused_key_stops_the_run(studio: Studio) -> None:
    run = await studio.run(
        [{"prompt": "a boat", "seed": s} for s in (1, 2, 3)], EmulatorSettings(keys=frozenset({"x"}))
    )
    assert "(HTTP 401, " in run.stopped
    assert (run.count(State.PLANNED), run.sent) == (3, 1)
    assert KEY not in run.stopped
