"""What the tests of cassettes share: a recorder and a player behind the client's own HTTP, and a server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from teststrip.base.clock import SystemClock
from teststrip.cassette.model import Header
from teststrip.cassette.read import load_cassette
from teststrip.cassette.record import Recorded, open_recorder
from teststrip.cassette.replay import Player
from teststrip.errors import ExchangeError
from teststrip.run.http import Http, Timeouts, read_body, replay_transport

KEY = "sk-Zq7Xw9Lm3Rt5Yv1Kb8Nd4Hf6Jg2Pc0TsZ-e"
HEADER = Header("live https://api.example", "https://api.example", True, True, "0", "2026-01-02T03:04:05+00:00")
BASE = "https://api.example"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40 + b"IEND\xaeB`\x82"

Handler = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True)
class Told:
    """How an exchange ended for the client: the status, headers and body, or the error's words."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str = ""


class Ask:
    """One request, asked through `Http`, as the client does."""

    def __init__(self, method: str, path: str, body: object = None, **headers: str) -> None:
        self.method = method
        self.url = path if "://" in path else f"{BASE}{path}"
        self.content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if self.content is not None else {}
        self.headers = {**kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


class Plain(httpx.AsyncBaseTransport):
    """A server that is a function; its body comes in pieces, as it is."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self._handler(request)


class Pieces(httpx.AsyncByteStream):
    """A body in pieces, which may end with an error."""

    def __init__(self, *parts: bytes, error: Exception | None = None) -> None:
        self._parts = parts
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part
        if self._error is not None:
            raise self._error


async def tell(http: Http, ask: Ask) -> Told:
    """Do one exchange, and say how it ended."""
    kept = ("content-type", "location", "retry-after")
    try:
        address = http.address(ask.url)
        async with http.exchange(ask.method, address, headers=ask.headers, content=ask.content) as answer:
            headers = tuple((name, answer.headers[name]) for name in kept if name in answer.headers)
            return Told(answer.status_code, headers, await read_body(answer, 2**24))
    except ExchangeError as error:
        return Told(error=f"{error.kind} {error.may_have_cost} {error}")


async def record(folder: Path, handler: Handler, *asked: Ask, key: str = KEY) -> tuple[Recorded, list[Told]]:
    """Record some exchanges, and say how each ended."""
    recorder = open_recorder(folder, HEADER, [key], SystemClock())
    http = Http(Timeouts(), words=str, trust_env=False, transport=Plain(handler), recorder=recorder)
    async with http:
        told = [await tell(http, ask) for ask in asked]
    return recorder.close(), told


def player(folder: Path, *, fast: bool = False) -> Player:
    return Player(load_cassette(folder), fast=fast)


async def play(playing: Player, *asked: Ask) -> list[Told]:
    """Play some exchanges, and say how each ended."""
    transport = replay_transport(playing, lambda _: None)
    async with Http(Timeouts(), words=str, trust_env=False, transport=transport) as http:
        return [await tell(http, ask) for ask in asked]


def said(status: int, body: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return an answer whose body is not touched on its way."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(
        status, headers={"Content-Type": "application/json", **(headers or {})}, stream=Pieces(data)
    )
