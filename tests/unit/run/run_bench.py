"""What the tests of running share: a scripted server, a clock that jumps, and plans made by hand."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
from PIL import Image

from teststrip.base.json import Json
from teststrip.cassette.record import Recorder
from teststrip.plan.identity import cell_digest
from teststrip.plan.model import Cell, Plan
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.events import Event
from teststrip.run.ledger import Ledger, open_ledger
from teststrip.run.model import Run
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.store import Store
from teststrip.run.target import Target

KEY = "sk-very-secret-0123456789"
BASE = "https://api.example"
PAID = Target("live", "live https://api.example", BASE, paid=True)
URL = Target("url", "emulator https://api.example", BASE, paid=False)
DARKROOM = Target("darkroom", "darkroom/test", BASE, paid=False, lasting=False)

Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


def provider(**changes: object) -> Provider:
    """Return the bundled page's provider, with a short deadline unless told otherwise."""
    page = find_provider("gptproto")
    assert page is not None
    page = replace(page, base_url=BASE, poll=replace(page.poll, deadline=100.0))
    return replace(page, **changes)  # type: ignore[arg-type]  # tests name real members


@cache
def png(seed: int = 0) -> bytes:
    """Return a tiny PNG, another for each seed."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), (seed % 256, seed // 256 % 256, 7)).save(stream, "PNG")
    return stream.getvalue()


def make_plan(requests: Iterable[Mapping[str, Json]], target: Target = PAID, page: Provider | None = None) -> Plan:
    """Make a plan of one cell a request."""
    page = page or provider()
    model = page.models[0].id
    cells = tuple(
        Cell((i,), dict(r), cell_digest(page.name, model, target.identity, r)) for i, r in enumerate(requests)
    )
    return Plan(
        title="A test",
        recipe_file="a.yaml",
        recipe_digest="0" * 64,
        provider=page.name,
        model=model,
        target=target.identity,
        page_digest=page.digest,
        axes=(),
        cells=cells,
        sheets=(),
        concurrency=None,
        digest="ab" * 32,
    )


def requests(count: int) -> list[dict[str, Json]]:
    """Return requests that differ in their seed."""
    return [{"prompt": "a boat", "seed": seed} for seed in range(1, count + 1)]


class JumpClock:
    """A clock that jumps over every wait; `waits` has them."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def answer(status: int = 200, body: object = None, **headers: str) -> Answer:
    """Script one answer: JSON, or bytes as they are."""

    async def give(_: httpx.Request) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(status, content=content, headers=names)

    return give


def breaks(error: type[httpx.RequestError], message: str = "broken") -> Answer:
    """Script an exchange that httpx gives up on."""

    async def give(request: httpx.Request) -> httpx.Response:
        raise error(message, request=request)

    return give


@dataclass
class FakeApi(httpx.AsyncBaseTransport):
    """A server of the first API: accepts, processes once, completes. Scripts replace its next answers.

    `charged` counts what a real one would bill, by seed.
    """

    submits: list[Answer] = field(default_factory=list)
    polls: list[Answer] = field(default_factory=list)
    downloads: list[Answer] = field(default_factory=list)
    seen: list[httpx.Request] = field(default_factory=list)
    charged: dict[int, int] = field(default_factory=dict)
    predictions: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    polled: dict[str, int] = field(default_factory=dict)
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.seen.append(request)
        if request.method == "POST":
            scripted = self.submits.pop(0) if self.submits else None
            return await (scripted or self.accept)(request)
        if request.url.path.endswith("/result"):
            scripted = self.polls.pop(0) if self.polls else None
            return await (scripted or self.tell)(request)
        scripted = self.downloads.pop(0) if self.downloads else None
        return await (scripted or self.picture)(request)

    def count(self, method: str, ending: str = "") -> int:
        return sum(r.method == method and r.url.path.endswith(ending) for r in self.seen)

    async def hang(self, _: httpx.Request) -> httpx.Response:
        """Never answer; `hanging` tells the test that somebody waits."""
        self.hanging.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets that event")

    async def accept(self, request: httpx.Request) -> httpx.Response:
        name = self.charge(request)
        data: dict[str, Json] = {
            "id": name,
            "outputs": [],
            "urls": {"get": f"{BASE}/api/v3/predictions/{name}/result"},
        }
        return _said({**data, "status": "created", "error": ""})

    def charge(self, request: httpx.Request) -> str:
        body = json.loads(request.content)
        name = f"p{len(self.predictions) + 1}"
        self.predictions[name] = body
        self.charged[body["seed"]] = self.charged.get(body["seed"], 0) + 1
        return name

    async def tell(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.split("/")[-2]
        if name not in self.predictions:
            return httpx.Response(404, json={"error": {"message": "no such prediction", "type": "404"}})
        self.polled[name] = self.polled.get(name, 0) + 1
        if self.polled[name] < 2:
            return _said({"id": name, "outputs": [], "status": "processing", "error": None})
        request_body = self.predictions[name]
        count = int(str(request_body.get("n", 1)))
        links: list[Json] = [f"https://cdn.example/{name}/{request_body['seed']}/{i}.png" for i in range(count)]
        return _said({"id": name, "outputs": links, "status": "completed", "error": ""})

    async def picture(self, request: httpx.Request) -> httpx.Response:
        _, _, seed, name = request.url.path.split("/")
        return httpx.Response(200, content=png(int(seed) + 1000 * int(name[0])))


def _said(data: Mapping[str, Json]) -> httpx.Response:
    return httpx.Response(200, json={"data": data, "code": 200, "message": "success"})


@dataclass
class Bench:
    """Everything around one runs folder; `run` may be called again, as another process would."""

    root: Path
    api: FakeApi = field(default_factory=FakeApi)
    page: Provider = field(default_factory=provider)
    clock: JumpClock = field(default_factory=JumpClock)
    events: list[Event] = field(default_factory=list)
    recorder: Recorder | None = None

    async def run(
        self, plan: Plan, target: Target = PAID, settings: Settings | None = None, key: str | None = KEY
    ) -> Run:
        client = Client(
            self.page,
            base_url=target.base_url,
            key=key,
            transport=self.api,
            clock=self.clock,
            max_picture=2**20,
            recorder=self.recorder,
        )
        async with client:
            with self.ledger() as ledger:
                return await run_plan(
                    plan,
                    self.page,
                    target=target,
                    client=client,
                    ledger=ledger,
                    store=Store(self.root / "store"),
                    folder=self.root / "a-test",
                    clock=self.clock,
                    settings=settings or Settings(random=lambda: 0.5),
                    on_event=self.events.append,
                )

    def ledger(self) -> Ledger:
        return open_ledger(self.root / "ledger.sqlite3", self.clock)
