"""Mark pictures that look like an earlier one of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from teststrip.errors import StepError
from teststrip.steps.model import AfterStep, Made, Score, Work
from teststrip.steps.options import option, schema_of, whole

_OPTIONS: Final = schema_of(
    {
        "distance": option(
            "integer",
            "Distance",
            "In how many of 64 bits two perceptual hashes may differ and still be of like pictures.",
            minimum=0,
            maximum=32,
            default=6,
        ),
    }
)


def near_duplicates(works: Sequence[Work]) -> Sequence[Made]:
    """Hold each cell's pictures against those of the cells before it, in the order of the plan."""
    from teststrip.steps.each import each  # noqa: PLC0415  numpy and Pillow are for those who run a step
    from teststrip.steps.hashing import hash_of, nearest_earlier  # noqa: PLC0415  as above

    hashes: list[int] = []
    groups: list[int] = []
    names: list[str] = []
    for group, work in enumerate(works):
        try:
            hashes += each(work.shots, lambda shot: hash_of(shot.image()))
        except StepError as error:
            raise StepError(f"cell {group + 1} of those with pictures: {error}") from error
        groups += [group] * len(work.shots)
        names += [shot.sha256[:8] for shot in work.shots]
    best: dict[int, tuple[int, int]] = {}
    for group, near in zip(groups, nearest_earlier(hashes, groups), strict=True):
        if near is not None:
            best[group] = min(near, best.get(group, near))
    return [_made(best.get(group), names, work) for group, work in enumerate(works)]


def _made(near: tuple[int, int] | None, names: Sequence[str], work: Work) -> Made:
    if near is None:
        return Made(scores={"nearest": None, "like": None})
    apart, at = near
    alike = apart <= (whole(work.options, "distance") or 0)
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
        "like": Score("Looks like", shown=True),
    },
)
