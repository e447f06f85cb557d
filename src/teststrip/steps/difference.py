"""Tell how far pictures are from those of another cell or a file, and show where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Score, Shot, Work
from teststrip.steps.options import chosen, number, option, schema_of

FULL: Final = 0.25  # in OKLab, where 0.02 is just seen (CSS Color 4, 13.2) and red and blue are 0.54 apart
_SHOWS: Final = ("none", "heatmap", "both")
_SIZES: Final = ("refuse", "resize")
_DIGITS: Final = 6  # what comes after is the noise of single precision
_OPTIONS: Final = schema_of(
    {
        "show": option(
            "string",
            "show",
            "`heatmap` puts a heat map of the difference in each picture's place, `both` adds it after them.",
            enum=list(_SHOWS),
            default="none",
        ),
        "full": option(
            "number",
            "full heat",
            "The difference that has the hottest colour; black and white are 1 apart (OKLab). The same in all"
            " cells, so that their heat maps can be compared.",
            exclusiveMinimum=0,
            maximum=1,
            default=FULL,
        ),
        "sizes": option(
            "string",
            "other sizes",
            "What to do where the sizes differ: `refuse`, or `resize` the reference to the picture.",
            enum=list(_SIZES),
            default="refuse",
        ),
    }
)


def difference(work: Work) -> Made:
    """Hold each picture against the one in its place in the reference, or all against its only one."""
    from teststrip.steps.each import each, means  # noqa: PLC0415  numpy and Pillow are for those who run a step

    references = _references(work)
    show = chosen(work.options, "show", _SHOWS)
    pairs = list(zip(work.shots, references, strict=True))
    found = each(pairs, lambda pair: _compared(*pair, work, drawn=show != "none"))
    scores = means([scores for scores, _ in found])
    maps = tuple(drawn for _, drawn in found if drawn)
    if show == "none":
        return Made(scores=scores)
    return Made(
        pictures=maps if show == "heatmap" else (*(shot.data for shot in work.shots), *maps), scores=scores
    )


def _references(work: Work) -> Sequence[Shot]:
    if not work.against:
        raise StepError("there is nothing to compare with: `against` names a cell or a file")
    if len(work.against) == 1:
        return work.against * len(work.shots)
    if len(work.against) != len(work.shots):
        raise StepError(f"the reference has {len(work.against)} pictures, and this cell {len(work.shots)}")
    return work.against


def _compared(shot: Shot, reference: Shot, work: Work, *, drawn: bool) -> tuple[dict[str, float], bytes]:
    from PIL.Image import Resampling  # noqa: PLC0415  see `difference`

    from teststrip.steps.encode import encode_png  # noqa: PLC0415  see `difference`
    from teststrip.steps.hashing import distance, hash_of  # noqa: PLC0415  see `difference`
    from teststrip.steps.heat import heat_map  # noqa: PLC0415  see `difference`
    from teststrip.steps.likeness import differences, mean_difference, ssim  # noqa: PLC0415  see `difference`
    from teststrip.steps.numbers import pixels  # noqa: PLC0415  see `difference`
    from teststrip.steps.pictures import plain  # noqa: PLC0415  see `difference`

    image, other = plain(shot.image()), plain(reference.image())
    if image.size != other.size:
        if chosen(work.options, "sizes", _SIZES) == "refuse":
            raise StepError(
                f"the picture is {image.width}x{image.height} and the reference {other.width}x{other.height};"
                " `sizes: resize` compares them all the same"
            )
        other = other.resize(image.size, Resampling.LANCZOS)
    one, two = pixels(image), pixels(other)
    scores = {
        "ssim": round(ssim(one, two), _DIGITS),
        "mean_difference": round(mean_difference(one, two), _DIGITS),
        "hash_distance": float(distance(hash_of(image), hash_of(other))),
    }
    if not drawn:
        return scores, b""
    return scores, encode_png(heat_map(differences(one, two), number(work.options, "full") or FULL))


STEP: Final = AfterStep(
    name="difference",
    run=difference,
    summary="Scores how far pictures are from those of another cell or a file, and draws where as a heat map.",
    options=_OPTIONS,
    reference=True,
    scores={
        "ssim": Score("SSIM", digits=3),
        "mean_difference": Score("Mean difference", digits=3),
        "hash_distance": Score("Hash distance", digits=0),
    },
)
