"""What draws the pictures inside an emulator: the darkroom, or a plugin's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from teststrip.base.json import Json
from teststrip.errors import TeststripError


class RenderError(TeststripError):
    """A picture could not be drawn; the message becomes the prediction's error."""


class Renderer(Protocol):
    """Draws what a request asks for. Whoever makes a renderer closes it."""

    @property
    def name(self) -> str:
        """The renderer's name; with the version it tells one renderer's proofs from another's."""
        ...

    @property
    def version(self) -> str:
        """What changes whenever the same request gives other bytes."""
        ...

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:
        """Say in one sentence why this request cannot be drawn, or return None.

        `model` is an id of the page, `request` fits the page's schema and has its defaults filled in.
        """
        ...

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        """Draw the pictures of a checked request, as the bytes of image files; picture i uses seed + i.

        Raises RenderError when the drawing fails; the prediction then ends as failed.
        """
        ...

    async def close(self) -> None:
        """Let go of processes, devices and memory; safe to call twice."""
        ...
