"""From features to a score: the support vector regression that the authors trained on people's opinions."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
from PIL import Image

from teststrip.errors import StepError
from teststrip.steps.numbers import luma, pixels
from teststrip_plugin_brisque.features import SMALLEST, Floats, features

_GAMMA: Final = 0.05
_RHO: Final = -155.845
_FEATURES: Final = 36


def scored(image: Image.Image) -> float:
    """Return the score of a picture: about 0 for a flawless photograph, about 100 for a ruined one.

    It may lie a little beyond both ends. Raises StepError for a picture that is too small.
    """
    if min(image.size) < SMALLEST:
        raise StepError(
            f"BRISQUE needs {SMALLEST} pixels a side, and this picture has {image.width}x{image.height}"
        )
    return predicted(features(np.rint(luma(pixels(image))).astype(np.float64)))


def predicted(found: Floats) -> float:
    """Return the score of these 36 features."""
    bounds, coefficients, vectors = _model()
    low, high = bounds
    place = 2 * (found - low) / (high - low) - 1
    distances = np.sum((vectors - place) ** 2, axis=1)
    return float(coefficients @ np.exp(-_GAMMA * distances) - _RHO)


@cache
def _model() -> tuple[Floats, Floats, Floats]:
    """Read the bounds of the features, the coefficients, and the support vectors."""
    text = resources.files(__package__).joinpath("live.csv").read_text("ascii")
    rows = [
        [float(number) for number in line.split(",")] for line in text.splitlines() if not line.startswith("#")
    ]
    bounds = np.array(rows[:2])
    model = np.array(rows[2:])
    if bounds.shape != (2, _FEATURES) or model.shape[1] != _FEATURES + 1:
        raise ValueError("live.csv is damaged: install the package again")
    return bounds, model[:, 0], model[:, 1:]
