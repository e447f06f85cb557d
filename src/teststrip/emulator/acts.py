"""What goes wrong on the way to the emulator and back.

A fault is a function of an exchange and its rule: it may let the app answer, answer in its place before or after
the app has done its work, change the answer, or break the connection. Where there is no connection to break
(within a process), a reset is raised as the `ConnectionResetError` that it would be on the other side.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from teststrip.base.clock import Clock
from teststrip.emulator import protocol
from teststrip.emulator.answers import with_path
from teststrip.emulator.faults import Point, Rule
from teststrip.emulator.links import expired
from teststrip.emulator.refusals import error_document, meaning_of
from teststrip.emulator.studio import Fate
from teststrip.emulator.variants import Variant, mixed
from teststrip.provider.model import ErrorMeaning, Provider

FATE: Final = "teststrip.fate"  # in a request's scope: how its prediction is to end
VARIANT: Final = "teststrip.variant"  # in a request's scope: the form of its answer
_PIECES: Final = 8  # that a slow body comes in
_ALL: Final = 2**40  # bytes: whatever comes


@dataclass(slots=True)
class Answered:
    """An app's answer, kept back: its first message, and its whole body."""

    start: Message
    body: bytes


@dataclass(slots=True)
class Exchange:
    """One exchange under way, and what a fault may do with it."""

    app: ASGIApp
    scope: Scope
    raw_receive: Receive
    send: Send
    provider: Provider
    clock: Clock
    at: Point
    chance: Callable[[str], float] | None = None  # known once the request is
    replay: list[Message] = field(default_factory=list)

    def draw(self, name: str) -> float:
        """Draw a number in [0, 1) for a name."""
        return self.chance(name) if self.chance is not None else 0.0

    async def receive(self) -> Message:
        """Receive, first what was read before."""
        return self.replay.pop(0) if self.replay else await self.raw_receive()

    async def forward(self) -> None:
        """Let the app answer."""
        await self.app(self.scope, self.receive, self.send)

    async def answered(self) -> Answered:
        """Let the app do its work, and keep its answer back."""
        found = Answered({"type": "http.response.start", "status": 500, "headers": []}, b"")

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                found.start = message
            else:
                found.body += message.get("body", b"")

        await self.app(self.scope, self.receive, keep)
        return found

    async def read(self, limit: int) -> bytes:
        """Read the request's body, hardly more than `limit` bytes of it; the app gets it all the same."""
        more = not self.replay or self.replay[-1].get("more_body", False)
        length = sum(len(message.get("body", b"")) for message in self.replay)
        while more and length <= limit:
            message = await self.raw_receive()
            self.replay.append(message)
            length += len(message.get("body", b""))
            more = message.get("more_body", False)  # which the end of a connection has not
        return b"".join(message.get("body", b"") for message in self.replay)

    async def reset(self) -> None:
        """Break the connection."""
        transport = protocol.transport_of(self.scope)
        if transport is None:
            raise ConnectionResetError("a fault plan breaks the connection, and within a process there is none")
        await protocol.reset(transport, self.raw_receive)


async def _error(exchange: Exchange, rule: Rule) -> None:
    """Answer with an error; one that is charged for comes after the app has accepted the request."""
    if rule.charged:
        await exchange.answered()
    response = _refusal(exchange, rule)
    await response(exchange.scope, exchange.receive, exchange.send)


def _refusal(exchange: Exchange, rule: Rule) -> Response:
    headers: dict[str, str] = {}
    if rule.retry_after is not None:
        when = exchange.clock.now().replace(microsecond=0) + timedelta(seconds=rule.retry_after)
        headers["Retry-After"] = format_datetime(when, usegmt=True) if rule.as_date else f"{rule.retry_after:g}"
    meaning = _meaning(exchange.provider, rule.status, rule.code)
    message = rule.message or "a fault plan says so"
    if rule.body == "html":
        title = f"{rule.status} {_phrase(rule.status)}"
        page = (
            f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1></body></html>\n"
        )
        return Response(page, rule.status, headers, "text/html")
    if rule.body in {"text", "empty"}:
        return Response(message if rule.body == "text" else "", rule.status, headers, "text/plain")
    reply = exchange.provider.reply
    document = error_document(meaning, message, reply)
    if rule.body != "success":
        return JSONResponse(document, rule.status, headers)
    if reply.codes:
        document = with_path(
            document, reply.codes[0], int(meaning.code) if meaning.code.isdigit() else meaning.code
        )
    return JSONResponse(document, HTTPStatus.OK, headers)


def _meaning(provider: Provider, status: int, code: str) -> ErrorMeaning:
    """Return what the page calls an error of this status, and code if one is told; else what HTTP does."""
    for meaning in provider.errors:
        if meaning.status == status and (meaning.code == code if code else not meaning.words):
            return meaning
    return ErrorMeaning(status, code or str(status), _phrase(status), "", "server", may_have_cost=False)


def _phrase(status: int) -> str:
    return next((known.phrase for known in HTTPStatus if known == status), "Error")


async def _reset(exchange: Exchange, rule: Rule) -> None:
    """Break the connection: before the request is read, before the app gets it, or in place of its answer."""
    if rule.when == "read":
        await exchange.read(_ALL)
    elif rule.when == "answered":
        await exchange.answered()
    await exchange.reset()


async def _slow(exchange: Exchange, rule: Rule) -> None:
    """Answer at once, and let the body come in pieces."""
    answer = await exchange.answered()
    await exchange.send(answer.start)
    size = max(1, -(-len(answer.body) // _PIECES))
    for begin in range(0, max(1, len(answer.body)), size):
        await exchange.clock.sleep(rule.seconds / _PIECES)
        piece = answer.body[begin : begin + size]
        await exchange.send({"type": "http.response.body", "body": piece, "more_body": True})
    await exchange.send({"type": "http.response.body", "body": b"", "more_body": False})


async def _truncated(exchange: Exchange, rule: Rule) -> None:
    """Send a part of the body; `declared`, its head has promised the whole, and the connection closes."""
    answer = await exchange.answered()
    part = answer.body[: int(len(answer.body) * rule.keep)]
    if not rule.declared:
        headers = [pair for pair in answer.start["headers"] if pair[0] != b"content-length"]
        answer.start = {**answer.start, "headers": [*headers, (b"content-length", str(len(part)).encode())]}
    await exchange.send(answer.start)
    transport = protocol.transport_of(exchange.scope)
    breaks = rule.declared and transport is not None and len(part) < len(answer.body)
    await exchange.send({"type": "http.response.body", "body": part, "more_body": breaks})
    if breaks and transport is not None:
        await protocol.close(transport, exchange.raw_receive)


async def _expired(exchange: Exchange, rule: Rule) -> None:
    """Refuse a picture as if its link had run out."""
    await expired(rule.status)(exchange.scope, exchange.receive, exchange.send)


async def _failed(exchange: Exchange, rule: Rule) -> None:
    """Accept the request; its prediction fails."""
    exchange.scope[FATE] = Fate("failed", rule.message or "a fault plan says so", rule.seconds)
    await exchange.forward()


async def _moderated(exchange: Exchange, rule: Rule) -> None:
    """Accept the request; its prediction is refused for its content, by the page's word or else its words."""
    meaning = meaning_of(exchange.provider, "moderated")
    words = f"{meaning.words[0]}: " if meaning.words else ""
    has_word = "moderated" in exchange.provider.reply.words.values()
    message = f"{words}{rule.message or 'a fault plan says so'}"
    exchange.scope[FATE] = Fate("moderated" if has_word else "failed", message, rule.seconds)
    await exchange.forward()


async def _cancelled(exchange: Exchange, rule: Rule) -> None:
    """Accept the request; somebody calls its prediction off."""
    has_word = "cancelled" in exchange.provider.reply.words.values()
    message = rule.message or "a fault plan says so"
    exchange.scope[FATE] = Fate("cancelled" if has_word else "failed", message, rule.seconds)
    await exchange.forward()


async def _stuck(exchange: Exchange, _: Rule) -> None:
    """Accept the request; its prediction never ends."""
    exchange.scope[FATE] = Fate(never=True)
    await exchange.forward()


async def _word(exchange: Exchange, rule: Rule) -> None:
    """Tell the state in a word that the page does not have."""
    exchange.scope[VARIANT] = Variant(word=rule.word)
    await exchange.forward()


async def _variant(exchange: Exchange, rule: Rule) -> None:
    """Answer in another of the page's forms."""
    variant = mixed(exchange.provider.reply, exchange.draw) if rule.mix else Variant()
    told = {name: value for name in Variant.__slots__ if (value := getattr(rule.variant, name))}
    exchange.scope[VARIANT] = replace(variant, **told)
    await exchange.forward()


ACTS: Final[Mapping[str, Callable[[Exchange, Rule], Awaitable[None]]]] = {
    "error": _error,
    "reset": _reset,
    "slow": _slow,
    "truncated": _truncated,
    "expired": _expired,
    "failed": _failed,
    "moderated": _moderated,
    "cancelled": _cancelled,
    "stuck": _stuck,
    "word": _word,
    "variant": _variant,
}
