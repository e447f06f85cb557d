"""A bird from the side, on its branch; `creatures` says where."""

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import (
    box,
    capsule,
    circle,
    ellipse,
    overlap,
    rotate,
    smooth_max,
    smooth_min,
    triangle,
    union,
)
from teststrip.darkroom.scene.layer import Layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import rgb
from teststrip.darkroom.scene.spot import Spot


def body(index: Index, x: Floats, y: Floats) -> Floats:
    """Return head and breast from the side, looking to the left."""
    del index
    breast = ellipse(*rotate(x - 0.02, y - 0.13, -0.5), 0.125, 0.175)
    return smooth_min(circle(x + 0.06, y + 0.06, 0.105), breast, 0.07)


def belly(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the pale front."""
    return overlap(ellipse(x + 0.055, y - 0.16, 0.1, 0.115), body(index, x, y) + 0.008)


def wing(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the folded wing."""
    del index
    return smooth_max(
        ellipse(*rotate(x - 0.1, y - 0.13, -0.6), 0.07, 0.15),
        -ellipse(*rotate(x - 0.19, y - 0.03, -0.6), 0.1, 0.16),
        0.02,
    )


def tail(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the tail, down behind the branch."""
    del index
    across, down = rotate(x - 0.19, y - 0.3, -0.6)
    return box(across, down, 0.028 + 0.12 * (down + 0.12), 0.12, 0.015)


def feet(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the feet on the branch."""
    del index
    aside = np.abs(x - 0.02) - 0.045
    return union(capsule(aside, y, (0.0, 0.27), (0.0, 0.325), 0.007), ellipse(aside, y - 0.327, 0.028, 0.012))


def beak(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the beak, to the left."""
    del index
    return triangle(*rotate(x + 0.15, y + 0.055, -1.5), 0.03, 0.06) - 0.004


def eye(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the one eye."""
    del index
    return circle(x + 0.092, y + 0.078, 0.018)


def glint(index: Index, x: Floats, y: Floats) -> Floats:
    """Return the light in it."""
    del index
    return circle(x + 0.098, y + 0.085, 0.006)


def branch(spot: Spot, scenes: Scenes, light: Light) -> Layer:
    """Return what a bird sits on."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        bough = capsule(x, y, (-0.75, 0.4), (0.75, 0.31), 0.022)
        leaf = ellipse(*rotate(np.abs(x + 0.03) - 0.27, y - 0.31, 0.9), 0.022, 0.055)
        return union(bough, leaf)

    area = (-0.8, 0.2, 0.8, 0.5)
    return spot.part("branch", field, light.lit(rgb("6d5140")), area, where=scenes.are("animal", "bird"))
