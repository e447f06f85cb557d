"""A server on a real port, by uvicorn, that says when it is ready."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

import uvicorn

LOOPBACK: Final = "127.0.0.1"


class TellingServer(uvicorn.Server):
    """A uvicorn server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then tell."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()
