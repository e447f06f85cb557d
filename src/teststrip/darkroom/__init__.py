"""The offline renderer: a real diffusion sampler on a toy world (numpy and Pillow only).

Its version is known at once; what draws is imported when it is asked for, since a run of which all is drawn
already should not wait for numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from teststrip.darkroom.conditions import Character, Control, Reference, Start, Vibe
    from teststrip.darkroom.errors import DarkroomError
    from teststrip.darkroom.exposure import Exposure, Picture, render, render_bands
    from teststrip.darkroom.png import encode_bands, encode_png
    from teststrip.darkroom.samplers import SAMPLERS
    from teststrip.darkroom.schedule import NOISE_SCHEDULES

RENDERER_VERSION: Final = "4"  # changes whenever the pixels of any exposure change

__all__ = [
    "NOISE_SCHEDULES",
    "RENDERER_VERSION",
    "SAMPLERS",
    "Character",
    "Control",
    "DarkroomError",
    "Exposure",
    "Picture",
    "Reference",
    "Start",
    "Vibe",
    "encode_bands",
    "encode_png",
    "render",
    "render_bands",
]

_WHERE: Final = {
    "DarkroomError": "errors",
    "encode_bands": "png",
    "encode_png": "png",
    "Exposure": "exposure",
    "Picture": "exposure",
    "render": "exposure",
    "render_bands": "exposure",
    "Character": "conditions",
    "Control": "conditions",
    "Reference": "conditions",
    "Start": "conditions",
    "Vibe": "conditions",
    "SAMPLERS": "samplers",
    "NOISE_SCHEDULES": "schedule",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
