"""What stands in the land: a house, a castle, a tree and a car, and the shore it needs by the sea."""

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
    smooth_min,
    triangle,
    union,
)
from teststrip.darkroom.scene.layer import Layer, layer
from teststrip.darkroom.scene.palette import CLOTH, mix, pick, rgb, where
from teststrip.darkroom.scene.spot import Spot
from teststrip.darkroom.scene.terrain import Land, hills

_BOX = (-0.34, -0.42, 0.34, 0.2)
STANDING = ("house", "castle", "tree", "car")


def standing(land: Land) -> Iterator[Layer]:
    """Layers of what stands in the land, left of the middle where somebody stands before it."""
    scenes, view = land.scenes, land.view
    here = scenes.are("item", *STANDING)
    if not bool(here.any()):
        return
    x = np.where(land.alone, np.float32(0), np.float32(-0.62 * view.half_width))
    scale = np.where(land.alone, np.float32(1.25), np.float32(0.8))
    y = land.horizon + np.where(land.alone, np.float32(0.1), np.float32(0.02))
    spot = Spot(x.astype(np.float32), y.astype(np.float32), scale.astype(np.float32))
    color = pick(scenes.codes["item_color"], CLOTH)
    yield _shore(land, y.astype(np.float32))
    yield from _house(land, spot, color)
    yield from _castle(land, spot, color)
    yield from _tree(land, spot)
    yield from _car(land, spot, color)


def _shore(land: Land, ground: Floats) -> Layer:
    """Return the dry land under what would stand in the sea."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        return per_scene(ground[index]) + 0.09 + 0.6 * hills(x, per_scene(land.phase[index])) - y

    view = land.view
    area = (-view.half_width, 0.0, view.half_width, view.half_height)
    here = land.scenes.are("item", *STANDING) & land.scenes.are("background", "sea")
    return layer("shore", here, field, land.light.toned(land.near), box=area)


def _house(land: Land, spot: Spot, color: Floats) -> Iterator[Layer]:
    scenes, light = land.scenes, land.light
    here = scenes.are("item", "house")

    def wall(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x, y, 0.17, 0.12, 0.004)

    def roof(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(triangle(x, y + 0.1, 0.23, 0.16), box(x - 0.1, y + 0.2, 0.024, 0.07, 0.004))

    def door(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x - 0.07, y - 0.05, 0.035, 0.072, 0.006)

    def window(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x + 0.07, y - 0.0, 0.045, 0.04, 0.004)

    dark = light.night | light.sunset
    glass = where(dark, rgb("ffd98a"), rgb("bcd9ea"))
    yield spot.part("house_wall", wall, light.lit(rgb("efe4d0")), _BOX, where=here)
    yield spot.part("house_roof", roof, light.lit(mix(color, rgb("8a4b3a"), 0.35)), _BOX, where=here)
    yield spot.part("house_door", door, light.lit(rgb("7a5238")), _BOX, where=here)
    yield spot.part("house_window", window, light.toned(glass), _BOX, where=here)


def _castle(land: Land, spot: Spot, color: Floats) -> Iterator[Layer]:
    light, here = land.light, land.scenes.are("item", "castle")

    def wall(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        teeth = np.abs(np.abs(np.abs(x) - 0.04) - 0.02) - 0.011
        crown = overlap(teeth, np.abs(y + 0.1) - 0.02, np.abs(x) - 0.09)
        towers = union(box(np.abs(x) - 0.155, y + 0.02, 0.05, 0.16, 0.003), box(x, y + 0.06, 0.045, 0.19, 0.003))
        return union(box(x, y - 0.02, 0.14, 0.12, 0.003), towers, crown)

    def roofs(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(triangle(np.abs(x) - 0.155, y + 0.17, 0.07, 0.12), triangle(x, y + 0.24, 0.065, 0.13))

    def gate(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(circle(x, y - 0.07, 0.032), box(x, y - 0.1, 0.032, 0.035, 0.001))

    def slits(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(box(np.abs(x) - 0.155, y + 0.06, 0.011, 0.026, 0.01), box(x, y + 0.15, 0.011, 0.026, 0.01))

    dark = light.night | light.sunset
    glass = where(dark, rgb("ffd98a"), rgb("5d6a86"))
    yield spot.part("castle_wall", wall, light.lit(rgb("cfc8c6")), _BOX, where=here)
    yield spot.part("castle_roofs", roofs, light.lit(mix(color, rgb("5a5f8a"), 0.3)), _BOX, where=here)
    yield spot.part("castle_gate", gate, light.lit(rgb("5a4438")), _BOX, where=here)
    yield spot.part("castle_slits", slits, light.toned(glass), _BOX, where=here)


def _tree(land: Land, spot: Spot) -> Iterator[Layer]:
    scenes, light, here = land.scenes, land.light, land.scenes.are("item", "tree")

    def trunk(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        bough = union(
            capsule(x, y, (0.0, -0.06), (0.08, -0.15), 0.012), capsule(x, y, (0.0, -0.03), (-0.08, -0.13), 0.012)
        )
        return smooth_min(capsule(x, y, (0.0, -0.2), (0.0, 0.13), 0.024), bough, 0.02)

    def crown(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        heap = smooth_min(
            circle(np.abs(x) - 0.115, y + 0.15, 0.088), circle(np.abs(x) - 0.04, y + 0.25, 0.1), 0.012
        )
        return smooth_min(heap, ellipse(x, y + 0.16, 0.13, 0.1), 0.012)

    def sunlit(index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(crown(index, x, y) + 0.02, circle(x + 0.07, y + 0.25, 0.105))

    green = where(scenes.are("season", "autumn"), rgb("cf7f3a"), rgb("5b9a5c"))
    green = where(scenes.are("season", "spring") | scenes.are("background", "sakura"), rgb("f3a9c2"), green)
    green = where(scenes.are("season", "winter") | scenes.are("background", "snow"), rgb("dfe8f0"), green)
    yield spot.part("trunk", trunk, light.lit(rgb("6d5140")), _BOX, where=here)
    yield spot.part("tree_crown", crown, light.lit(green * np.float32(0.88)), _BOX, where=here)
    yield spot.part("tree_sunlit", sunlit, light.lit(green), _BOX, where=here)


def _car(land: Land, spot: Spot, color: Floats) -> Iterator[Layer]:
    light, here = land.light, land.scenes.are("item", "car")

    def body(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        cabin = overlap(box(x + 0.01, y, 0.15, 0.085, 0.05), y - 0.06)
        return smooth_min(box(x, y - 0.07, 0.26, 0.05, 0.04), cabin, 0.03)

    def glass(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap(box(x + 0.01, y, 0.125, 0.06, 0.04), y - 0.025, 0.01 - np.abs(x + 0.01))

    def wheels(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(np.abs(x) - 0.15, y - 0.12, 0.052)

    def hubs(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(np.abs(x) - 0.15, y - 0.12, 0.023)

    yield spot.part("car", body, light.lit(color), _BOX, where=here)
    yield spot.part("car_glass", glass, light.toned(rgb("bcd9ea")), _BOX, where=here)
    yield spot.part("wheels", wheels, light.lit(rgb("2f2d35")), _BOX, where=here)
    yield spot.part("hubs", hubs, light.lit(rgb("c9ccd4")), _BOX, where=here)
