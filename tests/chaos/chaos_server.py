"""The emulator as a process of its own: the API of a page, under a fault plan, with a file of charges.

`chaos_server.py PAGE FAULTS CHARGES` prints its address. Pictures are one colour each, drawn in no time.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from teststrip.base.json import Json, digest
from teststrip.emulator.app import create_app
from teststrip.emulator.faults import read_faults
from teststrip.emulator.serve import serve
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.page import read_page


class Colours:
    """Draws a small square in a colour of the request's own."""

    name = "colours"
    version = "1"

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:  # noqa: ARG002
        """Refuse nothing."""
        return None

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        """Draw it."""
        stream = io.BytesIO()
        Image.new("RGB", (64, 64), f"#{digest({'model': model, **request})[:6]}").save(stream, "PNG")
        return (stream.getvalue(),)

    async def close(self) -> None:
        """Hold nothing."""


def main() -> None:
    """Serve until killed."""
    page, faults, charges = map(Path, sys.argv[1:])
    provider = read_page(page.read_text("utf-8"), page.name)
    settings = EmulatorSettings(
        charges=charges,
        faults=read_faults(faults.read_text("utf-8"), faults.name, provider),
        latency={"submit": (0.0, 0.06), "poll": (0.0, 0.02), "picture": (0.0, 0.03)},
        delay=0.05,
    )
    app = create_app(provider, Colours(), settings)
    asyncio.run(serve(app, on_ready=lambda url: print(url, flush=True)))  # noqa: T201  read by the harness


if __name__ == "__main__":
    main()
