"""The emulator as a process of its own, whose pictures are all the same megabyte, drawn in no time.

It prints its address. The first poll of each prediction finds it unfinished, the second one finished.
"""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Mapping

from PIL import Image
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from teststrip.base.json import Json
from teststrip.emulator.app import create_app
from teststrip.emulator.serve import serve
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.catalogue import find_provider

SIDE = 592  # of noise, which no deflate makes smaller: 1.05 MB


class Fixed:
    """Draws one picture, always the same."""

    name = "fixed"
    version = "1"

    def __init__(self) -> None:
        noise = random.Random(0).randbytes(3 * SIDE * SIDE)  # noqa: S311  a picture, no secret
        stream = io.BytesIO()
        Image.frombytes("RGB", (SIDE, SIDE), noise).save(stream, "PNG", compress_level=1)
        self.picture = stream.getvalue()

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:  # noqa: ARG002
        """Refuse nothing."""
        return None

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:  # noqa: ARG002
        """Hand it out."""
        return (self.picture,)

    async def close(self) -> None:
        """Hold nothing."""


class TwoPolls:
    """ASGI middleware that answers the first poll of each prediction itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._asked: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one exchange."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.endswith("/result") and path not in self._asked:
            self._asked.add(path)
            await JSONResponse({"code": 200, "data": {"status": "processing", "outputs": []}})(
                scope, receive, send
            )
        else:
            await self._app(scope, receive, send)


def main() -> None:
    """Serve until killed."""
    provider = find_provider("gptproto")
    assert provider is not None  # noqa: S101  it is bundled
    app = TwoPolls(create_app(provider, Fixed(), EmulatorSettings()))
    asyncio.run(serve(app, on_ready=lambda url: print(url, flush=True)))


if __name__ == "__main__":
    main()
