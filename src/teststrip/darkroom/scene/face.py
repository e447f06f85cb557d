"""Ears, face, cheeks, nose and mouth."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import bell, ellipse, overlap, per_scene, smooth_min
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.hair import fringe
from teststrip.darkroom.scene.layer import Layer, by_value
from teststrip.darkroom.scene.palette import mix, rgb

_HEAD = (-0.21, -0.22, 0.21, 0.24)
_MOUTH = (-0.06, 0.1, 0.06, 0.19)
_MOUTH_Y = 0.135
_BLUSH = np.array([0.96, 0.52, 0.50], np.float32)


def face(figure: Figure) -> Iterator[Layer]:
    """Layers of the face without the eyes."""
    light = figure.light
    skin, shade = light.lit(figure.skin), light.lit(figure.skin * rgb("e5c7c2"))

    def ears(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(np.abs(x) - 0.162, y - 0.035, 0.03, 0.042)

    def head(index: Index, x: Floats, y: Floats) -> Floats:
        jaw = ellipse(x, y - 0.095, 0.108 * per_scene(figure.per_boy(1.04, 1.0)[index]), 0.108)
        return smooth_min(ellipse(x, y + 0.02, 0.163, 0.165), jaw, 0.07)

    def hair_shadow(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(head(index, x, y), fringe(figure, index, x - 0.006, y - 0.028))

    def cheeks(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        across, down = np.abs(x) - 0.096, y - 0.088
        return bell(across * across / 0.0034 + down * down / 0.00105) * 0.55

    def nose(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x - 0.003, y - 0.078, 0.0085, 0.0055)

    yield figure.part("ears", ears, shade, (-0.22, -0.04, 0.22, 0.1), segment="skin")
    yield figure.part("face", head, skin, _HEAD, segment="skin")
    yield figure.part("hair_shadow", hair_shadow, shade, _HEAD, opacity=0.8, segment="skin")
    merry = figure.scenes.are("expression", "smile", "laugh", "closed", "wink")
    red = light.lit(_BLUSH * mix(figure.skin, 1.0, 0.45))
    strength = np.where(merry, np.float32(1), np.float32(0.5))
    yield figure.part(
        "cheeks",
        cheeks,
        red,
        (-0.16, 0.03, 0.16, 0.14),
        opacity=strength,
        where=~figure.rough,
        glow=True,
        segment="skin",
    )
    yield figure.part("nose", nose, shade, (-0.03, 0.05, 0.03, 0.1), segment="skin")
    yield from _mouth(figure)


def _smile(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return overlap(np.abs(y - _MOUTH_Y - 0.010 + 9.0 * x * x) - 0.0042, np.abs(x) - 0.042)


def _laugh(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    down = y - _MOUTH_Y
    return overlap(ellipse(x, down + 0.005, 0.042, 0.036), -(down + 0.006))


def _neutral(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return overlap(np.abs(y - _MOUTH_Y) - 0.0038, np.abs(x) - 0.024)


def _sad(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return overlap(np.abs(y - _MOUTH_Y - 9.0 * x * x) - 0.0040, np.abs(x) - 0.030)


def _surprised(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(x, y - _MOUTH_Y - 0.006, 0.016, 0.021)


def _mouth(figure: Figure) -> Iterator[Layer]:
    shapes = {
        "smile": _smile,
        "wink": _smile,
        "closed": _smile,
        "laugh": _laugh,
        "neutral": _neutral,
        "sad": _sad,
        "angry": _sad,
        "surprised": _surprised,
    }

    def tongue(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        opening = overlap(ellipse(x, y - 0.130, 0.040, 0.034), 0.132 - y)
        return overlap(opening, ellipse(x, y - 0.168, 0.03, 0.022))

    light = figure.light
    yield figure.part(
        "mouth", by_value(figure.scenes, "expression", shapes), light.lit(rgb("6b2a30")), _MOUTH, segment="skin"
    )
    laughing = figure.scenes.are("expression", "laugh")
    yield figure.part("tongue", tongue, light.lit(rgb("e8737a")), _MOUTH, where=laughing, segment="skin")
