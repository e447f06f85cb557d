"""Enlarge pictures, by a method that has a name: Lanczos here, models from plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Work
from teststrip.steps.options import chosen, number, option, schema_of

if TYPE_CHECKING:
    from PIL import Image

Method = Callable[["Image.Image", float], "Image.Image"]
"""Takes a picture (L, LA, RGB or RGBA) and a factor, and returns the enlarged picture."""


@dataclass(frozen=True, slots=True)
class Upscaler:
    """A plugin's method: the same picture and factor give the same picture, unless `version` changes.

    The picture that `enlarge` returns is of the size that `enlarged` gives, or the step fails.
    """

    enlarge: Method
    version: str = "1"


def lanczos(image: Image.Image, factor: float) -> Image.Image:
    """Enlarge with a Lanczos window of three lobes (Duchon 1979), each axis by itself."""
    from PIL.Image import Resampling  # noqa: PLC0415  Pillow is for those who run a step

    return image.resize(enlarged(image.size, factor), Resampling.LANCZOS)


def bicubic(image: Image.Image, factor: float) -> Image.Image:
    """Enlarge by cubic convolution (Keys 1981), which rings less at hard edges."""
    from PIL.Image import Resampling  # noqa: PLC0415  see `lanczos`

    return image.resize(enlarged(image.size, factor), Resampling.BICUBIC)


def nearest(image: Image.Image, factor: float) -> Image.Image:
    """Repeat pixels: what pixel art wants."""
    from PIL.Image import Resampling  # noqa: PLC0415  see `lanczos`

    return image.resize(enlarged(image.size, factor), Resampling.NEAREST)


_VERSION: Final = "1"
METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {"lanczos": lanczos, "bicubic": bicubic, "nearest": nearest}
)


def enlarged(size: tuple[int, int], factor: float) -> tuple[int, int]:
    """Return a size times a factor, in pixels. Raises StepError when it is more than steps handle."""
    from teststrip.steps.pictures import check_size  # noqa: PLC0415  see `lanczos`

    made = max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
    check_size(*made)
    return made


def upscale_step(brought: Mapping[str, Upscaler] | None = None) -> AfterStep:
    """Return the step with our own methods and those that plugins bring, of which a recipe names one."""
    more = brought or {}
    methods = {**METHODS, **{name: _held(name, one) for name, one in more.items()}}

    def upscale(work: Work) -> Made:
        from teststrip.steps.each import redrawn  # noqa: PLC0415  see `lanczos`
        from teststrip.steps.pictures import plain  # noqa: PLC0415  see `lanczos`

        method = methods[chosen(work.options, "method", tuple(methods))]
        factor = number(work.options, "factor")
        if factor is None:
            raise StepError("factor is missing")
        return redrawn(work, lambda image: method(plain(image), factor))

    return AfterStep(
        name="upscale",
        run=upscale,
        summary="Enlarges pictures by a factor.",
        version=" ".join([_VERSION, *(f"{name}={more[name].version}" for name in sorted(more))]),
        options=schema_of(
            {
                "factor": option("number", "factor", "How many times as wide.", minimum=1, maximum=16, default=2),
                "method": option(
                    "string",
                    "method",
                    "How pixels are made up: `lanczos` is sharp, `bicubic` rings less, `nearest` repeats them.",
                    enum=list(methods),
                    default=next(iter(methods)),
                ),
            }
        ),
    )


def _held(name: str, brought: Upscaler) -> Method:
    """Return a plugin's method that is held to the size that it was asked for."""

    def enlarge(image: Image.Image, factor: float) -> Image.Image:
        wanted = enlarged(image.size, factor)
        made = brought.enlarge(image, factor)
        size = getattr(made, "size", None)
        if size != wanted:
            raise StepError(f"the method {name} made {size}, where {wanted[0]}x{wanted[1]} was asked for")
        return made

    return enlarge


STEP: Final = upscale_step()
