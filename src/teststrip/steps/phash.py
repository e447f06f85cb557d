"""Tell a picture's perceptual hash."""

from __future__ import annotations

from typing import Final

from teststrip.steps.model import AfterStep, Made, Score, Work


def phash(work: Work) -> Made:
    """Score each picture's hash, 16 hexadecimal digits; of several pictures one after another."""
    from teststrip.steps.each import each  # noqa: PLC0415  numpy and Pillow are for those who run a step
    from teststrip.steps.hashing import hash_of, hexadecimal  # noqa: PLC0415  as above

    return Made(scores={"phash": " ".join(each(work.shots, lambda shot: hexadecimal(hash_of(shot.image()))))})


STEP: Final = AfterStep(
    name="phash",
    run=phash,
    summary="Tells the perceptual hash of pictures: 64 bits that stay alike while they look alike.",
    scores={"phash": Score("Perceptual hash", shown=False)},
)
