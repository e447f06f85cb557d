"""Write pictures in another format, with what their files say or without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Shot, Work
from teststrip.steps.options import chosen, colour, colour_of, flag, option, schema_of, whole

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "jpeg": "image/jpeg",
}
_METADATA: Final = ("carry", "strip")
_OPTIONS: Final = schema_of(
    {
        "to": option("string", "format", "What the pictures become.", enum=list(MEDIA_TYPES)),
        "quality": option(
            "integer",
            "quality",
            "1 to 100, for what loses; left out it is 92 for jpeg, 90 for webp, 80 for avif. A picture of that"
            " format already stays byte for byte, unless this is given.",
            minimum=1,
            maximum=100,
        ),
        "lossless": option(
            "boolean",
            "lossless",
            "Whether webp keeps every pixel as it is; png always does, jpeg and avif cannot.",
            default=False,
        ),
        "metadata": option(
            "string",
            "metadata",
            "`carry` takes along what the files say of how they were made; `strip` leaves all of it out, and what"
            " is hidden in the lowest bits of pixels too, but for the colour profile.",
            enum=list(_METADATA),
            default="carry",
        ),
        "background": colour(
            "background", "What shows through where jpeg cannot be transparent.", default="#ffffff"
        ),
    },
    required=("to",),
    allOf=[
        {
            "if": {"properties": {"lossless": {"const": True}}, "required": ["lossless", "to"]},
            "then": {
                "properties": {
                    "to": {
                        "enum": ["png", "webp"],
                        "title": "format without loss",
                    }
                }
            },
        }
    ],
)


def change_format(work: Work) -> Made:
    """Write each picture in the format that is asked for."""
    from teststrip.steps.each import each  # noqa: PLC0415  Pillow is for those who run a step

    return Made(pictures=tuple(each(work.shots, lambda shot: _changed(shot, work))))


def _changed(shot: Shot, work: Work) -> bytes:
    from teststrip.steps.encode import Coding, coding_of, encoded  # noqa: PLC0415  see `change_format`
    from teststrip.steps.hidden import without_hidden  # noqa: PLC0415  see `change_format`
    from teststrip.steps.said import colours_only, said_in  # noqa: PLC0415  see `change_format`

    options = work.options
    kind = chosen(options, "to", tuple(MEDIA_TYPES))
    media_type, quality = MEDIA_TYPES[kind], whole(options, "quality")
    lossless = flag(options, "lossless")
    if lossless and kind not in {"png", "webp"}:
        raise StepError(f"{kind} cannot be lossless; png and webp can")
    data, image = shot.data, shot.image()
    same = shot.media_type == media_type and (quality is None or kind == "png")
    strip = chosen(options, "metadata", _METADATA) == "strip"
    if same and not strip and not lossless:
        return data
    said = said_in(data)
    if same and not lossless:
        coding = coding_of(data, media_type)
    else:
        coding = Coding(media_type, quality, lossless=lossless, paper=colour_of(options, "background"))
    return encoded(without_hidden(image) if strip else image, coding, colours_only(said) if strip else said)


STEP: Final = AfterStep(
    name="format",
    run=change_format,
    summary="Writes pictures as PNG, WebP, AVIF or JPEG, with their metadata or without.",
    options=_OPTIONS,
)
