"""HTTP over a real socket, whose connection an app may break: uvicorn's protocol, handing the transport down."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY: Final = "teststrip.transport"
_NO_LINGER: Final = struct.pack("ii", 1, 0)  # closing sends RST at once (socket(7), SO_LINGER)


class TellingProtocol(H11Protocol):
    """uvicorn's own, except that each request's scope has the connection it came over."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin as uvicorn does; `app_state` is what it copies into every scope."""
        self.app_state = {**self.app_state, _KEY: transport}
        super().connection_made(transport)


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """Return the connection that a request came over; None within a process, where there is none."""
    transport = scope.get("state", {}).get(_KEY)
    return transport if isinstance(transport, asyncio.Transport) else None


async def reset(transport: asyncio.Transport, receive: Receive) -> None:
    """Break a connection with a TCP reset: nothing more of it reaches the other side."""
    if not transport.is_closing():  # the other side may have gone before
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()
    await gone(receive)


async def close(transport: asyncio.Transport, receive: Receive) -> None:
    """Close a connection after what was written so far."""
    transport.close()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Wait until the server has noticed that the connection is no more: then an app may leave it unanswered."""
    while (await receive())["type"] != "http.disconnect":
        pass
