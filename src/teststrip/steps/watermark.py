"""Write a text on pictures, or on a strip below them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from teststrip.base.text import visible, wrap
from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Options, Shot, Work
from teststrip.steps.options import GRAVITIES, chosen, colour, colour_of, number, option, schema_of, text, whole

if TYPE_CHECKING:
    from PIL import Image

    from teststrip.steps.lettering import Lettering

_PLACES: Final = ("over", "below", "above")
FONTS: Final = ("noto_cjk_sans_otc", "manimgx_fonts")  # the packages of the extra `fonts`
_MOST_TEXT: Final = 10_000  # characters
_OPTIONS: Final = schema_of(
    {
        "text": option(
            "string", "text", "What to write; line ends are kept, long lines are wrapped.", minLength=1
        ),
        "place": option(
            "string",
            "place",
            "`over` writes on the picture; `below` and `above` add a strip that is as high as the text needs.",
            enum=list(_PLACES),
            default="over",
        ),
        "gravity": option(
            "string",
            "gravity",
            "Where on the picture the text stands; in a strip only left, right or in the middle. Left out it is"
            " `bottom right` on a picture, and `left` in a strip.",
            enum=list(GRAVITIES),
        ),
        "size": option(
            "integer",
            "size",
            "Height of the letters in pixels; left out it is a 32nd of the picture's shorter side, at least 12.",
            minimum=6,
            maximum=1024,
        ),
        "colour": colour("colour", "Of the letters; left out white over a picture, and dark in a strip."),
        "background": colour("background", "Of the strip.", default="#ffffff"),
        "opacity": option(
            "number", "opacity", "Of letters over a picture, 0 to 1.", minimum=0, maximum=1, default=0.75
        ),
    },
    required=("text",),
)


def watermark(work: Work) -> Made:
    """Write the text on each picture. A badge tells of characters that no installed font has."""
    from teststrip.steps.each import each  # noqa: PLC0415  Pillow is for those who run a step

    said = visible(text(work.options, "text"))
    if len(said) > _MOST_TEXT:
        raise StepError(f"the text has {len(said):,} characters; a watermark takes up to {_MOST_TEXT:,}")
    found = each(work.shots, lambda shot: _marked(shot, said, work.options))
    lacking = max((lacking for _, lacking in found), default=0)
    badge = f"no font for {lacking} character{'' if lacking == 1 else 's'}"
    return Made(pictures=tuple(data for data, _ in found), badges=(badge,) if lacking else ())


def _marked(shot: Shot, said: str, options: Options) -> tuple[bytes, int]:
    from teststrip.steps.lettering import Lettering  # noqa: PLC0415  see `watermark`
    from teststrip.steps.pictures import plain  # noqa: PLC0415  see `watermark`

    image = plain(shot.image())
    letters = Lettering(whole(options, "size") or max(12, min(image.size) // 32))
    drawn = _over if chosen(options, "place", _PLACES) == "over" else _beside
    return shot.encoded(drawn(image, said, letters, options)), letters.faces.lacking(said)


def _over(image: Image.Image, said: str, letters: Lettering, options: Options) -> Image.Image:
    """Write on the picture: what does not fit in its height is cut off, which three dots tell."""
    from PIL import Image  # noqa: PLC0415  see `watermark`

    from teststrip.steps.lettering import written  # noqa: PLC0415  see `watermark`

    across, down = _gravity(options, "bottom right")
    margin = max(1, letters.size // 2)
    lines = set_in(said, (image.width - 2 * margin, image.height - 2 * margin), letters)
    top = margin + (image.height - 2 * margin - len(lines) * letters.line) * down
    placed = _placed(lines, letters, (image.width, margin), across, top)
    ink = colour_of(options, "colour") if text(options, "colour") else (255, 255, 255)
    around = (0, 0, 0) if sum(ink) > 382 else (255, 255, 255)
    opacity = number(options, "opacity")
    strength = [round(value * (1 if opacity is None else opacity)) for value in range(256)]
    # An edge of the other tone: white letters are lost on snow, and dark ones at night. Both are as opaque.
    edged = written(image.size, placed, letters, max(1, letters.size // 12))
    layer = Image.new("RGB", image.size, around)
    layer.paste(ink, (0, 0, *image.size), written(image.size, placed, letters, 0))
    layer.putalpha(edged.point(strength))
    return _as_before(Image.alpha_composite(image.convert("RGBA"), layer), image)


def _beside(image: Image.Image, said: str, letters: Lettering, options: Options) -> Image.Image:
    from PIL import Image  # noqa: PLC0415  see `watermark`

    from teststrip.steps.lettering import written  # noqa: PLC0415  see `watermark`
    from teststrip.steps.pictures import check_size  # noqa: PLC0415  see `watermark`

    across, _ = _gravity(options, "left")
    margin = max(1, letters.size // 2)
    lines = list(wrap(said, max(1, image.width - 2 * margin), letters.width))
    height = len(lines) * letters.line + 2 * margin
    check_size(image.width, image.height + height)
    paper = colour_of(options, "background")
    dark = sum(paper) > 382
    ink = colour_of(options, "colour") if text(options, "colour") else ((32, 30, 28) if dark else (245, 243, 238))
    strip = Image.new("RGB", (image.width, height), paper)
    placed = _placed(lines, letters, (image.width, margin), across, margin)
    strip.paste(ink, (0, 0, *strip.size), written(strip.size, placed, letters, 0))
    below = chosen(options, "place", _PLACES) == "below"
    made = Image.new("RGBA", (image.width, image.height + height))
    made.paste(image.convert("RGBA"), (0, 0 if below else height))
    made.paste(strip, (0, image.height if below else 0))
    return _as_before(made, image)


def _gravity(options: Options, usual: str) -> tuple[float, float]:
    return GRAVITIES[chosen(options, "gravity", tuple(GRAVITIES)) if text(options, "gravity") else usual]


def _placed(
    lines: list[str], letters: Lettering, frame: tuple[int, int], across: float, top: float
) -> list[tuple[float, float, str]]:
    """Return where each line begins; a frame is the width of the picture and the margin at both sides."""
    width, margin = frame
    baseline = top + letters.ascent
    room = width - 2 * margin
    return [
        (margin + (room - letters.width(line)) * across, round(baseline + position * letters.line), line)
        for position, line in enumerate(lines)
    ]


def set_in(said: str, room: tuple[int, int], letters: Lettering) -> list[str]:
    """Return a text in lines that fit a width and height, at least one; three dots stand for what does not fit."""
    lines = list(wrap(said, max(1, room[0]), letters.width))
    most = max(1, room[1] // letters.line)
    return lines if len(lines) <= most else [*lines[: most - 1], _shortened(lines[most - 1], room[0], letters)]


def _shortened(line: str, room: float, letters: Lettering) -> str:
    while line and letters.width(f"{line}…") > room:
        line = line[:-1]
    return f"{line}…"


def _as_before(made: Image.Image, image: Image.Image) -> Image.Image:
    """Return what was made without alpha where there was none before."""
    if image.mode in {"L", "RGB"}:
        made = made.convert("RGB")
    made.info = dict(image.info)
    return made


STEP: Final = AfterStep(
    name="watermark",
    run=watermark,
    summary="Writes a text on pictures, or on a strip below or above them.",
    options=_OPTIONS,
    # Which fonts are there is a part of what is drawn.
    version=" ".join(["1", *(package for package in FONTS if find_spec(package) is not None)]),
)
