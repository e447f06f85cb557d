"""Connections for httpcore on asyncio itself: its interface `AsyncNetworkBackend`, and nothing else.

httpcore's own goes through anyio, whose cancel scopes and streams cost more than everything that is read (see
docs/benchmarks.md). Here a protocol hands over what the event loop has read.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Iterable
from typing import Any, Final

import httpcore

_ENOUGH: Final = 256 * 1024  # bytes that are read ahead of whoever reads


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """Opens connections by TCP, of the running event loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect. Raises httpcore.ConnectTimeout and httpcore.ConnectError."""
        own = None if local_address is None else (local_address, 0)
        try:
            async with asyncio.timeout(timeout):
                _, received = await asyncio.get_running_loop().create_connection(
                    _Received, host, port, local_addr=own, happy_eyeballs_delay=0.25
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except (OSError, IndexError) as error:  # asyncio 3.11 looks for an error where it has none
            raise httpcore.ConnectError(str(error)) from error
        stream = _Stream(received)
        for option in socket_options or ():
            stream.get_extra_info("socket").setsockopt(*option)
        return stream

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class _Received(asyncio.Protocol):
    """What has come over one connection and was not read yet."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.parts: list[bytes] = []
        self.size = 0
        self.ended = False
        self.error: Exception | None = None
        self.lost = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self._arrival: asyncio.Future[None] | None = None
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  create_connection makes no other
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.parts.append(data)
        self.size += len(data)
        if self.size > _ENOUGH and not self._paused:
            self._paused = True
            self.transport.pause_reading()
        self._tell()

    def eof_received(self) -> None:
        self.ended = True
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self.error = self.error or exc
        self._tell()
        self.lost.set()
        self.writable.set()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    async def arrival(self) -> None:
        """Wait until there is something, or nothing more will come."""
        while not (self.parts or self.ended):
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                await self._arrival
            finally:
                self._arrival = None

    def take(self) -> bytes:
        """Return what has come."""
        data = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
        self.parts.clear()
        self.size = 0
        if self._paused:
            self._paused = False
            self.transport.resume_reading()
        return data

    def _tell(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)


class _Stream(httpcore.AsyncNetworkStream):
    """One connection, as httpcore reads and writes it."""

    def __init__(self, received: _Received) -> None:
        self._received = received

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109  httpcore's interface
        """Return what has come, b"" at the end. Raises httpcore.ReadTimeout and httpcore.ReadError.

        That may be more than `max_bytes`: httpcore hands it all to h11, and a turn costs more than its bytes do.
        """
        received = self._received
        if not received.parts:
            try:
                async with asyncio.timeout(timeout):
                    await received.arrival()
            except TimeoutError as error:
                raise httpcore.ReadTimeout(str(error)) from error
            if not received.parts:
                if received.error is not None:
                    raise httpcore.ReadError(str(received.error)) from received.error
                return b""
        return received.take()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  httpcore's interface
        """Send. Raises httpcore.WriteTimeout and httpcore.WriteError."""
        received = self._received
        if not buffer:
            return
        if not received.lost.is_set():
            received.transport.write(buffer)
        try:
            async with asyncio.timeout(timeout):
                await received.writable.wait()
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        if received.lost.is_set():
            raise httpcore.WriteError(str(received.error or "the connection is closed")) from received.error

    async def aclose(self) -> None:
        """Close at once: nothing that is worth sending waits to be sent."""
        if not self._received.lost.is_set():  # asyncio cannot abort what the other side's end has closed
            self._received.transport.abort()
            await self._received.lost.wait()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        """Go on encrypted. Raises httpcore.ConnectTimeout and httpcore.ConnectError."""
        received = self._received
        if received.parts:
            # Whoever sits in between could have sent it; after the handshake it would pass for the server's word.
            self._give_up()
            raise httpcore.ConnectError("the server spoke before the connection was encrypted")
        try:
            async with asyncio.timeout(timeout):
                transport = await asyncio.get_running_loop().start_tls(
                    received.transport, received, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError as error:
            self._give_up()
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:  # ssl.SSLError is one
            self._give_up()
            raise httpcore.ConnectError(str(error)) from error
        if transport is None:
            raise httpcore.ConnectError("the connection was closed")
        received.transport = transport
        return self

    def _give_up(self) -> None:
        """Close a connection in the midst of its handshake, whose end asyncio tells nobody."""
        if not self._received.lost.is_set():
            self._received.transport.abort()
            self._received.connection_lost(None)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection; None for anything else."""
        if info == "is_readable":
            return self._is_readable()
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._received.transport.get_extra_info(names.get(info, info))

    def _is_readable(self) -> bool:
        """Tell whether something came, or the end, also what the event loop has not looked at yet."""
        received = self._received
        if received.parts or received.ended:
            return True
        socket = received.transport.get_extra_info("socket")
        if socket is None or socket.fileno() < 0:
            return True
        if not hasattr(select, "poll"):  # pragma: no cover  # Windows
            return bool(select.select([socket], [], [], 0)[0])
        waiting = select.poll()
        waiting.register(socket, select.POLLIN)
        return bool(waiting.poll(0))
