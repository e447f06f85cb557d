"""The viewer on a port of this machine, by uvicorn, until Ctrl-C."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from teststrip.base.serving import LOOPBACK, TellingServer
from teststrip.errors import UsageError
from teststrip.viewer.app import Settings, create_app
from teststrip.viewer.guard import Guard

_GRACE: Final = 1  # seconds that open answers get at the end: streams never end by themselves


def new_token() -> str:
    """Make a token that nobody guesses."""
    return secrets.token_urlsafe(24)


def serve(settings: Settings, port: int, token: str | None, on_ready: Callable[[str], None]) -> None:
    """Serve on loopback until SIGINT or SIGTERM; `on_ready` hears the base URL. Port 0 takes a free one.

    Raises UsageError when the port cannot be had.
    """
    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as error:
        said = f"cannot listen on {LOOPBACK} port {port}: {error.strerror or error}; choose another with --port"
        raise UsageError(said) from None
    taken = listener.getsockname()[1]
    app = Guard(create_app(settings), taken, token)
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,  # logging belongs to whoever runs the program
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = TellingServer(config, lambda: on_ready(f"http://{LOOPBACK}:{taken}"))
    server.run(sockets=[listener])
