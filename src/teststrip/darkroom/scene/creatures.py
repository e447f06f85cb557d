"""Animals: a cat, a dog, a bird and a rabbit, from the front; alone in the middle, or small beside a person."""

from collections.abc import Iterator, Mapping

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import (
    capsule,
    circle,
    ellipse,
    overlap,
    rotate,
    smooth_min,
    triangle,
    union,
)
from teststrip.darkroom.scene.layer import Field, Layer, View, by_value
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import FUR, mix, pick, rgb, where
from teststrip.darkroom.scene.spot import Spot

_ALONE, _BESIDE = 1.45, 0.62  # scales
_BOX = (-0.34, -0.36, 0.34, 0.5)


def creatures(scenes: Scenes, light: Light, view: View) -> Iterator[Layer]:
    """Layers of the animals, from back to front."""
    here = ~scenes.are("animal", "none")
    if not bool(here.any()):
        return
    spot = _spot(scenes, view)
    fur = pick(scenes.codes["fur"], FUR)
    coat, shade = light.lit(fur), light.lit(fur * np.float32(0.82))
    pale = light.lit(mix(fur, 1.0, 0.6))
    for name, shapes, color in (
        ("creature_back", {"cat": _cat_tail, "dog": _dog_tail, "bird": _bird_feet}, shade),
        ("creature_body", {"cat": _body, "dog": _body, "bird": _bird_body, "rabbit": _body}, coat),
        ("creature_belly", {"cat": _chest, "dog": _chest, "bird": _bird_belly, "rabbit": _chest}, pale),
        ("creature_paws", {"cat": _paws, "dog": _paws, "rabbit": _paws}, coat),
        ("creature_ears", {"cat": _cat_ears, "dog": _dog_ears, "rabbit": _rabbit_ears, "bird": _wings}, shade),
        ("creature_head", {"cat": _cat_head, "dog": _dog_head, "rabbit": _rabbit_head}, coat),
    ):
        yield _part(spot, scenes, name, shapes, color)
    pink = light.lit(rgb("f0a6ae"))
    yield _part(spot, scenes, "creature_inner_ears", {"cat": _cat_inner, "rabbit": _rabbit_inner}, pink)
    yield _part(spot, scenes, "creature_muzzle", {"cat": _muzzle, "dog": _muzzle, "rabbit": _muzzle}, pale)
    yield from _face(spot, scenes, light)


def _spot(scenes: Scenes, view: View) -> Spot:
    alone = scenes.are("subject", "none")
    side = np.where(scenes.trait("animal_side") < 0.5, np.float32(-1), np.float32(1))
    x = np.where(alone, np.float32(0), side * np.float32(view.half_width * 0.62))
    fit = min(1.0, view.half_height / 0.6)
    scale = np.where(alone, np.float32(_ALONE), np.float32(_BESIDE)) * np.float32(fit)
    low = np.float32(view.half_height) - scale * np.float32(0.44)
    y = np.where(alone, np.float32(0.02 * view.half_height), low)
    return Spot(x.astype(np.float32), y.astype(np.float32), scale.astype(np.float32))


def _part(spot: Spot, scenes: Scenes, name: str, shapes: Mapping[str, Field], color: Floats) -> Layer:
    here: Bools = scenes.are("animal", *shapes)
    return spot.part(name, by_value(scenes, "animal", shapes), color, _BOX, where=here)


def _face(spot: Spot, scenes: Scenes, light: Light) -> Iterator[Layer]:
    eyes = {
        "cat": _eyes(0.062, 0.0),
        "dog": _eyes(0.055, -0.015),
        "rabbit": _eyes(0.055, -0.005),
        "bird": _eyes(0.05, -0.06),
    }
    bright = {"cat": _eyes(0.062, 0.0, 1.4), "dog": _eyes(0.055, -0.015, 1.4)}
    dark = scenes.are("fur", "black") & scenes.are("animal", *bright)
    iris = by_value(scenes, "animal", bright)
    yield spot.part("creature_iris", iris, light.lit(rgb("e6c15c")), _BOX, where=dark)
    yield _part(spot, scenes, "creature_eyes", eyes, light.lit(rgb("2b2530")))
    glints = {
        "cat": _glint(0.062, 0.0),
        "dog": _glint(0.055, -0.015),
        "rabbit": _glint(0.055, -0.005),
        "bird": _glint(0.05, -0.06),
    }
    yield _part(spot, scenes, "creature_glint", glints, light.toned(rgb("ffffff")))
    beak = where(
        scenes.are("animal", "bird"),
        rgb("f2a03d"),
        where(scenes.are("animal", "dog"), rgb("2f2932"), rgb("d9808c")),
    )
    yield _part(
        spot,
        scenes,
        "creature_nose",
        {"cat": _nose, "dog": _dog_nose, "rabbit": _nose, "bird": _beak},
        light.lit(beak),
    )
    yield _part(
        spot, scenes, "creature_mouth", {"cat": _mouth, "dog": _mouth, "rabbit": _mouth}, light.lit(rgb("6b4a4a"))
    )


def _body(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return smooth_min(ellipse(x, y - 0.27, 0.135, 0.18), ellipse(x, y - 0.36, 0.17, 0.095), 0.05)


def _chest(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(x, y - 0.22, 0.075, 0.1)


def _paws(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return union(
        capsule(np.abs(x), y, (0.055, 0.28), (0.06, 0.42), 0.036),
        ellipse(np.abs(x) - 0.065, y - 0.43, 0.05, 0.028),
    )


def _cat_tail(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    low = capsule(x, y, (0.1, 0.42), (0.2, 0.38), 0.03)
    return union(
        low, capsule(x, y, (0.2, 0.38), (0.225, 0.27), 0.029), capsule(x, y, (0.225, 0.27), (0.2, 0.17), 0.027)
    )


def _cat_head(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return smooth_min(ellipse(x, y, 0.15, 0.122), ellipse(np.abs(x) - 0.09, y - 0.035, 0.075, 0.062), 0.03)


def _cat_ears(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    across, down = rotate(np.abs(x) - 0.095, y + 0.06, 0.35)
    return triangle(across, down, 0.062, 0.13) - 0.008


def _cat_inner(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    across, down = rotate(np.abs(x) - 0.098, y + 0.075, 0.35)
    outside_head = -ellipse(x, y, 0.152, 0.124)
    return overlap(triangle(across, down, 0.033, 0.085), outside_head)


def _dog_tail(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return capsule(x, y, (0.12, 0.38), (0.24, 0.26), 0.032)


def _dog_head(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return smooth_min(ellipse(x, y + 0.01, 0.135, 0.125), ellipse(x, y - 0.07, 0.085, 0.07), 0.05)


def _dog_ears(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    across, down = rotate(np.abs(x) - 0.14, y + 0.005, -0.3)
    return ellipse(across, down, 0.05, 0.11)


def _rabbit_head(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return smooth_min(ellipse(x, y, 0.12, 0.11), ellipse(np.abs(x) - 0.06, y - 0.04, 0.07, 0.055), 0.03)


def _rabbit_ears(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return capsule(np.abs(x), y, (0.055, -0.08), (0.085, -0.29), 0.036)


def _rabbit_inner(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return overlap(capsule(np.abs(x), y, (0.058, -0.12), (0.084, -0.28), 0.017), -ellipse(x, y, 0.122, 0.112))


def _muzzle(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(np.abs(x) - 0.028, y - 0.058, 0.042, 0.034)


def _bird_body(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return smooth_min(ellipse(x, y + 0.04, 0.125, 0.115), ellipse(x, y - 0.15, 0.17, 0.19), 0.08)


def _bird_belly(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(x, y - 0.19, 0.11, 0.13)


def _wings(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    across, down = rotate(np.abs(x) - 0.165, y - 0.15, 0.25)
    return ellipse(across, down, 0.045, 0.135)


def _bird_feet(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    legs = capsule(np.abs(x), y, (0.05, 0.3), (0.055, 0.42), 0.012)
    return union(legs, ellipse(np.abs(x) - 0.058, y - 0.425, 0.045, 0.014))


def _beak(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return triangle(x, -(y + 0.035), 0.032, 0.05) - 0.004


def _eyes(apart: float, height: float, size: float = 1.0) -> Field:
    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(np.abs(x) - apart, y - height, 0.019 * size, 0.024 * size)

    return field


def _glint(apart: float, height: float) -> Field:
    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(
            circle(x - apart + 0.006, y - height + 0.009, 0.0065),
            circle(x + apart + 0.006, y - height + 0.009, 0.0065),
        )

    return field


def _nose(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return triangle(x, -(y - 0.03), 0.014, 0.016) - 0.004


def _dog_nose(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(x, y - 0.035, 0.027, 0.019)


def _mouth(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    arc = np.abs(circle(np.abs(x) - 0.018, y - 0.06, 0.018)) - 0.0035
    return overlap(arc, 0.062 - y)
