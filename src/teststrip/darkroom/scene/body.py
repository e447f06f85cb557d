"""Neck, torso and clothes."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import (
    box,
    capsule,
    circle,
    ellipse,
    overlap,
    per_scene,
    rotate,
    smooth_max,
    smooth_min,
    union,
)
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.layer import Field, Layer, by_value
from teststrip.darkroom.scene.palette import mix, rgb, where

_TORSO = (-0.42, 0.2, 0.42, 1.2)


def _v_neck(x: Floats, y: Floats) -> Floats:
    """Negative inside the V of a sailor blouse."""
    result: Floats = (np.abs(x) * 2.0 + y - 0.43) / 2.24
    return result


def _round_neck(x: Floats, y: Floats) -> Floats:
    """Negative where a collar that stands about the neck may be: it widens downwards."""
    return overlap((np.abs(x) - 0.058 - (y - 0.245) * 0.9) / 1.35, 0.25 - y)


def torso(figure: Figure, index: Index, x: Floats, y: Floats) -> Floats:
    """Shoulders and chest, a little wider for boys."""
    wide = per_scene(figure.per_boy(1.12, 1.0)[index])
    aside = np.abs(x) / wide
    slope = capsule(aside, y, (0.0, 0.335), (0.17, 0.41), 0.06)
    arm = capsule(aside, y, (0.185, 0.425), (0.222, 0.95), 0.068)
    return smooth_min(union(arm, box(x, y - 0.86, 0.2 * wide, 0.46, 0.06)), slope, 0.05)


def body(figure: Figure) -> Iterator[Layer]:
    """Layers from the neck down, from back to front."""
    scenes, light = figure.scenes, figure.light
    skin, shade = light.lit(figure.skin), light.lit(figure.skin * rgb("e5c7c2"))

    def neck(index: Index, x: Floats, y: Floats) -> Floats:
        return box(x, y - 0.22, 0.052 * per_scene(figure.per_boy(1.12, 1.0)[index]), 0.12, 0.03)

    def under_chin(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(neck(index, x, y), ellipse(x, y - 0.115, 0.12, 0.125))

    def bare(index: Index, x: Floats, y: Floats) -> Floats:
        chest = torso(figure, index, x, y)
        return smooth_min(chest, box(x, y - 0.3, 0.056, 0.1, 0.03), 0.05)

    def inside_hood(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y - 0.265, 0.135, 0.075)

    def behind_neck(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y - 0.27, 0.19, 0.095)

    hooded, around = scenes.are("clothes", "hoodie"), (-0.22, 0.15, 0.22, 0.4)
    yield figure.part("hood_back", behind_neck, light.lit(figure.cloth * 0.72), around, where=hooded)
    yield figure.part("hood_inside", inside_hood, light.lit(figure.cloth * 0.52), around, where=hooded)
    yield figure.part("neck", neck, skin, (-0.12, 0.08, 0.12, 0.4), segment="skin")
    yield figure.part(
        "chest", bare, skin, _TORSO, where=scenes.are("clothes", "dress", "sailor", "kimono"), segment="skin"
    )
    yield figure.part("neck_shade", under_chin, shade, (-0.12, 0.08, 0.12, 0.4), segment="skin")
    yield _garment(figure)
    yield from _hoodie(figure)
    yield from _shirt(figure)
    yield from _sailor(figure)
    yield _sweater(figure)
    yield from _suit(figure)
    yield from _kimono(figure)

    def sleeve(index: Index, x: Floats, y: Floats) -> Floats:
        wide = per_scene(figure.per_boy(1.12, 1.0)[index])
        return capsule(np.abs(x) / wide, y, (0.137, 0.535), (0.156, 0.95), 0.0045)

    bare_arms = where(scenes.are("clothes", "dress"), shade, light.lit(figure.cloth * 0.74))
    yield figure.part("sleeve", sleeve, bare_arms, (-0.3, 0.5, 0.3, 1.2))


def _garment(figure: Figure) -> Layer:
    """Return the piece of cloth itself, with the neckline of its kind."""

    def round_neck(depth: float) -> Field:
        def field(index: Index, x: Floats, y: Floats) -> Floats:
            cloth = torso(figure, index, x, y) - 0.012
            return overlap(cloth, -ellipse(x, y - 0.27, 0.085, depth))

        return field

    def sailor(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(torso(figure, index, x, y) - 0.012, -_v_neck(x, y))

    def dress(index: Index, x: Floats, y: Floats) -> Floats:
        cloth = torso(figure, index, x, y) - 0.012
        wide = per_scene(figure.per_boy(1.12, 1.0)[index])
        strap = overlap(np.abs(np.abs(x) - 0.108) - 0.017, cloth, y - 0.5)
        heart = 0.442 - 0.35 * np.maximum(np.abs(x) - 0.07, 0) + 0.02 * np.maximum(0.04 - np.abs(x), 0) / 0.04 - y
        side = np.abs(x) / wide - 0.136 - 0.046 * (y - 0.53)
        return union(smooth_max(overlap(cloth, heart), side, 0.02), strap)

    kinds = {
        "hoodie": round_neck(0.06),
        "shirt": round_neck(0.06),
        "sweater": round_neck(0.03),
        "sailor": sailor,
        "dress": dress,
        "suit": round_neck(0.03),
        "kimono": sailor,
    }
    return figure.part(
        "clothes", by_value(figure.scenes, "clothes", kinds), figure.light.lit(figure.cloth), _TORSO
    )


def _hoodie(figure: Figure) -> Iterator[Layer]:
    here, light = figure.scenes.are("clothes", "hoodie"), figure.light

    def hood(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return smooth_max(ellipse(x, y - 0.283, 0.2, 0.11), -ellipse(x, y - 0.205, 0.155, 0.105), 0.02)

    def cord(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return capsule(np.abs(x), y, (0.06, 0.375), (0.067, 0.485), 0.007)

    yield figure.part("hood", hood, light.lit(figure.cloth * 0.78), (-0.3, 0.1, 0.3, 0.45), where=here)
    yield figure.part("cord", cord, light.lit(mix(figure.cloth, 1.0, 0.75)), (-0.15, 0.28, 0.15, 0.6), where=here)


def _shirt(figure: Figure) -> Iterator[Layer]:
    here, light = figure.scenes.are("clothes", "shirt"), figure.light

    def collar(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        outer = (np.abs(x) * 1.1 + y - 0.43) / 1.5
        inner = (np.abs(x) * 2.4 + y - 0.385) / 2.6
        return overlap(outer, -inner, _round_neck(x, y))

    def tie(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        knot = box(x, y - 0.385, 0.024, 0.02, 0.008)
        return union(knot, overlap(np.abs(x) - 0.016 - (y - 0.4) * 0.09, 0.4 - y))

    white = figure.scenes.are("cloth_color", "white")
    yield figure.part(
        "collar", collar, light.lit(where(white, rgb("e2e6ee"), rgb("f7f5f1"))), (-0.2, 0.2, 0.2, 0.5), where=here
    )
    yield figure.part("tie", tie, light.lit(figure.tie), (-0.1, 0.3, 0.1, 1.2), where=here)


def _sailor(figure: Figure) -> Iterator[Layer]:
    here, light = figure.scenes.are("clothes", "sailor"), figure.light

    def collar(index: Index, x: Floats, y: Floats) -> Floats:
        outer = overlap(torso(figure, index, x, y), (np.abs(x) * 1.25 + y - 0.62) / 1.6)
        return overlap(outer, -_v_neck(x, y))

    def stripe(index: Index, x: Floats, y: Floats) -> Floats:
        result: Floats = np.abs(collar(index, x, y) + 0.022) - 0.004
        return result

    def scarf(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        wing = ellipse(*rotate(np.abs(x) - 0.05, y - 0.475, 0.5), 0.055, 0.026)
        tail = capsule(np.abs(x), y, (0.01, 0.45), (0.045, 0.57), 0.018)
        return smooth_min(wing, union(circle(x, y - 0.45, 0.024), tail), 0.01)

    blue = figure.scenes.are("cloth_color", "blue")
    area = (-0.4, 0.2, 0.4, 0.65)
    yield figure.part("sailor", collar, light.lit(where(blue, rgb("f4f2ee"), rgb("2f4a86"))), area, where=here)
    yield figure.part("stripe", stripe, light.lit(where(blue, rgb("2f4a86"), rgb("f4f2ee"))), area, where=here)
    yield figure.part("scarf", scarf, light.lit(figure.tie), (-0.2, 0.35, 0.2, 0.7), where=here)


def _suit(figure: Figure) -> Iterator[Layer]:
    """Return a white shirt's V, lapels, and a tie."""
    here, light = figure.scenes.are("clothes", "suit"), figure.light

    def shirt(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap((np.abs(x) * 2.6 + y - 0.6) / 2.8, _round_neck(x, y))

    def lapels(index: Index, x: Floats, y: Floats) -> Floats:
        outer = overlap((np.abs(x) * 1.5 + y - 0.66) / 1.8, 0.25 + 0.5 * np.abs(x) - y)
        return overlap(outer, -shirt(index, x, y), torso(figure, index, x, y))

    def tie(index: Index, x: Floats, y: Floats) -> Floats:
        knot = box(x, y - 0.3, 0.022, 0.018, 0.006)
        return union(knot, overlap(np.abs(x) - 0.014 - (y - 0.31) * 0.11, 0.31 - y, shirt(index, x, y)))

    area = (-0.3, 0.2, 0.3, 0.7)
    yield figure.part("shirt_front", shirt, light.lit(rgb("f6f4ef")), area, where=here)
    yield figure.part("lapels", lapels, light.lit(figure.cloth * 0.72), area, where=here)
    yield figure.part("suit_tie", tie, light.lit(figure.tie), area, where=here)


def _kimono(figure: Figure) -> Iterator[Layer]:
    """Return the crossed collar, and the sash."""
    here, light = figure.scenes.are("clothes", "kimono"), figure.light

    def crossed(index: Index, x: Floats, y: Floats) -> Floats:
        left = overlap(np.abs(x * 0.9 + (y - 0.435) * 0.45) - 0.024, 0.24 - y, y - 0.72, -0.19 - x)
        right = overlap(np.abs(-x * 0.9 + (y - 0.435) * 0.45) - 0.024, 0.24 - y, y - 0.435)
        return overlap(union(left, right), torso(figure, index, x, y) - 0.012)

    def sash(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(torso(figure, index, x, y) - 0.012, np.abs(y - 0.78) - 0.075)

    area = (-0.42, 0.2, 0.42, 0.9)
    yield figure.part("sash", sash, light.lit(figure.tie), area, where=here)
    yield figure.part("crossed", crossed, light.lit(mix(figure.cloth, 1.0, 0.75)), area, where=here)


def _sweater(figure: Figure) -> Layer:
    def collar(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap(np.abs(ellipse(x, y - 0.275, 0.095, 0.045)) - 0.017, 0.245 - y)

    here = figure.scenes.are("clothes", "sweater")
    return figure.part("knit", collar, figure.light.lit(figure.cloth * 0.78), (-0.15, 0.2, 0.15, 0.42), where=here)
