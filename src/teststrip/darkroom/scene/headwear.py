"""Hats, ears that are not human, ribbons, and glasses."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import (
    angle,
    box,
    capsule,
    circle,
    ellipse,
    overlap,
    per_scene,
    rotate,
    smooth_min,
    triangle,
    union,
    wave,
    zigzag,
)
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.layer import Layer
from teststrip.darkroom.scene.palette import mix, rgb, where


def cat_ears(figure: Figure) -> Iterator[Layer]:
    """Ears that stand behind the fringe."""
    here, light = figure.scenes.are("hat", "catears"), figure.light

    def ear(x: Floats, y: Floats, size: float) -> Floats:
        across, down = rotate(np.abs(x) - 0.128, y + 0.165, 0.32)
        result: Floats = triangle(across, down, 0.07 * size, 0.15 * size) - 0.012
        return result

    def outer(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ear(x, y, 1.0)

    def inner(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ear(x, y + 0.008, 0.58)

    area = (-0.3, -0.38, 0.3, -0.08)
    yield figure.part("cat_ear", outer, light.lit(figure.hair), area, where=here)
    yield figure.part("cat_ear_inside", inner, light.lit(rgb("f3a9b4")), area, where=here)


def glasses(figure: Figure) -> Iterator[Layer]:
    """Return round or square frames with a gleam on the lenses."""
    here, light = figure.scenes.are("glasses", "yes"), figure.light
    circular = figure.scenes.trait("frame_shape") < 0.5

    def frame(index: Index, x: Floats, y: Floats) -> Floats:
        across = np.abs(x) - 0.078
        rim = np.where(
            per_scene(circular[index]),
            circle(across, y - 0.042, 0.062),
            box(across, y - 0.042, 0.064, 0.05, 0.022),
        )
        bridge = overlap(np.abs(y - 0.034) - 0.0045, np.abs(x) - 0.018)
        arms = overlap(np.abs(y - 0.03) - 0.004, np.abs(np.abs(x) - 0.152) - 0.016)
        return union(np.abs(rim) - 0.0048, union(bridge, arms))

    def gleam(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        along = x + y * 0.8
        stripe = along - np.floor(along / 0.156) * 0.156 - 0.05
        return overlap(circle(np.abs(x) - 0.078, y - 0.042, 0.058), stripe)

    yield figure.part(
        "lens", gleam, light.toned(rgb("ffffff")), (-0.18, -0.05, 0.18, 0.13), where=here, opacity=0.16
    )
    dark = figure.scenes.trait("frame_ink") < 0.6
    color = light.lit(where(dark, rgb("2c2630"), figure.hat * 0.9))
    yield figure.part("frame", frame, color, (-0.2, -0.05, 0.2, 0.13), where=here)


def hats(figure: Figure) -> Iterator[Layer]:
    """Everything worn on top of the hair."""
    yield from _witch_hat(figure)
    yield from _beret(figure)
    yield from _flower(figure)
    yield from _bow(figure)
    yield from _crown(figure)
    yield from _headphones(figure)
    yield from _cap(figure)
    yield from _straw_hat(figure)


def _witch_hat(figure: Figure) -> Iterator[Layer]:
    here, light = figure.scenes.are("hat", "witch"), figure.light

    def brim(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y + 0.135 - 0.5 * x * x, 0.32, 0.048)

    def cone(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        down = y + 0.14
        bent = x + 0.4 * np.maximum(-down - 0.16, 0)
        side = (np.abs(bent) * 0.38 - (down + 0.38) * 0.165) / 0.414
        ends = overlap(down - 0.02 - 0.5 * x * x, -0.5 - down)
        return overlap(side, ends) - 0.01

    def band(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(cone(index, x, y), np.abs(y + 0.185 - 0.35 * x * x) - 0.022)

    yield figure.part("hat_brim", brim, light.lit(figure.hat * 0.72), (-0.36, -0.3, 0.36, -0.04), where=here)
    yield figure.part("hat_cone", cone, light.lit(figure.hat), (-0.25, -0.58, 0.25, -0.08), where=here)
    yield figure.part("hat_band", band, light.lit(figure.tie), (-0.25, -0.28, 0.25, -0.08), where=here)


def _beret(figure: Figure) -> Iterator[Layer]:
    here, light, area = figure.scenes.are("hat", "beret"), figure.light, (-0.34, -0.4, 0.34, -0.02)

    def beret(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        crown = ellipse(*rotate(x - 0.02, y + 0.2, -0.12), 0.225, 0.082)
        rim = ellipse(*rotate(x + 0.02, y + 0.145, -0.08), 0.165, 0.04)
        return union(smooth_min(crown, rim, 0.04), capsule(x, y, (0.01, -0.27), (0.015, -0.305), 0.009))

    def gleam(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(*rotate(x + 0.06, y + 0.225, -0.2), 0.09, 0.018)

    yield figure.part("beret", beret, light.lit(figure.hat), area, where=here)
    yield figure.part("beret_gleam", gleam, light.lit(mix(figure.hat, 1.0, 0.5)), area, where=here, opacity=0.55)


def _flower(figure: Figure) -> Iterator[Layer]:
    here, light, area = figure.scenes.are("hat", "flower"), figure.light, (0.03, -0.25, 0.25, -0.03)

    def petals(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        dx, dy = x - 0.135, y + 0.135
        five = wave(angle(dy, dx) * 5 + np.float32(np.pi / 2))
        result: Floats = (circle(dx, dy, 0.042) - 0.022 * five) * 0.8
        return result

    def middle(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(x - 0.135, y + 0.135, 0.018)

    yield figure.part("flower", petals, light.lit(mix(figure.hat, 1.0, 0.35)), area, where=here)
    yield figure.part("flower_middle", middle, light.lit(rgb("f2c14e")), area, where=here)


def _bow(figure: Figure) -> Iterator[Layer]:
    here, light, area = figure.scenes.are("hat", "bow"), figure.light, (-0.2, -0.36, 0.2, -0.1)

    def loops(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        loop = ellipse(*rotate(np.abs(x) - 0.075, y + 0.225, -0.35), 0.075, 0.045)
        return smooth_min(loop, circle(x, y + 0.22, 0.02), 0.01)

    def knot(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        fold = capsule(np.abs(x), y, (0.03, -0.222), (0.08, -0.234), 0.004)
        return union(box(x, y + 0.22, 0.026, 0.03, 0.015), fold)

    yield figure.part("bow", loops, light.lit(figure.hat), area, where=here)
    yield figure.part("bow_knot", knot, light.lit(figure.hat * 0.72), area, where=here)


def _crown(figure: Figure) -> Iterator[Layer]:
    here, light, area = figure.scenes.are("hat", "crown"), figure.light, (-0.2, -0.36, 0.2, -0.12)

    def crown(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        curve = 0.6 * x * x
        below = overlap(np.abs(x) - 0.115 + 0.25 * (y + 0.2), y + 0.175 - curve)
        return overlap(below, curve - y - 0.255 - 0.035 * zigzag(x * 13 + 0.5))

    def gems(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        across = union(np.abs(x), np.abs(np.abs(x) - 0.07))
        return circle(across, y + 0.205 - 0.6 * x * x, 0.0105)

    yield figure.part("crown", crown, light.lit(rgb("f2c14e")), area, where=here)
    yield figure.part("gems", gems, light.lit(figure.hat), area, where=here)


def _headphones(figure: Figure) -> Iterator[Layer]:
    here, light = figure.scenes.are("hat", "headphones"), figure.light

    def band(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap(np.abs(ellipse(x, y + 0.01, 0.215, 0.245)) - 0.014, y)

    def cups(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(np.abs(x) - 0.2, y - 0.03, 0.036, 0.065, 0.03)

    yield figure.part("headband", band, light.lit(figure.hat * 0.72), (-0.3, -0.34, 0.3, 0.1), where=here)
    yield figure.part("cups", cups, light.lit(figure.hat), (-0.3, -0.1, 0.3, 0.16), where=here)


def _cap(figure: Figure) -> Iterator[Layer]:
    here, light, area = figure.scenes.are("hat", "cap"), figure.light, (-0.32, -0.36, 0.36, -0.04)

    def crown(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        dome = overlap(ellipse(x, y + 0.1, 0.212, 0.17), y + 0.105 - 0.25 * x * x)
        return union(dome, circle(x, y + 0.272, 0.014))

    def brim(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(*rotate(x - 0.12, y + 0.1, 0.06), 0.2, 0.03)

    yield figure.part("cap", crown, light.lit(figure.hat), area, where=here)
    yield figure.part("cap_brim", brim, light.lit(figure.hat * 0.75), area, where=here)


def _straw_hat(figure: Figure) -> Iterator[Layer]:
    here, light, area = figure.scenes.are("hat", "straw"), figure.light, (-0.42, -0.4, 0.42, -0.02)

    def brim(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y + 0.11 - 0.25 * x * x, 0.345, 0.052)

    def crown(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap(ellipse(x, y + 0.13, 0.19, 0.175), y + 0.12 - 0.4 * x * x)

    def ribbon(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(crown(index, x, y), np.abs(y + 0.155 - 0.4 * x * x) - 0.024)

    yield figure.part("straw_brim", brim, light.lit(rgb("d9b36a")), area, where=here)
    yield figure.part("straw_crown", crown, light.lit(rgb("e8c987")), area, where=here)
    yield figure.part("straw_ribbon", ribbon, light.lit(figure.hat), area, where=here)
