"""A score of natural image quality that needs no reference and no download: BRISQUE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from teststrip.hookspecs import hookimpl
from teststrip.steps.model import AfterStep, Made, Score, Step, Work


def brisque(work: Work) -> Made:
    """Score each picture; of several pictures, the mean."""
    # Imported late: numpy and the model are for those who run the step.
    from teststrip.steps.each import each, means  # noqa: PLC0415
    from teststrip_plugin_brisque.score import scored  # noqa: PLC0415

    return Made(scores=means(each(work.shots, lambda shot: {"brisque": scored(shot.image())})))


STEP: Final = AfterStep(
    name="brisque",
    run=brisque,
    summary="Scores blur, noise and compression as people see them in photographs (BRISQUE); less is better.",
    scores={"brisque": Score("BRISQUE", digits=1)},
)


@hookimpl
def teststrip_steps() -> Iterable[Step]:
    """Bring the step."""
    return [STEP]
