"""Mark pictures that look like an earlier one of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Options, Score, ScoreValue, Work
from teststrip.steps.options import option, schema_of, whole

_PLACE: Final = "${{ cell.place }}"
_OPTIONS: Final = schema_of(
    {
        "distance": option(
            "integer",
            "distance",
            "In how many of 64 bits two perceptual hashes may differ and still be of like pictures.",
            minimum=0,
            maximum=32,
            default=6,
        ),
        "title": option("string", "Title", "What the cells that look like this one call it.", default=_PLACE),
    }
)


def near_duplicates(works: Sequence[Work]) -> Sequence[Made]:
    """Hold each cell's pictures against those of the cells before it, in the order of the plan.

    A cell with a picture that cannot be decoded is left out, which a badge tells: the others have nothing to do
    with it.
    """
    from teststrip.steps.hashing import nearest_earlier  # noqa: PLC0415  numpy is for those who run a step

    found = [_hashes(work) for work in works]
    hashes = [value for one in found for value in one or ()]
    groups = [group for group, one in enumerate(found) for _ in one or ()]
    names = [
        str(work.options["title"])
        for work, one in zip(works, found, strict=True)
        if one is not None
        for _ in work.shots
    ]
    best: dict[int, tuple[int, int]] = {}
    for group, near in zip(groups, nearest_earlier(hashes, groups), strict=True):
        if near is not None:
            best[group] = min(near, best.get(group, near))
    nothing: dict[str, ScoreValue] = {"nearest": None, "like": None}
    return [
        Made(scores=nothing, badges=("cannot be compared",))
        if one is None
        else _made(best.get(group), names, work.options)
        for group, (work, one) in enumerate(zip(works, found, strict=True))
    ]


def _hashes(work: Work) -> list[int] | None:
    """Return the hash of each picture of a cell; None where one cannot be decoded."""
    from teststrip.steps.hashing import hash_of, hash_of_tone  # noqa: PLC0415  as above

    try:
        images = [shot.image() for shot in work.shots]
        # Without any shape, all pictures of one tone would be alike, black and white.
        return [hash_of(image) or hash_of_tone(image) for image in images]
    except StepError:
        return None


def _made(near: tuple[int, int] | None, names: Sequence[str], options: Options) -> Made:
    if near is None:
        return Made(scores={"nearest": None, "like": None})
    apart, at = near
    alike = apart <= (whole(options, "distance") or 0)
    return Made(
        scores={"nearest": apart, "like": names[at] if alike else None},
        badges=("near-duplicate",) if alike else (),
    )


STEP: Final = AfterStep(
    name="near-duplicates",
    run=near_duplicates,
    summary="Marks pictures that look like one of an earlier cell.",
    options=_OPTIONS,
    among=True,
    scores={
        "nearest": Score("Bits to the nearest earlier picture", digits=0, shown=False),
        "like": Score("Looks like", shown=False),
    },
)
