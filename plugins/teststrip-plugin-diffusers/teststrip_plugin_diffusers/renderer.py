"""The renderer: one pipeline, one picture after the other, in a thread of its own."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import threading
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import torch
from PIL import Image

from teststrip.base.json import Json
from teststrip.darkroom import Exposure, encode_png
from teststrip.emulator.infotext import infotext
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.spoken import words_of
from teststrip.provider.model import Provider
from teststrip_plugin_diffusers.pipeline import Loaded
from teststrip_plugin_diffusers.schedulers import samples_so, scheduler_for
from teststrip_plugin_diffusers.wish import Wish, wish_of

_KEPT: Final = 256  # characters of a text that may be a picture and is told in full


class _Stopped(Exception):  # noqa: N818  no error: nobody waits for the picture any more
    pass


class DiffusersRenderer:
    """Draws what a page's requests ask for with a diffusers pipeline.

    The picture's seed starts a generator of its own, so that a picture depends on nothing that was drawn before.
    """

    name = "diffusers"

    def __init__(self, provider: Provider, loaded: Loaded) -> None:
        self._provider = provider
        self._loaded = loaded
        self._config = loaded.own_scheduler.config
        self._one = asyncio.Lock()
        self._ended = False

    @property
    def version(self) -> str:
        """The digest of the pipeline's files, the libraries' versions, the device and the type of its numbers."""
        return self._loaded.version

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:  # noqa: ARG002  one pipeline for all
        """Say in one sentence why the pipeline cannot draw this, or return None."""
        try:
            self._check(wish_of(self._provider, request, self._loaded.name))
        except RenderError as error:
            return str(error)
        return None

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        """Draw the request's pictures as PNG files. Raises RenderError where the pipeline refuses or fails."""
        wish = wish_of(self._provider, request, self._loaded.name)
        pictures = []
        for seed in wish.seeds:
            async with self._one:
                if self._ended:
                    raise RenderError("the renderer is closed")
                pixels = await self._in_thread(wish, seed)
            pictures.append(encode_png(pixels, self._texts(model, request, wish, seed, pixels)))
        return tuple(pictures)

    async def close(self) -> None:
        """Let go of the pipeline, once the picture that it is at has ended."""
        self._ended = True
        async with self._one:
            pass

    async def _in_thread(self, wish: Wish, seed: int) -> np.ndarray:
        """Draw in a thread; once cancelled, stop it at its next step: two at once would disturb each other."""
        stop = threading.Event()
        drawing = asyncio.ensure_future(asyncio.to_thread(self.draw, wish, seed, stop))
        try:
            return await asyncio.shield(drawing)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait({drawing})
            drawing.exception()  # it is known, and nobody's
            raise

    def draw(self, wish: Wish, seed: int, stop: threading.Event) -> np.ndarray:
        """Draw one picture in this thread: (height, width, 3), uint8. Raises RenderError; `stop` ends it early."""
        pipeline: Any = self._loaded.text if wish.image is None else self._loaded.image
        pipeline.scheduler = scheduler_for(self._config, wish.sampler, wish.noise_schedule, seed)
        width, height = self._size(wish)

        def look(_: Any, __: int, ___: Any, held: dict[str, Any]) -> dict[str, Any]:
            if stop.is_set():
                raise _Stopped
            return held

        asked: dict[str, Any] = {
            "prompt": wish.prompt,
            "negative_prompt": wish.negative_prompt,
            "num_inference_steps": wish.steps,
            "guidance_scale": wish.scale,
            "generator": torch.Generator(self._loaded.device).manual_seed(seed),
            "output_type": "pil",
            "callback_on_step_end": look,
        }
        if wish.cfg_rescale:
            asked["guidance_rescale"] = wish.cfg_rescale
        if wish.image is None:
            asked |= {"width": width, "height": height}
        else:
            asked |= {"image": _picture(wish.image, width, height), "strength": wish.strength}
        try:
            with torch.inference_mode():
                result = pipeline(**asked)
        except (ValueError, RuntimeError, TypeError, MemoryError) as error:
            raise RenderError(f"the pipeline failed: {type(error).__name__}: {str(error)[:500]}") from error
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            raise RenderError("the pipeline's own safety checker refused the picture")
        return np.asarray(result.images[0].convert("RGB"))

    def _check(self, wish: Wish) -> None:
        """Raise RenderError for what this very pipeline cannot do."""
        pipeline = self._loaded.text if wish.image is None else self._loaded.image
        if pipeline is None:
            raise RenderError(f"{self._loaded.name} makes no pictures from pictures")
        if not samples_so(self._loaded.own_scheduler):
            kind = type(self._loaded.own_scheduler).__name__
            raise RenderError(
                f"{self._loaded.name} samples with {kind} alone, for which no sampler has a counterpart"
            )
        takes = inspect.signature(pipeline.__call__).parameters
        for name, wanted in (
            ("negative_prompt", wish.negative_prompt),
            ("guidance_scale", wish.scale != 1),
            ("guidance_rescale", wish.cfg_rescale),
        ):
            if wanted and name not in takes:
                raise RenderError(f"{self._loaded.name} has no {name}, which this request needs")
        step = pipeline.vae_scale_factor
        width, height = self._size(wish)
        if width % step or height % step:
            raise RenderError(
                f"the sides of {width}x{height} are not multiples of {step}, as {self._loaded.name} asks"
            )
        for what, text in (("prompt", wish.prompt), ("negative prompt", wish.negative_prompt)):
            self._check_length(what, text)

    def _check_length(self, what: str, text: str) -> None:
        """Raise RenderError for a text of which the pipeline would read a part only."""
        tokenizer = getattr(self._loaded.text, "tokenizer", None)
        most = getattr(tokenizer, "model_max_length", None)
        if tokenizer is None or not isinstance(most, int) or most > 10**6:
            return
        count = len(tokenizer(text, truncation=False, verbose=False).input_ids)
        if count > most:
            raise RenderError(f"the {what} has {count} tokens with its ends, and {self._loaded.name} reads {most}")

    def _size(self, wish: Wish) -> tuple[int, int]:
        pipeline = self._loaded.text
        own = pipeline.unet.config.sample_size * pipeline.vae_scale_factor if hasattr(pipeline, "unet") else 512
        return wish.width or own, wish.height or own

    def _texts(
        self, model: str, request: Mapping[str, Json], wish: Wish, seed: int, pixels: np.ndarray
    ) -> dict[str, str]:
        """Return a picture's PNG texts: what drew it, in place of what, and for what request."""
        height, width, _ = pixels.shape
        software = f"teststrip diffusers {self._loaded.name} {self.version}"
        shown = Exposure(
            prompt=wish.prompt,
            negative_prompt=wish.negative_prompt,
            width=width,
            height=height,
            steps=wish.steps,
            scale=wish.scale,
            sampler=wish.sampler,
            noise_schedule=wish.noise_schedule,
            seed=seed,
        )
        comment = {
            **{
                name: value
                for name, value in request.items()
                if len(json.dumps(value)) <= _KEPT or name == "prompt"
            },
            "seed": seed,
            "renderer": f"{self.name} {self._loaded.name} {self.version}",
            "without_effect": sorted(wish.idle),
        }
        return {
            "Title": "teststrip proof",
            "Description": wish.prompt,
            "Software": software,
            "Source": f"{self._loaded.name}, in place of {model}",
            "Comment": json.dumps(comment),
            "parameters": infotext(shown, model, software, words_of(request, self._provider.roles)),
        }


def _picture(data: bytes, width: int, height: int) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    return (
        picture if picture.size == (width, height) else picture.resize((width, height), Image.Resampling.LANCZOS)
    )
