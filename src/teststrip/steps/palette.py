"""Tell a picture's main colours, and show them below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from teststrip.steps.model import AfterStep, Made, Score, Shot, Work
from teststrip.steps.options import chosen, option, schema_of, whole

if TYPE_CHECKING:
    from PIL import Image

    from teststrip.steps.mains import Main

_SHOWS: Final = ("none", "below")
_STRIP: Final = 12  # a strip is a twelfth of the longer side high
_LEAST: Final = 8  # pixels
_OPTIONS: Final = schema_of(
    {
        "colours": option(
            "integer", "colours", "How many main colours to look for.", minimum=1, maximum=16, default=5
        ),
        "show": option(
            "string",
            "show",
            "`below` adds a strip of them below each picture, each as wide as its share.",
            enum=list(_SHOWS),
            default="none",
        ),
    }
)


def palette(work: Work) -> Made:
    """Score each picture's main colours, the largest share first; of several pictures one list after another."""
    from teststrip.steps.each import each  # noqa: PLC0415  numpy and Pillow are for those who run a step

    below = chosen(work.options, "show", _SHOWS) == "below"
    count = whole(work.options, "colours") or 1

    def looked_at(shot: Shot) -> tuple[str, bytes]:
        from teststrip.steps.mains import main_colours  # noqa: PLC0415  as above
        from teststrip.steps.pictures import plain  # noqa: PLC0415  as above

        image = plain(shot.image())
        mains = main_colours(image, count)
        words = " ".join("#{:02x}{:02x}{:02x}".format(*main.rgb) for main in mains)
        return words, shot.encoded(_with_strip(image, mains)) if below else b""

    found = each(work.shots, looked_at)
    return Made(
        pictures=tuple(data for _, data in found) if below else None,
        scores={"palette": " / ".join(words for words, _ in found)},
    )


def edges(shares: Sequence[float], width: int) -> list[int]:
    """Return where the parts of a strip begin and end, in pixels; the last one ends at its width."""
    total, places = 0.0, [0]
    for share in shares:
        total += share
        places.append(min(width, round(total * width)))
    places[-1] = width
    return places


def _with_strip(image: Image.Image, mains: Sequence[Main]) -> Image.Image:
    from PIL import Image, ImageDraw  # noqa: PLC0415  see `palette`

    height = max(_LEAST, max(image.size) // _STRIP)
    made = Image.new("RGBA" if image.mode in {"LA", "RGBA"} else "RGB", (image.width, image.height + height))
    made.info = dict(image.info)
    made.paste(image.convert(made.mode))
    pen = ImageDraw.Draw(made)
    places = edges([main.share for main in mains], image.width)
    for main, left, right in zip(mains, places, places[1:], strict=False):
        if right > left:
            pen.rectangle((left, image.height, right - 1, made.height - 1), fill=main.rgb)
    return made


STEP: Final = AfterStep(
    name="palette",
    run=palette,
    summary="Tells the main colours of pictures, and shows them below.",
    options=_OPTIONS,
    scores={"palette": Score("Main colours")},
)
