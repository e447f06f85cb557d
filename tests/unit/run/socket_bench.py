"""A server of bytes for the tests of what comes over a wire: it speaks what an act makes it speak, and counts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from run_bench import KEY, png, provider

from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.http import Timeouts
from teststrip.run.reply import OutputRef

MODEL = provider().models[0].id
CREATED = {"data": {"id": "p1", "status": "created"}}
LONG = Timeouts(connect=5, read=5, write=5, pool=5, total=10)
MOST = 2**20  # bytes of a picture that the tests' clients take
_NO_LINGER = struct.pack("ii", 1, 0)


class Noon:
    """A clock for which it is always noon."""

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0 * seconds)


async def fetched(client: Client, output: OutputRef) -> bytes:
    """Fetch a picture. How a client does it is told here alone."""
    parts = bytearray()

    async def take(part: bytes) -> None:
        parts.extend(part)

    await client.fetch(output, take)
    return bytes(parts)


def caller(url: str, timeouts: Timeouts = LONG, page: Provider | None = None) -> Client:
    """Return a client of a server."""
    page = page or provider()
    return Client(page, base_url=url, key=KEY, timeouts=timeouts, clock=Noon(), max_picture=MOST)


@dataclass
class Talk:
    """One connection, from the server's side. Reading raises IncompleteReadError when the other side has gone."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    server: Server

    async def head(self) -> bytes:
        """Read a request's head, and count it."""
        found = await self.reader.readuntil(b"\r\n\r\n")
        self.server.heads.append(found)
        self.server.heard.set()
        return found

    async def request(self) -> bytes:
        """Read a whole request, and return its body."""
        head = await self.head()
        names = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        return await self.reader.readexactly(int(names.get(b"content-length", b"0")))

    async def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.writer.transport.abort()


Act = Callable[[Talk], Awaitable[None]]


@dataclass
class Server:
    """What a server of acts has met: `heads` of the requests that it read, and how many connections it took.

    `heard` is set with the first head.
    """

    url: str = ""
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def posts(self) -> int:
        """How many submits it read."""
        return sum(head.startswith(b"POST ") for head in self.heads)


@contextlib.asynccontextmanager
async def serving(act: Act, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Serve: `act` does each connection, which is closed when it returns."""
    server = Server()
    open_ones: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.current_task()
        assert task is not None
        open_ones.add(task)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
                await act(Talk(reader, writer, server))
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            open_ones.discard(task)

    listener = await asyncio.start_server(connected, host, 0, ssl=tls, limit=2**24)
    server.url = f"http{'s' if tls else ''}://{host}:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for task in tuple(open_ones):
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await listener.wait_closed()


def reply(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return the bytes of an answer; `length` is what it says of its body's length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def saying(*pieces: bytes) -> Act:
    """Return an act that reads a request, says the pieces, and closes."""

    async def act(talk: Talk) -> None:
        await talk.request()
        for piece in pieces:
            await talk.say(piece)

    return act


def answering(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> Act:
    """Return an act that answers one request and closes."""
    return saying(reply(body, *headers, status=status, length=length))


def good(kept: int = 1000) -> Act:
    """Return an act that answers well, by what is asked for; each connection serves so many requests."""

    async def act(talk: Talk) -> None:
        for _ in range(kept):
            await talk.request()
            await talk.say(well(talk.server.heads[-1]))

    return act


def well(head: bytes) -> bytes:
    """Return the good answer to a request: a picture where one is asked for, else a prediction."""
    if head.partition(b"\r\n")[0].endswith(b".png HTTP/1.1"):
        return reply(png(1), "Content-Type: image/png")
    return reply(json.dumps(CREATED).encode(), "Content-Type: application/json")


@contextlib.asynccontextmanager
async def tapped(url: str) -> AsyncIterator[tuple[str, bytearray]]:
    """Pass connections on to a server; yield the address, and all bytes that came from the client's side."""
    scheme, _, place = url.partition("://")
    host, _, port = place.rpartition(":")
    heard = bytearray()

    async def act(talk: Talk) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        await joined(talk, reader, writer, heard)

    async with serving(act, host=host) as server:
        yield f"{scheme}://{server.url.partition('://')[2]}", heard


async def joined(
    talk: Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray | None = None
) -> None:
    """Carry bytes both ways, until one side ends."""

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, ear: bytearray | None) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(2**16):
                if ear is not None:
                    ear += data
                sink.write(data)
                await sink.drain()

    both = {
        asyncio.create_task(carry(talk.reader, writer, heard)),
        asyncio.create_task(carry(reader, talk.writer, None)),
    }
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        writer.close()
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()
