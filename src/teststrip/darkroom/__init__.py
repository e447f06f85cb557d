"""The offline renderer: a real diffusion sampler on a toy world (numpy and Pillow only)."""

from teststrip.darkroom.errors import DarkroomError
from teststrip.darkroom.png import encode_png
from teststrip.darkroom.render import RENDERER_VERSION, Exposure, Picture, render
from teststrip.darkroom.samplers import SAMPLERS
from teststrip.darkroom.schedule import NOISE_SCHEDULES

__all__ = [
    "NOISE_SCHEDULES",
    "RENDERER_VERSION",
    "SAMPLERS",
    "DarkroomError",
    "Exposure",
    "Picture",
    "encode_png",
    "render",
]
