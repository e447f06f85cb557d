"""A room: a wall with a window, and a floor."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import box, overlap, union
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import PLAIN_TOP, mix, pick, rgb, where


def room(scenes: Scenes, light: Light, view: View) -> Iterator[Layer]:
    """Layers of the room, from back to front."""
    here = scenes.are("background", "room")
    if not bool(here.any()):
        return
    middle_x, middle_y = 0.58 * view.half_width, -0.42 * view.half_height

    def pane(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x - middle_x, y - middle_y, 0.15, 0.2, 0.01)

    def frame(index: Index, x: Floats, y: Floats) -> Floats:
        rim = np.abs(pane(index, x, y)) - 0.014
        cross = union(np.abs(x - middle_x) - 0.006, np.abs(y - middle_y) - 0.006)
        return union(rim, overlap(cross, pane(index, x, y)))

    def curtain(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        off = np.abs(x - middle_x) - 0.19
        return overlap(np.abs(off) - 0.035 - 0.02 * (y - middle_y), np.abs(y - middle_y) - 0.25)

    def floor(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        result: Floats = np.float32(0.72 * view.half_height) - y + x * 0
        return result

    def skirting(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(floor(index, x, y) - 0.03, y - np.float32(0.72 * view.half_height) - 0.004)

    night, sunset = scenes.are("time", "night"), scenes.are("time", "sunset")
    outside = where(night, rgb("27336b"), where(sunset, rgb("ffb27a"), rgb("a9d8f5")))
    cloth = pick(scenes.codes["background_color"], PLAIN_TOP)
    around = (middle_x - 0.32, middle_y - 0.32, middle_x + 0.32, middle_y + 0.32)
    low = (-view.half_width, 0.5 * view.half_height, view.half_width, view.half_height)
    yield layer("pane", here, pane, light.toned(outside), box=around, segment="sky")
    yield layer("window_frame", here, frame, light.toned(rgb("f6efe2")), box=around, segment="thing")
    yield layer(
        "curtain", here, curtain, light.toned(mix(cloth, rgb("b06a5a"), 0.25)), box=around, segment="thing"
    )
    yield layer("floor", here, floor, light.toned(rgb("a87a55")), box=low)
    yield layer("skirting", here, skirting, light.toned(rgb("efe3cf")), box=low)
