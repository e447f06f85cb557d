"""How carefully a scene is finished: soft light where it is fine; where it is rough, nothing that gleams."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.body import torso
from teststrip.darkroom.scene.fields import bell
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.hair import fringe
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import mix, rgb, where

_SOFT = np.float32(0.03)  # units over which light fades at a shape's edge


def haze(scenes: Scenes, light: Light, view: View, horizon: Floats) -> Layer:
    """Light that lies over the horizon."""
    fine: Bools = scenes.are("finish", "fine") & ~scenes.are("background", "plain", "room")

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        off = (y - horizon[index][:, None, None]) / np.float32(0.34)
        return bell(off * off + x * x * 0.35) * np.float32(0.55)

    color = where(light.night, rgb("6f86cf"), where(light.sunset, rgb("ffd9a2"), rgb("fffbe8")))
    area = (-view.half_width, -view.half_height, view.half_width, view.half_height)
    return layer("haze", fine, field, light.toned(color), box=area, glow=True)


def soft_light(figure: Figure) -> Iterator[Layer]:
    """Light on hair and shoulder from the upper left, and shade towards the lower edge of the clothes."""
    fine, light = figure.scenes.are("finish", "fine"), figure.light

    def on_hair(index: Index, x: Floats, y: Floats) -> Floats:
        within = np.clip(-fringe(figure, index, x, y) / _SOFT, 0, 1)
        across, down = (x + 0.09) / np.float32(0.16), (y + 0.15) / np.float32(0.13)
        result: Floats = within * bell(across * across + down * down) * np.float32(0.5)
        return result

    def on_shoulder(index: Index, x: Floats, y: Floats) -> Floats:
        within = np.clip(-torso(figure, index, x, y) / _SOFT, 0, 1)
        across, down = (x + 0.18) / np.float32(0.2), (y - 0.42) / np.float32(0.17)
        result: Floats = within * bell(across * across + down * down) * np.float32(0.4)
        return result

    def under(index: Index, x: Floats, y: Floats) -> Floats:
        within = np.clip(-torso(figure, index, x, y) / _SOFT, 0, 1)
        result: Floats = within * np.clip((y - 0.42) / np.float32(0.5), 0, 1) * np.float32(0.5)
        return result

    night = light.night
    warm = where(night, rgb("c9d6ff"), where(light.sunset, rgb("ffd2a0"), rgb("fff6e0")))
    yield figure.part(
        "hair_light",
        on_hair,
        light.toned(mix(figure.hair, warm, 0.6)),
        (-0.3, -0.36, 0.3, 0.22),
        where=fine,
        glow=True,
        segment="hair",
    )
    yield figure.part(
        "shoulder_light",
        on_shoulder,
        light.toned(mix(figure.cloth, warm, 0.6)),
        (-0.42, 0.2, 0.1, 0.65),
        where=fine,
        glow=True,
    )
    yield figure.part(
        "under", under, light.lit(figure.cloth * 0.55), (-0.42, 0.4, 0.42, 1.2), where=fine, glow=True
    )
