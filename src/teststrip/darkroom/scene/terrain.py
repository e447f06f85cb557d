"""The land's outlines: three ridges, one behind another, as height profiles over x."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import overlap, per_scene, scallop, scatter, wave, zigzag
from teststrip.darkroom.scene.layer import Layer, View, layer, rows_of
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import mix, rgb, where
from teststrip.darkroom.scene.weather import tinted

OPEN = ("day", "night", "sunset", "sakura", "snow", "field", "desert")
"""Backgrounds of open country."""


@dataclass(frozen=True, slots=True)
class Land:
    """What every layer of the land needs.

    The horizon's height (n,), the ridges' phase (n,), and the colours (n, 3) of far and near land.
    """

    scenes: Scenes
    light: Light
    view: View
    horizon: Floats
    phase: Floats
    far: Floats
    near: Floats

    @property
    def alone(self) -> Bools:
        """Scenes without a person, where the land itself is the subject."""
        return self.scenes.are("subject", "none")


def land_of(scenes: Scenes, light: Light, view: View) -> Land:
    """Lay out the land: a lower horizon where nobody stands in front of it."""
    height = 0.06 + 0.2 * scenes.trait("horizon") + 0.16 * scenes.are("subject", "none")
    hue = scenes.trait("ridge_hue")[:, None]
    night, sunset = light.night, light.sunset
    sand = scenes.are("background", "desert")
    day_far = where(sand, rgb("f0d7a4"), mix(rgb("9cc3dc"), rgb("a7cdb6"), hue))
    day_near = where(sand, rgb("dcb274"), mix(rgb("5f9f6c"), rgb("4b8f86"), hue))
    day_far, day_near = tinted(scenes, day_far, day_near)
    far = where(sunset, mix(rgb("c9707f"), rgb("a8618f"), hue), day_far)
    far = where(night, mix(rgb("2c3a78"), rgb("3a3a7c"), hue), far)
    near = where(sunset, where(sand, rgb("a3584a"), rgb("5b3a66")), day_near)
    near = where(night, rgb("161b3a"), near)
    white = (scenes.are("background", "snow") | scenes.are("season", "winter")) & (night | sunset)
    far, near = where(white, mix(far, 1.0, 0.35), far), where(white, mix(near, 1.0, 0.5), near)
    horizon = (view.half_height * height).astype(np.float32)
    return Land(scenes, light, view, horizon, scenes.trait("ridge_phase"), far, near)


def hills(x: Floats, phase: Floats) -> Floats:
    """Profile of rolling hills; ``phase`` (k, 1, 1)."""
    result: Floats = 0.03 * wave(x * 5.1 + phase * 9) + 0.018 * wave(x * 11.7 + phase * 23)
    return result


def _peaks(x: Floats, phase: Floats, ridge: int) -> Floats:
    t = x * (1.7 + 0.5 * ridge) + phase * 3
    result: Floats = -0.16 * (zigzag(t) * 0.5 + 0.5) - 0.045 * zigzag(t * 3.1 + 0.3) - 0.012 * zigzag(t * 9.7)
    return result


def _trees(x: Floats, phase: Floats, ridge: int) -> Floats:
    t = x / (0.09, 0.12, 0.16)[ridge] + phase * 7
    tree = np.floor(t)
    height = 0.10 + 0.14 * scatter(tree + np.floor(phase * 50), 5 + ridge)
    off = np.abs((t - tree) - 0.5) * 2
    result: Floats = -height * np.maximum(1 - off, 0) * (1.0, 1.15, 1.3)[ridge] - 0.012 * scallop(t * 3) * (
        off < 0.8
    )
    return result


def _roofs(x: Floats, phase: Floats, ridge: int) -> Floats:
    t = x / (0.055, 0.075, 0.1)[ridge] + phase * 7
    house = np.floor(t)
    tall = scatter(house + np.floor(phase * 50), 9 + ridge)
    result: Floats = -(0.22 - 0.05 * ridge) * tall + 0.012 * ((t - house) > 0.9)
    return result


def _flat(x: Floats, phase: Floats, ridge: int) -> Floats:
    del ridge
    result: Floats = x * 0 + phase * 0
    return result


def _rolling(x: Floats, phase: Floats, ridge: int) -> Floats:
    del ridge
    return hills(x, phase)


_PROFILES = MappingProxyType({"hill": _rolling, "peak": _peaks, "tree": _trees, "city": _roofs, "sea": _flat})


def _ridge(land: Land, ridge: int, kinds: dict[str, Bools], base: Floats, color: Floats) -> Layer:
    """Everything below a profile; ``kinds`` says which scenes have which profile."""
    present = np.zeros(len(land.scenes), np.bool_)
    for here in kinds.values():
        present |= here
    phase = land.phase + np.float32(ridge * 0.37)

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        profile = np.zeros((len(index), 1, x.shape[2]), np.float32)
        for kind, here in kinds.items():
            chosen = np.nonzero(here[index])[0]
            if chosen.size:
                own = per_scene(phase[index[chosen]])
                profile[chosen] = _PROFILES[kind](rows_of(x, chosen), own, ridge)
        return per_scene(base[index]) + profile - y

    view = land.view
    area = (-view.half_width, -view.half_height * 0.75, view.half_width, view.half_height)
    return layer(
        f"ridge_{ridge}",
        present,
        field,
        land.light.toned(color),
        box=area,
        segment="far" if ridge == 0 else "land",
    )


def ridges(land: Land, bottom: Floats) -> Iterator[Layer]:
    """Three ridges from far to near; ``bottom`` (n, 3) is the colour of the sky they fade into."""
    scenes, light = land.scenes, land.light
    mountain, sea = scenes.are("background", "mountain"), scenes.are("background", "sea")
    forest, city = scenes.are("background", "forest"), scenes.are("background", "city")
    rolling = scenes.are("background", *OPEN)
    high = {"peak": mountain, "hill": rolling, "tree": forest, "city": city}
    base = land.horizon - 0.06 * forest - 0.05 * city
    yield _ridge(land, 0, high, base.astype(np.float32), mix(land.far, bottom, 0.25))
    water = where(light.night, rgb("27407e"), where(light.sunset, rgb("b0648c"), rgb("3f8fc4")))
    base = land.horizon + np.where(mountain, 0.12, 0.07) - 0.07 * sea
    color = where(sea, water, mix(land.far, land.near, 0.5))
    yield _ridge(land, 1, {**high, "sea": sea}, base.astype(np.float32), color)
    yield _windows(land, city & (light.night | light.sunset))
    low = {"hill": mountain | rolling, "tree": forest, "city": city}
    base = land.horizon + np.where(forest, 0.2, 0.17)
    color = where(city, mix(land.near, land.far, 0.25), land.near)
    yield _ridge(land, 2, low, base.astype(np.float32), color)


def _windows(land: Land, present: Bools) -> Layer:
    """Lit windows on the middle ridge of a city."""
    wide, tall = 0.018, 0.024
    color = land.light.toned(rgb("ffd98a"))

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        column, row = np.floor(x / wide), np.floor(y / tall)
        across = np.abs(x - (column + 0.5) * wide) - 0.0035
        down = np.abs(y - (row + 0.5) * tall) - 0.006
        dark = 0.02 * (scatter(column.astype(np.int64) * 57 + row.astype(np.int64), 77) - 0.45)
        above = per_scene(land.horizon[index]) - y
        return overlap(across, down, dark, above)

    area = (-land.view.half_width, 0.0, land.view.half_width, land.view.half_height)
    return layer("windows", present, field, color, opacity=0.85, box=area)
