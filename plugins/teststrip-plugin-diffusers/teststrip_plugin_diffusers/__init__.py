"""A plugin of teststrip: an emulator's pictures, drawn by a local Hugging Face diffusers pipeline."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from teststrip.emulator.renderer import Renderer
from teststrip.hookspecs import hookimpl
from teststrip.provider.model import Provider


@hookimpl
def teststrip_renderers() -> Mapping[str, Callable[[Provider], Renderer]]:
    """Bring the renderer `diffusers`."""
    return {"diffusers": _make}


def _make(provider: Provider) -> Renderer:
    # Imported late: torch takes seconds, and who only checks a recipe draws nothing.
    from teststrip_plugin_diffusers.pipeline import load  # noqa: PLC0415  see above
    from teststrip_plugin_diffusers.renderer import DiffusersRenderer  # noqa: PLC0415  see above
    from teststrip_plugin_diffusers.settings import read_settings  # noqa: PLC0415  see above

    return DiffusersRenderer(provider, load(read_settings(os.environ)))
