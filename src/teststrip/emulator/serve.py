"""An app on a real port, by uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from teststrip.base.serving import LOOPBACK, TellingServer
from teststrip.emulator.protocol import TellingProtocol
from teststrip.errors import UsageError

_LAST_PORT: Final = 65535
_GRACE: Final = 2  # seconds that open answers get at the end


async def serve(
    app: ASGIApp,
    host: str = LOOPBACK,
    port: int = 0,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then end cleanly and let the signal take its course.

    Port 0 takes a free one; `on_ready` hears the base URL once connections are accepted. Raises UsageError when
    the address cannot be had.
    """
    listener = _listen(host, port)
    url = _url(listener, host)
    server = TellingServer(_config(app), on_ready=lambda: on_ready(url) if on_ready else None)
    await server.serve(sockets=[listener])


@contextlib.asynccontextmanager
async def running_emulator(app: ASGIApp, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[str]:
    """Serve in the background of this event loop, and yield the base URL; signals stay with the caller."""
    listener = _listen(host, port)
    ready = asyncio.Event()
    server = _BackgroundServer(_config(app), on_ready=ready.set)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving  # raises what kept it from starting
        yield _url(listener, host)
    finally:
        waiting.cancel()
        server.should_exit = True
        await serving
        listener.close()


class _BackgroundServer(TellingServer):
    """A server that leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,  # logging belongs to whoever runs the program
        access_log=False,
        http=TellingProtocol,
        date_header=False,  # the app's own, whose clock may go wrong
        proxy_headers=False,  # output links carry the host that the client itself named
        timeout_graceful_shutdown=_GRACE,
    )


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"cannot listen on port {port}: ports go from 0 (any free one) to {_LAST_PORT}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {host} port {port}: {error}; choose another with --port") from None


def _url(listener: socket.socket, host: str) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
