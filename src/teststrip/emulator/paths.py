"""Paths as servers behind a proxy take them: `//api/v3` and `/api/v3/` are `/api/v3`.

Whoever puts a base address with a slash at its end before a path gets the one, many a router's helper the other. A
redirect would not do: clients follow none for a POST, or turn it into a GET. A client that takes the server for a
proxy writes the whole address, which every server understands (RFC 9112, 3.2.2).
"""

from __future__ import annotations

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

_ORIGIN: Final = re.compile("^https?://[^/]*", re.IGNORECASE)
_SLASHES: Final = re.compile("/{2,}")


class TidyPaths:
    """ASGI middleware that takes out of a path what is no part of it: an origin, slashes too many."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange."""
        if scope["type"] == "http":
            path = _SLASHES.sub("/", _ORIGIN.sub("", scope["path"]))
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await self._app(scope, receive, send)
