"""Measure pictures: sharpness, contrast, colourfulness and brightness, by formulas that have names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from teststrip.steps.model import AfterStep, Made, Score, Work

if TYPE_CHECKING:
    from PIL import Image


def measure(work: Work) -> Made:
    """Score each picture; of several pictures, the mean."""
    from teststrip.steps.each import each, means  # noqa: PLC0415  numpy and Pillow are for those who run a step

    return Made(scores=means(each(work.shots, lambda shot: measured(shot.image()))))


def measured(image: Image.Image) -> dict[str, float]:
    """Return the four scores of one picture.

    `sharpness` is the variance of the Laplacian of luma, 0 to 255 (Pech-Pacheco et al. 2000, ICPR, 3: LAPV), over
    the pixels that have four neighbours; it grows with noise too, and is comparable between pictures of one size.
    `contrast` is the standard deviation of luma, 0 to 1 (RMS contrast, Peli 1990). `colourfulness` is M(3) of
    Hasler and Suesstrunk 2003: 15 is slightly, 33 moderately, 59 quite, 82 highly colourful. `brightness` is mean
    luma, 0 to 1.
    """
    from teststrip.steps.numbers import luma, pixels  # noqa: PLC0415  as above

    rgb = pixels(image)
    grey = luma(rgb)
    return {
        "sharpness": _variance_of_laplacian(grey),
        "contrast": float(grey.std(dtype="float64")) / 255,
        "colourfulness": _colourfulness(rgb),
        "brightness": float(grey.mean(dtype="float64")) / 255,
    }


def _variance_of_laplacian(grey: Any) -> float:
    if min(grey.shape) < 3:
        return 0.0
    inner = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1]
    return float(inner.var(dtype="float64"))


def _colourfulness(rgb: Any) -> float:
    red, green, blue = (rgb[..., channel].astype("float32") for channel in range(3))
    opponents = (red - green, 0.5 * (red + green) - blue)
    spread = math.hypot(*(float(one.std(dtype="float64")) for one in opponents))
    offset = math.hypot(*(float(one.mean(dtype="float64")) for one in opponents))
    return spread + 0.3 * offset


STEP: Final = AfterStep(
    name="measure",
    run=measure,
    summary="Scores sharpness, contrast, colourfulness and brightness.",
    scores={
        "sharpness": Score("Sharpness", digits=1),
        "contrast": Score("Contrast"),
        "colourfulness": Score("Colourfulness", digits=1),
        "brightness": Score("Brightness"),
    },
)
