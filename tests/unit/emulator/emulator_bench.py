"""What the emulator's tests share: a page with other words, a renderer and a clock that obey, a client."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx

from teststrip.base.clock import Clock
from teststrip.base.json import Json, canonical, digest
from teststrip.base.where import Where
from teststrip.emulator.app import create_app
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import (
    Auth,
    Bounds,
    Condition,
    ErrorMeaning,
    Model,
    Parameter,
    Poll,
    Provider,
    Reply,
    Scenario,
    Submit,
)

KEY = {"Authorization": "sk-test"}
MODEL = "nai-diffusion-4-5-full"
SUBMIT = f"/api/v3/novel/{MODEL}/text-to-image"
BASE = "http://emulator.invalid"
REQUEST: dict[str, Json] = {"prompt": "1girl, night city", "seed": 5}


def gptproto() -> Provider:
    """Return the bundled page."""
    provider = find_provider("gptproto")
    assert provider is not None
    return provider


def other_provider() -> Provider:
    """Return an API that has nothing in common with the bundled page: paths, words, header, errors, parameters."""
    here = Where("other.md", 1, 1)
    return replace(
        gptproto(),
        name="other",
        title="Another gateway",
        auth=Auth(header="X-Key", form="Token {key}", accepted=("Token {key}",), env="OTHER_KEY"),
        models=(Model("maker/painter-2"),),
        parameters=(
            Parameter("text", "text", "string", here, required=True),
            Parameter("mode", "mode", "string", here, default="plain"),
            Parameter("cfg_scale", "cfg_scale", "number", here, default=5, bounds=Bounds(maximum=Decimal(9))),
            Parameter("width", "width", "integer", here, default=64),
            Parameter("height", "height", "integer", here, default=96),
        ),
        submit=Submit(
            method="PUT",
            path="/v9/{scenario}/by/{model}",
            scenarios=(Scenario("redo", (Condition("mode", ("again",)),)), Scenario("make")),
        ),
        poll=Poll(method="GET", path="/v9/jobs/{id}", interval=1, max_interval=2, growth=1, deadline=60),
        reply=Reply(
            ids=("job.key",),
            statuses=("job.state.word",),
            outputs=("job.images",),
            poll_urls=("job.links.self",),
            errors=("job.trouble",),
            codes=("result.status",),
            ok_codes=(0,),
            output_url_keys=("href",),
            output_base64_keys=("b64",),
            words={"waiting": "queued", "working": "running", "ready": "done", "broken": "failed"},
        ),
        errors=(
            ErrorMeaning(418, "E-KEY", "No entry", "", "auth", may_have_cost=False),
            ErrorMeaning(422, "E-BAD", "Bad form", "", "invalid", may_have_cost=False),
            ErrorMeaning(451, "E-CENSOR", "Blocked", "", "moderated", may_have_cost=False, words=("censored",)),
        ),
    )


class BenchRenderer:
    """Gives picture i as bytes that name the request and i; waits while `hold` is not set."""

    name = "bench"
    version = "1"

    def __init__(self, *, error: Exception | None = None, obstacle: str | None = None) -> None:
        self.error = error
        self.obstacle = obstacle
        self.hold = asyncio.Event()
        self.hold.set()
        self.drawn = 0
        self.cancelled = 0

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:
        assert model
        assert request
        return self.obstacle

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        try:
            await self.hold.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        self.drawn += 1
        return pictures_of(model, request)

    async def close(self) -> None:
        self.hold.set()


def pictures_of(model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
    """Return what the bench renderer gives for a request as it reaches a renderer."""
    count = request.get("n", 1)
    assert isinstance(count, int)
    head = b"\x89PNG\r\n\x1a\n" + canonical({"model": model, "request": digest(dict(request))})
    return tuple(head + bytes([i]) for i in range(count))


class BenchClock(Clock):
    """Time that moves only when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@contextlib.asynccontextmanager
async def emulated(
    renderer: BenchRenderer | None = None,
    settings: EmulatorSettings | None = None,
    *,
    provider: Provider | None = None,
    clock: Clock | None = None,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client that speaks with a new emulator in this process."""
    app = create_app(provider or gptproto(), renderer or BenchRenderer(), settings, clock)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE, headers=KEY if headers is None else headers
    ) as client:
        yield client


async def finished(client: httpx.AsyncClient, poll_url: str) -> dict[str, Json]:
    """Poll until the prediction is over, and return its `data`."""
    for _ in range(1000):
        reply = await client.get(poll_url)
        assert reply.status_code == 200
        data: dict[str, Json] = reply.json()["data"]
        if data["status"] not in {"created", "processing"}:
            return data
        await asyncio.sleep(0.01)
    raise AssertionError("the prediction does not end")


def error_of(reply: httpx.Response) -> dict[str, str]:
    """Return the error of a refusal, which has the documented form."""
    body = reply.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "code"}
    error: dict[str, str] = body["error"]
    return error
