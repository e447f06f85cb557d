"""Things that stand, float, grow and fall in the land."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import box, circle, overlap, per_scene, scatter, union, wave, zigzag
from teststrip.darkroom.scene.layer import Layer, layer
from teststrip.darkroom.scene.palette import mix, rgb, where
from teststrip.darkroom.scene.terrain import OPEN, Land, hills

_MEADOW = ("mountain", *(place for place in OPEN if place != "desert"))
_TIERS = ((0.0, 0.62, 0.36), (0.28, 0.82, 0.29), (0.55, 1.02, 0.21))


def landscape(land: Land) -> Iterator[Layer]:
    """Layers in front of the ridges, from far to near."""
    yield _glints(land)
    yield _boat(land)
    yield _pines(land)
    yield _foreground(land)
    yield _blossoms(land)


def _glints(land: Land) -> Layer:
    """Short bright strokes on the sea."""
    tall, wide = 0.022, 0.16
    light = land.light

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        depth = y - per_scene(land.horizon[index])
        row = np.floor(depth / tall)
        along = x / wide + scatter(row, 31) * 5 + per_scene(land.phase[index])
        stroke = np.floor(along)
        half = 0.012 + 0.03 * scatter(stroke * 7 + row, 32)
        dash = box((along - stroke - 0.5) * wide, depth - (row + 0.5) * tall, half, 0.0022, 0.002)
        return np.where(depth < 0.01, dash + 0.05, dash)

    color = where(light.night, rgb("8fa8e6"), where(light.sunset, rgb("ffd9a0"), rgb("d8f0fa")))
    area = (-land.view.half_width, 0.0, land.view.half_width, land.view.half_height)
    here = land.scenes.are("background", "sea")
    return layer("glint", here, field, light.toned(color), opacity=0.7, box=area)


def _boat(land: Land) -> Layer:
    """Return a sailing boat on an empty sea."""
    light, view = land.light, land.view
    place, size = 0.18 * view.half_width, 0.9

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        dx = (x - place) / size
        dy = (y - per_scene(land.horizon[index]) + 0.005) / size
        hull = overlap(np.abs(dx) - 0.10 + 0.9 * dy, overlap(-dy, dy - 0.034))
        main = overlap(dy + 0.012, 0.012 - dx, (dx * 0.2 - (dy + 0.21) * 0.11) / 0.23)
        jib = overlap(dy + 0.012, dx + 0.004, (-dx * 0.17 - (dy + 0.18) * 0.08) / 0.19)
        return union(hull, union(main, jib)) * size

    color = where(light.night, rgb("cfd8f2"), where(light.sunset, rgb("5a2f4f"), rgb("fbf3e6")))
    here = land.scenes.are("background", "sea") & land.alone
    area = (place - 0.2, -view.half_height * 0.5, place + 0.2, view.half_height * 0.6)
    return layer("boat", here, field, light.toned(color), box=area, segment="thing")


def _pine(dx: Floats, dy: Floats, height: Floats) -> Floats:
    """Return a fir of three tiers standing on dy = 0; ``height`` 0 is no tree."""
    tiers = []
    for low, top, wide in _TIERS:
        half, rise = height * wide, height * (top - low)
        side = (np.abs(dx) * rise - (dy + height * top) * half) / (np.sqrt(half * half + rise * rise) + 1e-4)
        tiers.append(overlap(side, dy + height * low))
    tree = union(tiers[0], tiers[1], tiers[2])
    return np.where(height > 0, tree, np.float32(1))


def _pines(land: Land) -> Layer:
    """Firs along the nearest ridge."""
    phase = land.phase + np.float32(0.74)  # that ridge's own

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        ground = per_scene(land.horizon[index] + np.float32(0.18)) + hills(x, per_scene(phase[index]))
        rows = []
        for spacing, salt in ((0.11, 41), (0.15, 43)):
            t = x / spacing + 0.37 * salt
            tree = np.floor(t)
            height = (0.07 + 0.13 * scatter(tree, salt)) * (scatter(tree, salt + 1) < 0.62)
            rows.append(_pine((t - tree - 0.5) * spacing, y - ground, height.astype(np.float32)))
        return union(rows[0], rows[1])

    view = land.view
    area = (-view.half_width, -view.half_height * 0.3, view.half_width, view.half_height)
    here = land.scenes.are("background", *_MEADOW) & land.alone
    return layer("pines", here, field, land.light.toned(land.near * 0.72), box=area)


def _foreground(land: Land) -> Layer:
    """Grass at the bottom of an empty landscape."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        phase = per_scene(land.phase[index]) * 6
        ground = per_scene(land.horizon[index]) + 0.30 + 0.035 * wave(x * 4.3 + phase)
        blades = 0.012 * zigzag(x / 0.021) + 0.008 * zigzag(x / 0.0135 + 0.4)
        result: Floats = ground + 0.012 * wave(x * 13.0 + phase) - blades - y
        return result

    area = (-land.view.half_width, 0.0, land.view.half_width, land.view.half_height)
    here = land.scenes.are("background", *_MEADOW, "forest") & land.alone
    return layer("grass", here, field, land.light.toned(mix(land.near, rgb("0c1020"), 0.35)), box=area)


def _blossoms(land: Land) -> Layer:
    """Small flowers in the grass."""
    light, wide, tall = land.light, 0.06, 0.033

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        column, row = np.floor(x / wide), np.floor(y / tall)
        flower = column * 91 + row
        dx = x - (column + 0.3 + 0.4 * scatter(flower, 51)) * wide
        dy = y - (row + 0.3 + 0.4 * scatter(flower, 52)) * tall
        ground = per_scene(land.horizon[index]) + 0.345 + 0.035 * wave(x * 4.3 + per_scene(land.phase[index]) * 6)
        dot = circle(dx, dy, 0.0035 + 0.005 * scatter(flower, 53))
        flowers = overlap(dot, ground - y)
        return np.where(scatter(flower, 54) < 0.45, flowers + 0.03, flowers)

    color = where(light.night, rgb("8f9fe0"), where(light.sunset, rgb("ffb08a"), rgb("fff3c4")))
    area = (-land.view.half_width, 0.0, land.view.half_width, land.view.half_height)
    here = land.scenes.are("background", *(place for place in _MEADOW if place != "snow")) & land.alone
    here = (here | land.scenes.are("background", "field")) & ~land.scenes.are("season", "winter")
    return layer("blossoms", here, field, light.toned(color), opacity=0.9, box=area)
