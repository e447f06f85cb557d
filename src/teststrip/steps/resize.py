"""Resize pictures: to a box, by a factor, or to a side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.steps.model import AfterStep, Made, Options, Work
from teststrip.steps.options import apart, at_least_one, chosen, number, option, schema_of, side, whole

if TYPE_CHECKING:
    from PIL import Image

FILTERS: Final = ("lanczos", "bicubic", "bilinear", "box", "nearest")
FITS: Final = ("inside", "cover", "stretch")
_OPTIONS: Final = schema_of(
    {
        "width": side("width", "Pixels across; alone, the height follows."),
        "height": side("height", "Pixels down; alone, the width follows."),
        "scale": option(
            "number", "scale", "A factor for both sides, in place of them.", exclusiveMinimum=0, maximum=16
        ),
        "fit": option(
            "string",
            "fit",
            "Where both sides are given: `inside` keeps the aspect and fits into them, `cover` keeps it and cuts"
            " off what is over, `stretch` gives exactly these.",
            enum=list(FITS),
            default="inside",
        ),
        "filter": option("string", "filter", "How pixels are weighed.", enum=list(FILTERS), default="lanczos"),
    },
    allOf=[
        at_least_one("width", "height", "scale"),
        apart("scale", ("width", "height"), "scale stands alone: it takes the place of width and height"),
    ],
)


def sizes(size: tuple[int, int], options: Options) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the size to scale to, and the size to keep of that, in pixels. Sides are at least 1."""
    width, height = size
    scale = number(options, "scale")
    if scale is not None:
        made = max(1, round(width * scale)), max(1, round(height * scale))
        return made, made
    wide, high = whole(options, "width"), whole(options, "height")
    fit = chosen(options, "fit", FITS)
    if wide is not None and high is not None:
        if fit == "stretch":
            return (wide, high), (wide, high)
        factor = (min if fit == "inside" else max)(wide / width, high / height)
    else:
        factor = (wide or 0) / width or (high or 0) / height
    made = max(1, round(width * factor)), max(1, round(height * factor))
    if fit == "cover" and wide is not None and high is not None:
        # Rounding may leave a pixel less than is to be kept.
        return (max(made[0], wide), max(made[1], high)), (wide, high)
    return made, made


def resize(work: Work) -> Made:
    """Resize each picture."""
    from teststrip.steps.each import redrawn  # noqa: PLC0415  Pillow is for those who run a step

    return redrawn(work, lambda image: _resized(image, work.options))


def _resized(image: Image.Image, options: Options) -> Image.Image:
    from PIL.Image import Resampling  # noqa: PLC0415  see `resize`

    from teststrip.steps.pictures import check_size, plain  # noqa: PLC0415  see `resize`

    image = plain(image)
    made, kept = sizes(image.size, options)
    check_size(*made)
    weighed = Resampling[chosen(options, "filter", FILTERS).upper()]
    left, top = (made[0] - kept[0]) // 2, (made[1] - kept[1]) // 2
    return image.resize(made, weighed).crop((left, top, left + kept[0], top + kept[1]))


STEP: Final = AfterStep(
    name="resize",
    run=resize,
    summary="Resizes pictures to a width, a height, a box or by a factor.",
    options=_OPTIONS,
)
