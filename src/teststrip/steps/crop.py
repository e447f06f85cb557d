"""Crop pictures: to a box, to a size or to an aspect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Options, Work
from teststrip.steps.options import GRAVITIES, apart, at_least_one, chosen, option, schema_of, side, text, whole

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[int, int, int, int]

_ASPECT: Final = re.compile(r" *([0-9]{1,5}(?:\.[0-9]{1,5})?) *[:/x] *([0-9]{1,5}(?:\.[0-9]{1,5})?) *")
_OPTIONS: Final = schema_of(
    {
        "box": option(
            "array",
            "box",
            "Left, top, width and height, in pixels; what reaches beyond the picture is left out.",
            items={"type": "integer", "minimum": 0, "maximum": 65535},
            minItems=4,
            maxItems=4,
        ),
        "aspect": option(
            "string",
            "aspect",
            "Width to height, such as 3:2; as much is kept as there is.",
            pattern=f"^{_ASPECT.pattern}$",
            **{"x-teststrip-expects": "an aspect; write width to height, such as 3:2"},
        ),
        "width": side("width", "Pixels across to keep, at most what there is."),
        "height": side("height", "Pixels down to keep, at most what there is."),
        "gravity": option(
            "string",
            "gravity",
            "What is kept where only a size or an aspect is given.",
            enum=list(GRAVITIES),
            default="center",
        ),
    },
    allOf=[
        at_least_one("box", "aspect", "width", "height"),
        apart(
            "box",
            ("aspect", "width", "height"),
            "a box stands alone: it says all that aspect, width and height do",
        ),
        apart("aspect", ("width", "height"), "an aspect stands alone: as much of it is kept as there is"),
    ],
)


def box_of(size: tuple[int, int], options: Options) -> Box:
    """Return left, top, right and bottom of what is kept, in pixels, inside the picture and at least one pixel.

    Raises StepError for a box that lies outside, and for an aspect that is none.
    """
    width, height = size
    given = options.get("box")
    if isinstance(given, Sequence) and not isinstance(given, str):
        left, top, wide, high = (int(part) for part in given if isinstance(part, int | float))
        right, bottom = min(left + wide, width), min(top + high, height)
        if left >= right or top >= bottom:
            raise StepError(
                f"the box {[left, top, wide, high]} has nothing of the picture, which is {width}x{height}"
            )
        return left, top, right, bottom
    aspect = text(options, "aspect")
    if aspect:
        wide, high = _of_aspect(width, height, aspect)
    else:
        wide = min(whole(options, "width") or width, width)
        high = min(whole(options, "height") or height, height)
    across, down = GRAVITIES[chosen(options, "gravity", tuple(GRAVITIES))]
    left, top = int((width - wide) * across), int((height - high) * down)
    return left, top, left + wide, top + high


def _of_aspect(width: int, height: int, aspect: str) -> tuple[int, int]:
    found = _ASPECT.fullmatch(aspect)
    if found is None or not float(found[1]) or not float(found[2]):
        raise StepError(f"aspect: {aspect!r} is not one; write width to height, such as 3:2")
    ratio = float(found[1]) / float(found[2])
    if width / height > ratio:
        return min(width, max(1, round(height * ratio))), height
    return width, min(height, max(1, round(width / ratio)))


def crop(work: Work) -> Made:
    """Crop each picture."""
    from teststrip.steps.each import redrawn  # noqa: PLC0415  Pillow is for those who run a step

    def cropped(image: Image.Image) -> Image.Image:
        return image.crop(box_of(image.size, work.options))

    return redrawn(work, cropped)


STEP: Final = AfterStep(
    name="crop", run=crop, summary="Crops pictures to a box, an aspect or a size.", options=_OPTIONS
)
