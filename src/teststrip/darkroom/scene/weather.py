"""Weather and seasons: what falls, what hangs over the land, and what they do to colours."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import (
    bell,
    circle,
    ellipse,
    overlap,
    per_scene,
    scatter,
    smooth_min,
    union,
    wave,
)
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import mix, rgb, where

_OVERCAST = ((-0.6, -0.86, 1.5), (0.1, -0.95, 1.9), (0.75, -0.8, 1.5), (-0.15, -0.66, 1.1))


def dulled(scenes: Scenes, light: Light, color: Floats) -> Floats:
    """Return a sky's colour (n, 3) under the weather."""
    grey = where(light.night, rgb("3a4058"), rgb("aeb6c2"))
    heavy = scenes.are("weather", "rain", "cloudy")
    color = where(heavy, mix(color, grey, 0.62), color)
    return where(scenes.are("weather", "fog"), mix(color, where(light.night, grey, rgb("dfe3e6")), 0.6), color)


def overcast(scenes: Scenes, light: Light, view: View) -> Layer:
    """Draw a low bank of clouds."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        shift = per_scene((scenes.trait("cloud_shift") - np.float32(0.5))[index])
        bank = None
        for across, up, size in _OVERCAST:
            dx = (x - (across + 0.4 * shift) * np.float32(view.half_width)) / size
            dy = (y - up * np.float32(view.half_height)) / size
            puff = smooth_min(circle(dx, dy, 0.1), ellipse(np.abs(dx) - 0.12, dy - 0.02, 0.11, 0.07), 0.04) * size
            bank = puff if bank is None else union(bank, puff)
        assert bank is not None  # noqa: S101  there are clouds
        return bank

    color = where(light.night, rgb("4a5170"), where(light.sunset, rgb("b58a97"), rgb("c9d0d9")))
    area = (-view.half_width, -view.half_height, view.half_width, 0.0)
    here = scenes.are("weather", "rain", "cloudy") & ~scenes.are("background", "plain", "room")
    return layer("overcast", here, field, light.toned(color), opacity=0.9, box=area, segment="sky")


def fog(scenes: Scenes, light: Light, view: View, horizon: Floats) -> Layer:
    """Lay fog over the land."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        off = (y - per_scene(horizon[index]) - 0.05 + 0.02 * wave(x * 5)) / np.float32(0.42)
        return bell(off * off) * np.float32(0.92)

    color = where(light.night, rgb("5a6488"), where(light.sunset, rgb("f3d3c0"), rgb("eef1f3")))
    area = (-view.half_width, -view.half_height, view.half_width, view.half_height)
    here = scenes.are("weather", "fog") & ~scenes.are("background", "plain", "room")
    return layer("fog", here, field, light.toned(color), box=area, glow=True)


def falling(scenes: Scenes, light: Light) -> Iterator[Layer]:
    """Petals, snowflakes, autumn leaves or rain over the whole picture."""
    blossom = scenes.are("background", "sakura") | (
        scenes.are("season", "spring") & scenes.are("background", "field", "forest")
    )
    snow = scenes.are("background", "snow") | scenes.are("weather", "snowfall")
    leaves = scenes.are("season", "autumn") & scenes.are("background", "forest", "field", "mountain") & ~snow
    petals = (blossom | leaves) & ~snow
    inside = scenes.are("background", "room")

    def flakes(index: Index, x: Floats, y: Floats) -> Floats:
        cell = 0.13
        column, row = np.floor(x / cell), np.floor(y / cell)
        piece = column * 71 + row
        dx = x - (column + 0.25 + 0.5 * scatter(piece, 11)) * cell
        dy = y - (row + 0.25 + 0.5 * scatter(piece, 12)) * cell
        turn = scatter(piece, 13) * 6.3
        cosine, sine = wave(turn + np.float32(np.pi / 2)), wave(turn)
        size = 0.006 + 0.010 * scatter(piece, 14)
        petal = ellipse(cosine * dx + sine * dy, cosine * dy - sine * dx, size * 1.5, size * 0.8)
        return np.where(per_scene(petals[index]), petal, circle(dx, dy, size * 0.8))

    def drops(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        wide, tall = 0.045, 0.16
        slanted = x + 0.25 * y
        column = np.floor(slanted / wide)
        along = y / tall + scatter(column, 21) * 5
        row = np.floor(along)
        length = 0.25 + 0.35 * scatter(column * 13 + row, 22)
        off = np.abs((slanted / wide - column - 0.5) * wide) - 0.0016
        return overlap(off, (np.abs(along - row - 0.5) - length * 0.5) * tall)

    color = where(leaves, rgb("d9823b"), where(blossom, rgb("f7a8c4"), rgb("ffffff")))
    yield layer("falling", (petals | snow) & ~inside, flakes, light.toned(color), opacity=0.95, segment="sky")
    rain = where(light.night, rgb("9fb4e0"), rgb("e8f0f8"))
    wet = scenes.are("weather", "rain") & ~inside
    yield layer("rain", wet, drops, light.toned(rain), opacity=0.55, segment="sky")


def tinted(scenes: Scenes, far: Floats, near: Floats) -> tuple[Floats, Floats]:
    """Return the colours of far and near land (n, 3) in their season."""
    for season, distant, close, share in (
        ("spring", "b6d9a8", "7fbf6b", 0.6),
        ("autumn", "d9b48a", "b8703c", 0.75),
    ):
        here = scenes.are("season", season)
        far, near = (
            where(here, mix(far, rgb(distant), share), far),
            where(here, mix(near, rgb(close), share), near),
        )
    white = scenes.are("background", "snow") | scenes.are("season", "winter")
    trees = white & scenes.are("background", "forest")
    far, near = where(white, mix(far, 1.0, 0.55), far), where(white, mix(near, 1.0, 0.8), near)
    return where(trees, rgb("9fb4cc"), far), where(trees, rgb("5f7f96"), near)
