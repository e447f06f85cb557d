"""Enlarge pictures, by a method that has a name: Lanczos here, models from plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Work
from teststrip.steps.options import chosen, number, option, schema_of

if TYPE_CHECKING:
    from PIL import Image

Method = Callable[["Image.Image", float], "Image.Image"]
"""Takes a picture (L, LA, RGB or RGBA) and a factor, and returns the enlarged picture."""


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


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {"lanczos": lanczos, "bicubic": bicubic, "nearest": nearest}
)


def enlarged(size: tuple[int, int], factor: float) -> tuple[int, int]:
    """Return a size times a factor, in pixels. Raises StepError when it is more than steps handle."""
    from teststrip.steps.pictures import check_size  # noqa: PLC0415  see `lanczos`

    made = max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
    check_size(*made)
    return made


def upscale_step(methods: Mapping[str, Method] = METHODS, name: str = "upscale") -> AfterStep:
    """Return a step with these methods, of which a recipe names one; the first is the default."""

    def upscale(work: Work) -> Made:
        from teststrip.steps.each import redrawn  # noqa: PLC0415  see `lanczos`
        from teststrip.steps.pictures import plain  # noqa: PLC0415  see `lanczos`

        method = methods[chosen(work.options, "method", tuple(methods))]
        factor = number(work.options, "factor")
        if factor is None:
            raise StepError("factor is missing")
        return redrawn(work, lambda image: method(plain(image), factor))

    return AfterStep(
        name=name,
        run=upscale,
        summary="Enlarges pictures by a factor.",
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


STEP: Final = upscale_step()
