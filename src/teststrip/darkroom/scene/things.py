"""Objects: a tea cup, a lantern, a flower, a book, an apple, a cake and a candle.

Alone they stand large in the middle, all but the flower on a table; with a person, small in front.
"""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import (
    angle,
    bell,
    box,
    capsule,
    circle,
    ellipse,
    overlap,
    rotate,
    smooth_min,
    triangle,
    union,
    wave,
)
from teststrip.darkroom.scene.layer import Layer, View, layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import CLOTH, mix, pick, rgb
from teststrip.darkroom.scene.spot import Spot

_ALONE, _HELD = 1.5, 0.55  # scales
_BOX = (-0.3, -0.4, 0.3, 0.4)
_ON_TABLE = ("cup", "lantern", "book", "apple", "cake", "candle")


def things(scenes: Scenes, light: Light, view: View) -> Iterator[Layer]:
    """Layers of what stands in front."""
    if not bool(scenes.are("item", *_ON_TABLE, "flower").any()):
        return
    alone = scenes.are("subject", "none")
    fit = min(1.0, view.half_height / 0.6)
    scale = np.where(alone, np.float32(_ALONE), np.float32(_HELD)) * np.float32(fit)
    y = np.where(alone, np.float32(0.08), np.float32(view.half_height) - scale * np.float32(0.3))
    spot = Spot(np.zeros_like(scale), y.astype(np.float32), scale.astype(np.float32))
    color = pick(scenes.codes["item_color"], CLOTH)
    yield _table(scenes, light, view, alone)
    yield from _cup(spot, scenes, light, color)
    yield from _lantern(spot, scenes, light, color)
    yield from _flower(spot, scenes, light, color)
    yield from _book(spot, scenes, light, color)
    yield from _apple(spot, scenes, light, color)
    yield from _cake(spot, scenes, light, color)
    yield from _candle(spot, scenes, light, color)


def _table(scenes: Scenes, light: Light, view: View, alone: Bools) -> Layer:
    def field(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        result: Floats = np.float32(0.3) - y + x * 0
        return result

    here = scenes.are("item", *_ON_TABLE) & alone
    area = (-view.half_width, 0.2, view.half_width, view.half_height)
    return layer("table", here, field, light.lit(rgb("a9744f")), box=area, segment="land")


def _cup(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "cup")

    def saucer(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y - 0.16, 0.2, 0.034)

    def cup(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        bowl = overlap(ellipse(x, y + 0.04, 0.145, 0.205), -(y + 0.04))
        handle = overlap(np.abs(circle(x - 0.15, y - 0.03, 0.05)) - 0.014, 0.1 - x)
        return union(bowl, handle)

    def tea(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y + 0.04, 0.13, 0.026)

    def steam(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        off = (np.abs(x) - 0.035 - 0.02 * wave(y * 26)) / np.float32(0.03)
        rise = (y + 0.2) / np.float32(0.15)
        return bell(off * off + rise * rise) * np.float32(0.6)

    white = light.lit(rgb("f4f1ea"))
    yield spot.part("saucer", saucer, white, _BOX, where=here)
    yield spot.part("cup", cup, light.lit(color), _BOX, where=here)
    yield spot.part("tea", tea, light.lit(rgb("8a5a33")), _BOX, where=here)
    yield spot.part("steam", steam, light.toned(rgb("ffffff")), _BOX, where=here, glow=True)


def _lantern(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "lantern")

    def frame(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        roof = triangle(x, y + 0.1, 0.15, 0.1) - 0.01
        base = box(x, y - 0.17, 0.13, 0.022, 0.01)
        ring = np.abs(circle(x, y + 0.225, 0.03)) - 0.008
        return union(roof, base, union(ring, box(x, y - 0.03, 0.11, 0.14, 0.02)))

    def glass(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x, y - 0.035, 0.09, 0.115, 0.02)

    def flame(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(ellipse(x, y - 0.07, 0.026, 0.04), triangle(x, y - 0.05, 0.022, 0.07))

    def halo(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return bell((x * x + (y - 0.04) * (y - 0.04)) / np.float32(0.12)) * np.float32(0.7)

    yield spot.part(
        "halo_of_light", halo, light.toned(rgb("ffe2a0")), (-0.4, -0.4, 0.4, 0.45), where=here, glow=True
    )
    yield spot.part("lantern", frame, light.lit(color * np.float32(0.8)), _BOX, where=here)
    yield spot.part("glass", glass, light.toned(rgb("fff0bf")), _BOX, where=here)
    yield spot.part("flame", flame, light.toned(rgb("f59a3c")), _BOX, where=here)


def _flower(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "flower")

    def stem(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        across, down = rotate(np.abs(x) - 0.08, y - 0.2, 0.9)
        return union(capsule(x, y, (0.0, -0.05), (0.01, 0.6), 0.012), ellipse(across, down, 0.03, 0.09))

    def petals(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        around = wave(angle(y + 0.1, x) * 7)
        result: Floats = (circle(x, y + 0.1, 0.12) - 0.035 * around) * np.float32(0.8)
        return result

    def middle(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(x, y + 0.1, 0.05)

    area = (-0.3, -0.4, 0.3, 0.65)
    yield spot.part("stem", stem, light.lit(rgb("4f8f5a")), area, where=here)
    yield spot.part("petals", petals, light.lit(color), area, where=here)
    yield spot.part("flower_heart", middle, light.lit(rgb("f2c14e")), area, where=here)


def _book(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "book")

    def lifted(x: Floats, y: Floats) -> Floats:
        result: Floats = y + 0.10 * np.abs(x) - 0.9 * x * x
        return result

    def cover(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x, lifted(x, y) - 0.06, 0.235, 0.125, 0.012)

    def pages(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap(box(x, lifted(x, y) - 0.045, 0.22, 0.115, 0.008), 0.004 - np.abs(x))

    def lines(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        t = (lifted(x, y) + 0.045) / np.float32(0.032)
        row = np.abs(t - np.floor(t) - 0.5) * np.float32(0.032) - 0.0035
        within = overlap(np.abs(lifted(x, y) - 0.045) - 0.085, np.abs(np.abs(x) - 0.112) - 0.075)
        return overlap(row, within)

    yield spot.part("book_cover", cover, light.lit(color), _BOX, where=here)
    yield spot.part("book_pages", pages, light.lit(rgb("f8f3e6")), _BOX, where=here)
    yield spot.part("book_lines", lines, light.lit(rgb("b9b2a4")), _BOX, where=here)


def _apple(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "apple")

    def fruit(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        halves = smooth_min(circle(x - 0.05, y - 0.03, 0.115), circle(x + 0.05, y - 0.03, 0.115), 0.02)
        return smooth_min(halves, ellipse(x, y - 0.08, 0.11, 0.085), 0.03)

    def stalk(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return capsule(x, y, (0.0, -0.055), (0.022, -0.14), 0.009)

    def leaf(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(*rotate(x - 0.075, y + 0.12, -0.3), 0.062, 0.025)

    def gleam(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(*rotate(x + 0.08, y + 0.01, 0.4), 0.018, 0.045)

    yield spot.part("apple", fruit, light.lit(color), _BOX, where=here)
    yield spot.part("stalk", stalk, light.lit(rgb("6d4a34")), _BOX, where=here)
    yield spot.part("leaf", leaf, light.lit(rgb("5f9f5a")), _BOX, where=here)
    yield spot.part("apple_gleam", gleam, light.lit(mix(color, 1.0, 0.5)), _BOX, where=here)


def _cake(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "cake")

    def base(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return box(x, y - 0.07, 0.18, 0.1, 0.02)

    def icing(index: Index, x: Floats, y: Floats) -> Floats:
        drips = 0.045 + 0.02 * wave(x * 52) - 0.012 * wave(x * 21)
        return union(overlap(base(index, x, y), y - drips), box(x, y + 0.02, 0.183, 0.025, 0.02))

    def berries(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return circle(np.abs(np.abs(x) - 0.05) - 0.045, y + 0.062, 0.03)

    def plate(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y - 0.175, 0.25, 0.03)

    yield spot.part("plate", plate, light.lit(rgb("f4f1ea")), _BOX, where=here)
    yield spot.part("cake", base, light.lit(rgb("e3b877")), _BOX, where=here)
    yield spot.part("icing", icing, light.lit(mix(color, 1.0, 0.55)), _BOX, where=here)
    yield spot.part("berries", berries, light.lit(rgb("cf3b45")), _BOX, where=here)


def _candle(spot: Spot, scenes: Scenes, light: Light, color: Floats) -> Iterator[Layer]:
    here = scenes.are("item", "candle")

    def wax(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return union(box(x, y - 0.05, 0.05, 0.13, 0.012), capsule(x, y, (0.0, -0.07), (0.0, -0.1), 0.004))

    def dish(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return ellipse(x, y - 0.175, 0.12, 0.026)

    def flame(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return smooth_min(circle(x, y + 0.13, 0.026), triangle(x, y + 0.135, 0.022, 0.07), 0.012)

    def halo(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return bell((x * x + (y + 0.13) * (y + 0.13)) / np.float32(0.11)) * np.float32(0.75)

    yield spot.part("candlelight", halo, light.toned(rgb("ffe2a0")), (-0.4, -0.5, 0.4, 0.3), where=here, glow=True)
    yield spot.part("dish", dish, light.lit(color * np.float32(0.8)), _BOX, where=here)
    yield spot.part("wax", wax, light.lit(rgb("f6efdf")), _BOX, where=here)
    yield spot.part("candle_flame", flame, light.toned(rgb("f8a63f")), _BOX, where=here)
