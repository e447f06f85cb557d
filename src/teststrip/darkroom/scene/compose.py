"""The order of a scene: sky, land, person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.body import body
from teststrip.darkroom.scene.creatures import creatures
from teststrip.darkroom.scene.eyes import eyes
from teststrip.darkroom.scene.face import face
from teststrip.darkroom.scene.fields import circle
from teststrip.darkroom.scene.figure import Figure, figure_of
from teststrip.darkroom.scene.finish import haze, soft_light
from teststrip.darkroom.scene.hair import back_hair, front_hair
from teststrip.darkroom.scene.headwear import cat_ears, glasses, hats
from teststrip.darkroom.scene.indoors import room
from teststrip.darkroom.scene.ink import inked
from teststrip.darkroom.scene.landscape import landscape
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light, light_of
from teststrip.darkroom.scene.palette import mix
from teststrip.darkroom.scene.sky import backdrop, birds, sky
from teststrip.darkroom.scene.standing import standing
from teststrip.darkroom.scene.terrain import land_of, ridges
from teststrip.darkroom.scene.things import things
from teststrip.darkroom.scene.weather import falling, fog
from teststrip.darkroom.scene.worn import accessories, wings, years

_SHOULDERS = 0.62  # units that a person of size 1 takes up
_SMALLEST = 0.3
_DROP = 0.75  # of the picture's height that a centre's y moves a head by


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a person stands: the centre, in parts of the picture's sides, and the size (1 fills a portrait)."""

    x: float = 0.5
    y: float = 0.5
    size: float = 1.0


def stands_of(centers: Sequence[tuple[float, float] | None], view: View) -> tuple[Stand, ...]:
    """Give every person a stand, those without a centre side by side; the more persons, the smaller."""
    count = len(centers)
    size = min(1.0, max(_SMALLEST, 2 * view.half_width / count / _SHOULDERS)) if count > 1 else 1.0
    middles = [((k + 0.5) / count, 0.5) for k in range(count)]
    return tuple(
        Stand(*(middle if center is None else center), size)
        for center, middle in zip(centers, middles, strict=True)
    )


def layers(lots: Sequence[Scenes], view: View, stands: Sequence[Stand] = (Stand(),)) -> Iterator[Layer]:
    """All layers of every scene, from back to front, over the backdrop.

    ``lots`` has the scenes once for each person, with one and the same place; those who stand lower are in front.
    """
    place = lots[0]
    light = light_of(place)
    yield from inked(_drawn(lots, light, view, stands), place)


def _drawn(lots: Sequence[Scenes], light: Light, view: View, stands: Sequence[Stand]) -> Iterator[Layer]:
    place = lots[0]
    yield from _place(place, light, view, stands[0])
    for scenes, stand in sorted(zip(lots, stands, strict=True), key=lambda one: one[1].y):
        yield from _person(scenes, light, view, stand)
    yield from things(place, light, view)
    yield from creatures(place, light, view)


def _place(scenes: Scenes, light: Light, view: View, stand: Stand) -> Iterator[Layer]:
    bottom = backdrop(scenes, light)[1]
    land = land_of(scenes, light, view)
    yield _halo(scenes, light, bottom, (stand.x * 2 - 1) * view.half_width)
    yield from sky(scenes, light, view)
    yield from ridges(land, bottom)
    yield haze(scenes, light, view, land.horizon)
    yield from landscape(land)
    yield from standing(land)
    yield birds(scenes, light, view)
    yield fog(scenes, light, view, land.horizon)
    yield from room(scenes, light, view)
    yield from falling(scenes, light)


def _halo(scenes: Scenes, light: Light, bottom: Floats, center: float) -> Layer:
    """Return a pale disc behind the head, before a plain background."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(x - center, y + 0.06, 0.33)

    area = (center - 0.36, -0.42, center + 0.36, 0.3)
    return layer(
        "halo",
        scenes.are("background", "plain"),
        field,
        light.toned(mix(bottom, 1.0, 0.55)),
        box=area,
        segment="sky",
    )


def figures(lots: Sequence[Scenes], view: View, stands: Sequence[Stand]) -> Iterator[Figure]:
    """Pose every person of a picture, in their order."""
    light = light_of(lots[0])
    for scenes, stand in zip(lots, stands, strict=True):
        yield _posed(scenes, light, view, stand)


def _posed(scenes: Scenes, light: Light, view: View, stand: Stand) -> Figure:
    center = (stand.x * 2 - 1) * view.half_width
    drop = (stand.y * 2 - 1) * view.half_height * _DROP
    return figure_of(scenes, light, view, (center, drop), stand.size)


def _person(scenes: Scenes, light: Light, view: View, stand: Stand) -> Iterator[Layer]:
    if bool(np.all(scenes.are("subject", "none"))):
        return
    figure = _posed(scenes, light, view, stand)
    yield wings(figure)
    yield back_hair(figure)
    yield from body(figure)
    yield from accessories(figure)
    yield from face(figure)
    yield from eyes(figure)
    yield from years(figure)
    yield from cat_ears(figure)
    yield from front_hair(figure)
    yield from soft_light(figure)
    yield from glasses(figure)
    yield from hats(figure)
