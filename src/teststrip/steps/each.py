"""Going through the pictures of a cell: each on its own, and their scores as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import TypeVar

from PIL import Image

from teststrip.errors import StepError
from teststrip.steps.model import Made, ScoreValue, Work

S = TypeVar("S")
T = TypeVar("T")


def each(pictures: Sequence[S], function: Callable[[S], T]) -> list[T]:
    """Return what a function makes of each picture; of several, a StepError names the one that it is about."""
    made: list[T] = []
    for position, picture in enumerate(pictures, 1):
        try:
            made.append(function(picture))
        except StepError as error:
            if len(pictures) == 1:
                raise
            raise StepError(f"picture {position} of {len(pictures)}: {error}") from error
    return made


def redrawn(work: Work, function: Callable[[Image.Image], Image.Image]) -> Made:
    """Return each picture redrawn, encoded as it was and with what it said."""
    return Made(pictures=tuple(each(work.shots, lambda shot: shot.encoded(function(shot.image())))))


def means(scores: Sequence[Mapping[str, float]]) -> dict[str, ScoreValue]:
    """Return each score's mean over the pictures of a cell; none for no pictures."""
    return {name: fmean(one[name] for one in scores) for name in (scores[0] if scores else ())}
