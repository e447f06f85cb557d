"""Animals: a cat, a dog, a rabbit, a fox and a bear from the front, and a bird on a branch.

They are alone in the middle, or small beside a person.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene import bird
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
    yield bird.branch(spot, scenes, light)
    fur = pick(scenes.codes["fur"], FUR)
    coat, shade = light.lit(fur), light.lit(fur * np.float32(0.82))
    pale = light.lit(mix(fur, 1.0, 0.6))
    for name, shapes, color in (
        ("creature_back", _TAILS, shade),
        ("creature_body", {"bird": bird.body} | dict.fromkeys(_FURRY, _body), coat),
        ("creature_belly", {"bird": bird.belly} | dict.fromkeys(_FURRY, _chest), pale),
        ("creature_legs", dict.fromkeys(_FURRY, _legs), shade),
        ("creature_ears", _EARS, shade),
        ("creature_head", _HEADS, coat),
        ("creature_stripes", {"cat": _stripes}, light.lit(fur * np.float32(0.68))),
        ("creature_cheeks", {"fox": _fox_cheeks}, pale),
    ):
        yield _part(spot, scenes, name, shapes, color)
    pink = light.lit(rgb("f0a6ae"))
    yield _part(spot, scenes, "creature_inner_ears", _INNER_EARS, pink)
    yield _part(spot, scenes, "creature_muzzle", dict.fromkeys(("cat", "dog", "rabbit", "bear"), _muzzle), pale)
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
    eyes = {"bird": bird.eye} | {animal: _eyes(*place) for animal, place in _EYES.items()}
    bright = {animal: _eyes(*_EYES[animal], 1.4) for animal in ("cat", "dog", "bear")}
    dark = scenes.are("fur", "black") & scenes.are("animal", *bright)
    iris = by_value(scenes, "animal", bright)
    yield spot.part("creature_iris", iris, light.lit(rgb("e6c15c")), _BOX, where=dark)
    yield _part(spot, scenes, "creature_eyes", eyes, light.lit(rgb("2b2530")))
    glints = {"bird": bird.glint} | {animal: _glint(*place) for animal, place in _EYES.items()}
    yield _part(spot, scenes, "creature_glint", glints, light.toned(rgb("ffffff")))
    beak = where(
        scenes.are("animal", "bird"),
        rgb("f2a03d"),
        where(scenes.are("animal", "dog", "fox", "bear"), rgb("2f2932"), rgb("d9808c")),
    )
    yield _part(spot, scenes, "creature_feet", {"bird": bird.feet}, light.lit(rgb("d98a3a")))
    yield _part(
        spot,
        scenes,
        "creature_nose",
        {"cat": _nose, "dog": _dog_nose, "fox": _fox_nose, "bear": _dog_nose, "rabbit": _nose, "bird": bird.beak},
        light.lit(beak),
    )
    mouths = dict.fromkeys(("cat", "dog", "rabbit", "bear"), _mouth)
    yield _part(spot, scenes, "creature_mouth", mouths, light.lit(rgb("6b4a4a")))
    pale = light.lit(where(scenes.are("fur", "white"), rgb("a79e99"), rgb("f7f1e8")))
    yield _part(spot, scenes, "creature_whiskers", {"cat": _whiskers}, pale)


def _body(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return smooth_min(ellipse(x, y - 0.27, 0.135, 0.18), ellipse(x, y - 0.36, 0.17, 0.095), 0.05)


def _chest(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(x, y - 0.19, 0.075, 0.085)


def _legs(index: Index, x: Floats, y: Floats) -> Floats:
    """Lines that part the forelegs from each other and from the haunches."""
    del index
    between = capsule(x, y, (0.0, 0.34), (0.0, 0.445), 0.004)
    beside = capsule(np.abs(x), y, (0.085, 0.32), (0.09, 0.445), 0.004)
    toes = capsule(np.abs(np.abs(x) - 0.047), y, (0.014, 0.425), (0.014, 0.445), 0.0032)
    return union(between, beside, toes)


def _cat_tail(index: Index, x: Floats, y: Floats) -> Floats:
    """Up beside the body, with a hooked tip."""
    del index
    low = overlap(np.abs(circle(x - 0.105, y - 0.33, 0.095)), 0.33 - y, 0.06 - x)
    tip = overlap(np.abs(circle(x - 0.265, y - 0.18, 0.065)), y - 0.18, x - 0.255)
    tip = union(tip, circle(x - 0.255, y - 0.116, 0.0))
    return union(low, capsule(x, y, (0.2, 0.33), (0.2, 0.18), 0.0), tip) - 0.023


def _fox_tail(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(*rotate(x - 0.2, y - 0.3, 0.55), 0.062, 0.165)


def _stripes(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return capsule(np.abs(np.abs(x) - 0.016), y, (0.016, -0.108), (0.016, -0.066), 0.0075)


def _whiskers(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    aside = np.abs(x)
    return union(
        capsule(aside, y, (0.078, 0.052), (0.17, 0.036), 0.0022),
        capsule(aside, y, (0.078, 0.066), (0.168, 0.076), 0.0022),
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


def _fox_head(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    cheeks = triangle(x, -(y + 0.03), 0.165, 0.155) - 0.012
    return smooth_min(ellipse(x, y + 0.03, 0.128, 0.09), cheeks, 0.03)


def _fox_cheeks(index: Index, x: Floats, y: Floats) -> Floats:
    head = _fox_head(index, x, y)
    return overlap(head, 0.055 - 0.5 * np.abs(x) - y, 0.018 - np.abs(x) + 0.3 * (y - 0.02))


def _bear_ears(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return circle(np.abs(x) - 0.105, y + 0.095, 0.048)


def _bear_inner(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return overlap(circle(np.abs(x) - 0.107, y + 0.098, 0.027), -ellipse(x, y, 0.152, 0.124))


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


def _fox_nose(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    return ellipse(x, y - 0.115, 0.02, 0.015)


_FURRY = ("cat", "dog", "rabbit", "fox", "bear")
_EYES = {
    "cat": (0.062, 0.0),
    "dog": (0.055, -0.015),
    "rabbit": (0.055, -0.005),
    "fox": (0.06, -0.01),
    "bear": (0.056, -0.015),
}
_TAILS = {"cat": _cat_tail, "dog": _dog_tail, "fox": _fox_tail, "bird": bird.tail}
_EARS = {
    "cat": _cat_ears,
    "dog": _dog_ears,
    "rabbit": _rabbit_ears,
    "fox": _cat_ears,
    "bear": _bear_ears,
    "bird": bird.wing,
}
_HEADS = {"cat": _cat_head, "dog": _dog_head, "rabbit": _rabbit_head, "fox": _fox_head, "bear": _cat_head}
_INNER_EARS = {"cat": _cat_inner, "rabbit": _rabbit_inner, "fox": _cat_inner, "bear": _bear_inner}
