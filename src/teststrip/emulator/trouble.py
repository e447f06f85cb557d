"""The middleware that carries out a fault plan: which exchange meets which fault, and when its answer comes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from teststrip.base.clock import Clock
from teststrip.base.json import sha256
from teststrip.emulator.acts import ACTS, Exchange
from teststrip.emulator.faults import FaultPlan, Point, Rule
from teststrip.emulator.seeded import draw
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.model import Provider

_LASTING: Final = "lasting "


class SkewedClock:
    """A clock that goes so many seconds wrong; how long things take is not touched."""

    def __init__(self, clock: Clock, skew: float) -> None:
        self._clock = clock
        self._skew = timedelta(seconds=skew)

    def now(self) -> datetime:
        """Return the wrong time, in UTC."""
        return self._clock.now() + self._skew

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await self._clock.sleep(seconds)


class Trouble:
    """ASGI middleware that dates every answer, holds it back as `latency` says, and carries out the fault plan.

    `known` gives what the prediction was asked for that a poll or a picture is about.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        provider: Provider,
        routes: Sequence[Route],
        settings: EmulatorSettings,
        clock: Clock,
        known: Callable[[Request], str],
    ) -> None:
        self._app = app
        self._provider = provider
        self._routes = routes
        self._plan = settings.faults or FaultPlan()
        self._latency = settings.latency
        self._limit = settings.body_limit
        self._clock = clock
        self._known = known
        self._met = [0] * len(self._plan.rules)  # exchanges at each rule's moment
        self._asked: dict[tuple[Point, str], int] = {}  # how often the same thing was asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = functools.partial(self._dated, send)
        found = self._find(scope) if self._plan.rules or self._latency else None
        if found is None:
            await self._app(scope, receive, send)
            return
        at, request = found
        exchange = Exchange(self._app, scope, receive, send, self._provider, self._clock, at)
        rule = await self._chosen(exchange, request)
        if at in self._latency and not (rule is not None and rule.when == "head"):
            least, most = self._latency[at]
            await self._recognise(exchange, request)
            await self._clock.sleep(least + (most - least) * exchange.draw("latency"))
        await (exchange.forward() if rule is None else ACTS[rule.fault](exchange, rule))

    async def _dated(self, send: Send, message: Message) -> None:
        if message["type"] == "http.response.start":
            date = format_datetime(self._clock.now().replace(microsecond=0), usegmt=True)
            message = {**message, "headers": [*message.get("headers", ()), (b"date", date.encode("ascii"))]}
        await send(message)

    def _find(self, scope: Scope) -> tuple[Point, Request] | None:
        for route in self._routes:
            match, more = route.matches(scope)
            if match is Match.FULL:
                points: Mapping[str, Point] = {"submit": "submit", "poll": "poll", "result": "result"}
                return points.get(route.name, "picture"), Request({**scope, **more})
        return None

    async def _chosen(self, exchange: Exchange, request: Request) -> Rule | None:
        """Return the first rule that fires; all of this moment count the exchange."""
        first: Rule | None = None
        for number, rule in enumerate(self._plan.rules):
            if rule.at != exchange.at:
                continue
            self._met[number] += 1
            if first is not None:
                continue
            if rule.chance is not None or rule.mix:
                # Only chance has to know what is asked, and a submit's body is read for that.
                await self._recognise(exchange, request)
            name = f"{_LASTING if rule.lasting else ''}rule {number}"
            if _is_turn(rule, self._met[number]) if rule.chance is None else exchange.draw(name) < rule.chance:
                first = rule
        return first

    async def _recognise(self, exchange: Exchange, request: Request) -> None:
        """Find out what is asked, and how often it was before: that is what chance is drawn for."""
        if exchange.chance is not None:
            return
        if exchange.at == "submit":
            what = f"{request.url.path} {sha256(await exchange.read(self._limit))}"
        else:
            what = self._known(request)
        times = self._asked[exchange.at, what] = self._asked.get((exchange.at, what), 0) + 1
        seed, at = self._plan.seed, exchange.at

        def chance(name: str) -> float:
            return draw(seed, at, name, what, 0 if name.startswith(_LASTING) else times)

        exchange.chance = chance


def _is_turn(rule: Rule, met: int) -> bool:
    if rule.nth:
        return met in rule.nth
    return rule.every is None or met % rule.every == 0
