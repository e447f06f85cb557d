"""Sky, stars, sun and moon, clouds, birds."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import box, circle, overlap, per_scene, scatter, smooth_min, union
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import PLAIN_BOTTOM, PLAIN_TOP, mix, pick, rgb, where
from teststrip.darkroom.scene.weather import dulled, overcast

DISC_X = np.array([-0.62, 0.08, 0.62, 0.62], np.float32)
_CLOUDS = ((0.55, -0.62, 1.0), (-0.5, -0.38, 0.8), (0.2, -0.86, 0.6))
_BIRDS = ((-0.5, -0.55, 0.026), (-0.38, -0.60, 0.019), (-0.58, -0.64, 0.016), (0.62, -0.5, 0.02))
_STAR_CELL = 0.085


def backdrop(scenes: Scenes, light: Light) -> tuple[Floats, Floats]:
    """Return the colours of the sky's top and bottom, (n, 3) each; it fades from one to the other."""
    hue = scenes.trait("sky_hue")[:, None]
    top = np.broadcast_to(rgb("7fb8ec"), (len(scenes), 3))
    bottom = np.broadcast_to(rgb("dff0fa"), (len(scenes), 3))
    for place, above, below in (
        ("snow", "aebfd6", "e9eff6"),
        ("sakura", "a9d4f4", "fbe6ee"),
        ("forest", "9fd0c0", "eef6d8"),
        ("desert", "8cc4ea", "fdebc8"),
        ("field", "86c3f0", "f2f7e2"),
    ):
        here = scenes.are("background", place)
        top, bottom = where(here, rgb(above), top), where(here, rgb(below), bottom)
    top = where(light.sunset, mix(rgb("5d4a91"), rgb("7b5ea8"), hue), top)
    bottom = where(light.sunset, mix(rgb("ffb15c"), rgb("ff9a76"), hue), bottom)
    top = where(light.night, mix(rgb("141a42"), rgb("241a4c"), hue), top)
    bottom = where(light.night, mix(rgb("3a4f8f"), rgb("4a4488"), hue), bottom)
    top, bottom = dulled(scenes, light, top), dulled(scenes, light, bottom)
    cold = scenes.are("season", "winter") & ~light.night & ~light.sunset
    top, bottom = (
        where(cold, mix(top, rgb("b7cbe2"), 0.7), top),
        where(cold, mix(bottom, rgb("edf2f8"), 0.7), bottom),
    )
    room = scenes.are("background", "room")
    top, bottom = where(room, rgb("e9dcc6"), top), where(room, rgb("f2e8d6"), bottom)
    plain, own = scenes.are("background", "plain"), scenes.codes["background_color"]
    top, bottom = where(plain, pick(own, PLAIN_TOP), top), where(plain, pick(own, PLAIN_BOTTOM), bottom)
    shade = (scenes.trait("sky_shade")[:, None] - 0.5) * 0.10
    return light.toned(top + shade), light.toned(bottom + shade)


def sky(scenes: Scenes, light: Light, view: View) -> Iterator[Layer]:
    """Layers between the backdrop and the land."""
    yield _stars(light, view)
    yield from _disc(scenes, light, view)
    yield _clouds(scenes, light, view)
    yield overcast(scenes, light, view)


def _stars(light: Light, view: View) -> Layer:
    cell = _STAR_CELL

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index  # the same stars stand over every scene
        column, row = np.floor(x / cell), np.floor(y / cell)
        star = column.astype(np.int64) * 131 + row.astype(np.int64)
        star_x = (column + 0.2 + 0.6 * scatter(star, 1)) * cell
        star_y = (row + 0.2 + 0.6 * scatter(star, 2)) * cell
        size = scatter(star, 3)
        return circle(x - star_x, y - star_y, 0.0012 + 0.0042 * size * size * size)

    across, down = view.half_width, view.half_height
    area = (-across, -down, across, down * 0.35)
    return layer(
        "stars",
        light.night & light.scenes.are("weather", "clear"),
        field,
        light.toned(rgb("fff6d8")),
        opacity=0.95,
        box=area,
        segment="sky",
    )


@dataclass(frozen=True, slots=True)
class Disc:
    """Sun or moon of every scene that has one: centre and radius, each (n,)."""

    present: Bools
    x: Floats
    y: Floats
    radius: Floats


def disc_of(scenes: Scenes, light: Light, view: View) -> Disc:
    """Place sun or moon: high, at sunset low."""
    here = scenes.are("background", "day", "sea", "mountain", "sunset", "night", "city", "desert", "field")
    here &= scenes.are("weather", "clear")
    here &= scenes.trait("disc_present") < 0.9
    place = (scenes.trait("disc_x") * 4).astype(np.intp)
    low = 0.05 + 0.4 * scenes.trait("disc_y")
    y = -np.float32(view.half_height) * np.where(light.sunset, low, 0.42 + 0.35 * scenes.trait("disc_y"))
    radius = np.where(light.sunset, np.float32(0.145), np.float32(0.09))
    return Disc(here, DISC_X[place] * np.float32(view.half_width), y.astype(np.float32), radius)


def _disc(scenes: Scenes, light: Light, view: View) -> Iterator[Layer]:
    """Sun or moon with its glow; a moon may be a crescent."""
    found = disc_of(scenes, light, view)
    here, x0, y0, radius = found.present, found.x, found.y, found.radius
    crescent = light.night & (scenes.trait("crescent") < 0.55)
    bite = np.where(crescent, radius * 0.55, 9.0).astype(np.float32)
    color = where(light.night, rgb("fdf3cf"), where(light.sunset, rgb("ffe9a8"), rgb("fff6c9")))

    def glow(index: Index, x: Floats, y: Floats) -> Floats:
        dx, dy = x - per_scene(x0[index]), y - per_scene(y0[index])
        reach = per_scene(radius[index] * 2.2)
        fall = 1 + (dx * dx + dy * dy) / (reach * reach)
        result: Floats = 0.62 / (fall * fall)
        return result

    def disc(index: Index, x: Floats, y: Floats) -> Floats:
        dx, dy, r = x - per_scene(x0[index]), y - per_scene(y0[index]), per_scene(radius[index])
        shift = per_scene(bite[index])
        return overlap(circle(dx, dy, r), -circle(dx - shift, dy + shift * 0.4, r * 0.92))

    around = mix(color, backdrop(scenes, light)[1], 0.25)
    dim = np.where(crescent, 0.55, 1.0)
    yield layer("glow", here, glow, light.toned(around), opacity=dim.astype(np.float32), glow=True, segment="sky")
    yield layer("disc", here, disc, light.toned(color), segment="sky")


def _clouds(scenes: Scenes, light: Light, view: View) -> Layer:
    shift = scenes.trait("cloud_shift") - np.float32(0.5)

    def one(x: Floats, y: Floats) -> Floats:
        shape = circle(x, y, 0.055)
        shape = smooth_min(shape, circle(x - 0.07, y - 0.012, 0.042), 0.03)
        shape = smooth_min(shape, circle(x + 0.075, y - 0.015, 0.04), 0.03)
        return smooth_min(shape, box(x, y - 0.04, 0.15, 0.022, 0.02), 0.02)

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        shapes = []
        for across, up, size in _CLOUDS:
            dx = (x - per_scene((across + 0.5 * shift[index]) * np.float32(view.half_width))) / size
            dy = (y - up * view.half_height) / size
            shapes.append(one(dx, dy) * size)
        return union(shapes[0], shapes[1], shapes[2])

    clear = scenes.are("background", "day", "sea", "sakura", "mountain", "field") & ~light.night
    clear &= scenes.are("weather", "clear")
    present = (clear & ~light.sunset) | (
        light.sunset & (scenes.trait("birds") < 0.8) & scenes.are("weather", "clear")
    )
    color = where(light.sunset, rgb("f79a86"), rgb("fbfdff"))
    area = (-view.half_width, -view.half_height, view.half_width, view.half_height * 0.1)
    return layer("cloud", present, field, light.toned(color), box=area, segment="sky")


def birds(scenes: Scenes, light: Light, view: View) -> Layer:
    """Four birds in the upper half, by day and at sunset."""

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index  # the same birds fly over every scene
        shapes = []
        for across, up, size in _BIRDS:
            wing = np.abs(x - across * view.half_width) / size
            rise = (y - up * view.half_height) / size
            stroke = np.abs(rise + wing - 0.75 * wing * wing) - 0.16 * (1.15 - wing)
            shapes.append(overlap(stroke, wing - 1) * size)
        return union(shapes[0], shapes[1], union(shapes[2], shapes[3]))

    present = scenes.are("background", "day", "sea", "mountain", "sunset", "forest") & ~light.night
    present &= (scenes.trait("birds") < 0.7) & scenes.are("weather", "clear")
    color = where(light.sunset, rgb("4a2f58"), rgb("41546b"))
    area = (-view.half_width, -view.half_height * 0.8, view.half_width, -view.half_height * 0.3)
    return layer("birds", present, field, light.toned(color), opacity=0.9, box=area, segment="sky")
