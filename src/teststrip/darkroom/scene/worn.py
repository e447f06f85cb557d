"""What is worn round neck and ears, and what age does to a face."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import capsule, circle, ellipse, overlap, rotate, smooth_min, union, zigzag
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.layer import Layer
from teststrip.darkroom.scene.palette import mix, rgb


def accessories(figure: Figure) -> Iterator[Layer]:
    """Return a scarf, earrings, or a necklace."""
    scenes, light = figure.scenes, figure.light

    def scarf(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        round_neck = ellipse(x, y - 0.262, 0.145, 0.06)
        tail = overlap(np.abs(x - 0.085) - 0.045, np.abs(y - 0.4) - 0.14 - 0.006 * zigzag(x / 0.02))
        return smooth_min(round_neck, tail, 0.02)

    def folds(index: Index, x: Floats, y: Floats) -> Floats:
        fold = union(
            capsule(x, y, (-0.11, 0.26), (0.06, 0.285), 0.004), capsule(x, y, (0.06, 0.36), (0.065, 0.5), 0.004)
        )
        return overlap(fold, scarf(index, x, y))

    def drops(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(
            circle(np.abs(x) - 0.176, y - 0.098, 0.011), ellipse(np.abs(x) - 0.176, y - 0.12, 0.007, 0.016)
        )

    def chain(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        line = overlap(np.abs(ellipse(x, y - 0.25, 0.085, 0.105)) - 0.0045, 0.27 - y)
        return union(line, circle(x, y - 0.365, 0.017))

    area = (-0.25, 0.15, 0.25, 0.6)
    wrapped = scenes.are("accessory", "scarf")
    yield figure.part("scarf_worn", scarf, light.lit(figure.hat), area, where=wrapped)
    yield figure.part("scarf_folds", folds, light.lit(figure.hat * 0.75), area, where=wrapped)
    gold = light.lit(rgb("f2c14e"))
    yield figure.part(
        "earrings", drops, gold, (-0.22, 0.05, 0.22, 0.16), where=scenes.are("accessory", "earrings")
    )
    yield figure.part("necklace", chain, gold, (-0.12, 0.2, 0.12, 0.42), where=scenes.are("accessory", "necklace"))


def wings(figure: Figure) -> Layer:
    """Return white wings, behind everything else of a person."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        aside = np.abs(x) - 0.2
        feathers = smooth_min(
            ellipse(*rotate(aside - 0.13, y - 0.2, 0.7), 0.085, 0.24),
            ellipse(*rotate(aside - 0.1, y - 0.36, 0.35), 0.07, 0.2),
            0.02,
        )
        return smooth_min(feathers, ellipse(*rotate(aside - 0.05, y - 0.45, 0.15), 0.06, 0.17), 0.02)

    winged = figure.scenes.are("accessory", "wings")
    return figure.part("wings", field, figure.light.lit(rgb("f6f4f1")), (-0.55, -0.1, 0.55, 0.7), where=winged)


def years(figure: Figure) -> Iterator[Layer]:
    """Lines of an old face, and a beard."""
    old, light = figure.scenes.are("age", "old"), figure.light

    def lines(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        eye = overlap(np.abs(ellipse(np.abs(x) - 0.078, y - 0.075, 0.052, 0.036)) - 0.0022, 0.1 - y)
        cheek = capsule(np.abs(x), y, (0.05, 0.1), (0.062, 0.14), 0.0022)
        return union(eye, cheek)

    def beard(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        cheek = np.maximum(np.abs(x) - 0.045, 0)
        chin = overlap(ellipse(x, y - 0.125, 0.124, 0.135), 0.118 - y - 1.1 * cheek)
        mouth = ellipse(x, y - 0.143, 0.052, 0.03)
        across, down = rotate(np.abs(x) - 0.032, y - 0.113, 0.3)
        return union(overlap(chin, -mouth), ellipse(across, down, 0.037, 0.0135))

    shade = light.lit(mix(figure.skin * rgb("d9b6ae"), 0.0, 0.08))
    yield figure.part("age_lines", lines, shade, (-0.16, 0.03, 0.16, 0.16), where=old, segment="skin")
    yield figure.part(
        "beard", beard, light.lit(figure.hair), (-0.14, 0.08, 0.14, 0.3), where=old & figure.boy, segment="hair"
    )
