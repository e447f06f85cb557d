"""Hair: the mass behind the head, and the fringe with its side locks."""

from collections.abc import Iterator

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import (
    angle,
    box,
    circle,
    ellipse,
    overlap,
    per_scene,
    rotate,
    smooth_min,
    union,
    wave,
    zigzag,
)
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.layer import Layer, by_value, rows_of
from teststrip.darkroom.scene.palette import luminance, mix

_SPIKES = 1.7507  # spikes per radian: eleven round the head


def _length(figure: Figure, index: Index) -> Floats:
    return per_scene(0.9 + 0.2 * figure.scenes.trait("hair_length")[index])


def _skull(x: Floats, y: Floats) -> Floats:
    return ellipse(x, y + 0.02, 0.205, 0.215)


def back_hair(figure: Figure) -> Layer:
    """Return the darker hair behind head and shoulders."""

    def short(index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return _skull(x, y)

    def bob(index: Index, x: Floats, y: Floats) -> Floats:
        return smooth_min(_skull(x, y), box(x, y - 0.07, 0.2, 0.16 * _length(figure, index), 0.08), 0.06)

    def long(index: Index, x: Floats, y: Floats) -> Floats:
        fall = box(x, y - 0.22, 0.215 + 0.02 * y, 0.33 * _length(figure, index), 0.1)
        return smooth_min(_skull(x, y), fall, 0.06)

    def twintails(index: Index, x: Floats, y: Floats) -> Floats:
        across, down = rotate(np.abs(x) - 0.265, y - 0.13, -0.22)
        return smooth_min(_skull(x, y), ellipse(across, down, 0.075, 0.25 * _length(figure, index)), 0.03)

    def ponytail(index: Index, x: Floats, y: Floats) -> Floats:
        across, down = rotate(x - 0.25, y - 0.08, -0.3)
        return smooth_min(_skull(x, y), ellipse(across, down, 0.085, 0.25 * _length(figure, index)), 0.05)

    def bun(index: Index, x: Floats, y: Floats) -> Floats:
        buns = circle(np.abs(x) - 0.14, y + 0.2, 0.078 * _length(figure, index))
        return smooth_min(_skull(x, y), buns, 0.015)

    def curly(index: Index, x: Floats, y: Floats) -> Floats:
        low = ellipse(x, y - 0.13, 0.22 * _length(figure, index), 0.17)
        mass = smooth_min(ellipse(x, y, 0.25, 0.25), low, 0.08)
        result: Floats = mass - 0.013 * np.abs(wave(angle(y - 0.03, x) * 8))
        return result

    def spiky(index: Index, x: Floats, y: Floats) -> Floats:
        spikes = (zigzag(angle(y, x) * _SPIKES) + 1) * (y < 0.12)
        result: Floats = ellipse(x, y + 0.03, 0.2, 0.2) - 0.028 * _length(figure, index) * spikes
        return result

    styles = {
        "short": short,
        "bob": bob,
        "long": long,
        "twintails": twintails,
        "ponytail": ponytail,
        "bun": bun,
        "curly": curly,
        "spiky": spiky,
    }
    field = by_value(figure.scenes, "hair_style", styles)
    return figure.part(
        "hair_back", field, figure.light.lit(figure.hair * 0.78), (-0.42, -0.34, 0.42, 0.62), segment="hair"
    )


def _blunt(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    result: Floats = y + 0.028 - 0.010 * zigzag(x * 13) + 0.25 * np.maximum(np.abs(x) - 0.1, 0)
    return result


def _parted(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    result: Floats = y + 0.155 - 1.05 * np.abs(x + 0.02) + 1.6 * x * x
    return result


def _swept(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    result: Floats = y + 0.065 - 0.42 * (x + 0.02) - 0.016 * zigzag(x * 9 + 0.2)
    return result


def _jagged(index: Index, x: Floats, y: Floats) -> Floats:
    del index
    result: Floats = y + 0.05 - 0.036 * zigzag(x * 10.5 + 0.25) - 0.1 * np.abs(x)
    return result


def fringe(figure: Figure, index: Index, x: Floats, y: Floats) -> Floats:
    """Distance to the front hair: the cap above the fringe's edge, and two side locks."""
    scenes = figure.scenes
    edges = {"blunt": _blunt, "parted": _parted, "swept": _swept, "zigzag": _jagged}
    edge = by_value(scenes, "bangs", edges)(index, x, y)
    cap = np.array(ellipse(x, y + 0.03, 0.195, 0.205))
    curly = np.nonzero(scenes.are("hair_style", "curly")[index])[0]
    if curly.size:
        around = angle(rows_of(y, curly) + 0.03, rows_of(x, curly))
        cap[curly] -= 0.012 * np.abs(wave(around * 7))
    spiky = np.nonzero(scenes.are("hair_style", "spiky")[index])[0]
    if spiky.size:
        down = rows_of(y, spiky)
        cap[spiky] -= 0.022 * (zigzag(angle(down, rows_of(x, spiky)) * _SPIKES) + 1) * (down < 0)
    return union(overlap(cap, edge * 0.93), _locks(figure, index, x, y))


def _locks(figure: Figure, index: Index, x: Floats, y: Floats) -> Floats:
    """Side locks that taper to a point; short for boys and short styles."""
    cropped = figure.boy | figure.scenes.are("hair_style", "short", "spiky")
    reach = per_scene(np.where(cropped, np.float32(0.05), np.float32(0.16))[index]) * _length(figure, index)
    along = np.clip((y + 0.06) / (reach + 0.06), 0, 1)
    aside = np.abs(x) - 0.158 + 0.012 * along * along
    beyond = np.maximum(overlap(-0.06 - y, y - reach), 0)
    lock = np.sqrt(aside * aside + beyond * beyond) - 0.034 * (1 - along * along * 0.97) - 0.002
    return overlap(lock, y - reach)


def front_hair(figure: Figure) -> Iterator[Layer]:
    """Fringe, locks and the shine across them."""
    light, bright = figure.light, luminance(figure.hair)[:, None]

    def hair(index: Index, x: Floats, y: Floats) -> Floats:
        return fringe(figure, index, x, y)

    def shine(index: Index, x: Floats, y: Floats) -> Floats:
        thick = 0.0135 - 1.1 * x * x
        band = np.abs(y + 0.137 - 1.3 * x * x + 0.0035 * zigzag(x * 22)) - thick
        return overlap(band, np.abs(x) - 0.115, hair(index, x, y) + 0.008)

    yield figure.part("hair_front", hair, light.lit(figure.hair), (-0.3, -0.36, 0.3, 0.22), segment="hair")
    gleam = mix(figure.hair, 1.0, np.where(bright > 0.8, np.float32(0.9), np.float32(0.38)))
    yield figure.part(
        "shine",
        shine,
        light.lit(gleam),
        (-0.16, -0.24, 0.16, -0.06),
        opacity=0.75,
        where=~figure.rough,
        segment="hair",
    )
