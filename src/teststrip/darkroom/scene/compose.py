"""The order of a scene: sky, land, person."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.body import body
from teststrip.darkroom.scene.eyes import eyes
from teststrip.darkroom.scene.face import face
from teststrip.darkroom.scene.fields import circle
from teststrip.darkroom.scene.figure import figure_of
from teststrip.darkroom.scene.hair import back_hair, front_hair
from teststrip.darkroom.scene.headwear import cat_ears, glasses, hats
from teststrip.darkroom.scene.landscape import falling, landscape
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light, light_of
from teststrip.darkroom.scene.palette import mix
from teststrip.darkroom.scene.sky import backdrop, birds, sky
from teststrip.darkroom.scene.terrain import land_of, ridges


def layers(scenes: Scenes, view: View, center: float = 0.0, size: float = 1.0) -> Iterator[Layer]:
    """All layers of every scene, from back to front, over the backdrop; the person stands at ``center``."""
    light = light_of(scenes)
    yield from _place(scenes, light, view, center)
    yield from _person(scenes, light, view, center, size)


def _place(scenes: Scenes, light: Light, view: View, center: float) -> Iterator[Layer]:
    bottom = backdrop(scenes, light)[1]
    land = land_of(scenes, light, view)
    yield _halo(scenes, light, bottom, center)
    yield from sky(scenes, light, view)
    yield from ridges(land, bottom)
    yield from landscape(land)
    yield birds(scenes, light, view)
    yield falling(land)


def _halo(scenes: Scenes, light: Light, bottom: Floats, center: float) -> Layer:
    """Return a pale disc behind the head, before a plain background."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(x - center, y + 0.06, 0.33)

    area = (center - 0.36, -0.42, center + 0.36, 0.3)
    return layer("halo", scenes.are("background", "plain"), field, light.toned(mix(bottom, 1.0, 0.55)), box=area)


def _person(scenes: Scenes, light: Light, view: View, center: float, size: float) -> Iterator[Layer]:
    if bool(np.all(scenes.are("subject", "none"))):
        return
    figure = figure_of(scenes, light, view, center, size)
    yield back_hair(figure)
    yield from body(figure)
    yield from face(figure)
    yield from eyes(figure)
    yield from cat_ears(figure)
    yield from front_hair(figure)
    yield from glasses(figure)
    yield from hats(figure)
