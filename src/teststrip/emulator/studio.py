"""Where accepted requests are drawn: the shelf of predictions, and the drawings that are under way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from teststrip.base.clock import Clock
from teststrip.base.json import Json
from teststrip.emulator.predictions import Prediction, Shelf
from teststrip.emulator.renderer import Renderer, RenderError
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.model import Phase


@dataclass(frozen=True, slots=True)
class Fate:
    """How a prediction is to end whatever is drawn: in `phase` with `error`, after `seconds`; or `never`."""

    phase: Phase = "failed"
    error: str = ""
    seconds: float = 0.0
    never: bool = False


class Studio:
    """Draws, and remembers what became of it."""

    def __init__(self, renderer: Renderer, settings: EmulatorSettings, clock: Clock) -> None:
        self._renderer = renderer
        self._delay = settings.delay
        self._clock = clock
        self._shelf = Shelf(settings.keep, settings.keep_bytes)
        self._drawings: dict[str, asyncio.Task[None]] = {}

    @property
    def unfinished(self) -> int:
        """How many predictions are still being drawn."""
        return self._shelf.unfinished

    def get(self, prediction_id: str) -> Prediction | None:
        """Return a prediction as it stands, or None when it was never here or has been dropped."""
        return self._shelf.get(prediction_id)

    def start(self, prediction: Prediction, request: Mapping[str, Json], fate: Fate | None) -> None:
        """Begin to draw an accepted request."""
        self._shelf.put(replace(prediction, phase="running"))  # what the first poll sees
        drawing = asyncio.create_task(self._draw(prediction, request, fate))
        self._drawings[prediction.id] = drawing
        drawing.add_done_callback(lambda _: self._drawings.pop(prediction.id, None))

    async def wait(self, prediction: Prediction) -> Prediction:
        """Wait until a prediction is drawn, and return it as it then stands."""
        drawing = self._drawings.get(prediction.id)
        if drawing is not None:
            await asyncio.wait({drawing})
        return self._shelf.get(prediction.id) or prediction

    async def close(self) -> None:
        """Stop the drawings that are under way."""
        drawings = tuple(self._drawings.values())
        for drawing in drawings:
            drawing.cancel()
        await asyncio.gather(*drawings, return_exceptions=True)

    async def _draw(self, prediction: Prediction, request: Mapping[str, Json], fate: Fate | None) -> None:
        began = self._clock.monotonic()
        if fate is None:
            phase, pictures, error = await self._drawn(prediction, request)
        elif fate.never:
            return  # on the shelf it stays as it is: under way
        else:
            await self._clock.sleep(fate.seconds)
            phase, pictures, error = fate.phase, (), fate.error
        left = self._delay - (self._clock.monotonic() - began)
        if left > 0:
            await self._clock.sleep(left)
        seconds = self._clock.monotonic() - began
        self._shelf.put(replace(prediction, phase=phase, pictures=pictures, error=error, seconds=seconds))

    async def _drawn(
        self, prediction: Prediction, request: Mapping[str, Json]
    ) -> tuple[Phase, tuple[bytes, ...], str]:
        error = "the renderer gave no picture"
        try:
            pictures = await self._renderer.render(prediction.model, request)
        except RenderError as known:
            pictures, error = (), str(known)
        except Exception as unknown:  # noqa: BLE001  a plugin's renderer: whatever it raises is this prediction's failure
            pictures = ()
            error = f"the renderer {self._renderer.name!r} failed: {type(unknown).__name__}: {unknown}"
        return ("done", pictures, "") if pictures else ("failed", (), error)
