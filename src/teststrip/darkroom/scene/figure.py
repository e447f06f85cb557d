"""A person's frame: where the head is, how it tilts, and the layers drawn in that frame.

In the frame, the face's centre is the origin, y points down, and the head is about 0.4 wide.
"""

import math
from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Bools, Codes, Floats, Index
from teststrip.darkroom.scene.attributes import Scenes
from teststrip.darkroom.scene.fields import per_scene
from teststrip.darkroom.scene.layer import Box, Field, Layer, View, layer
from teststrip.darkroom.scene.light import Light
from teststrip.darkroom.scene.palette import CLOTH, HAIR, SKIN, mix, pick, rgb, where

_MARGIN = 0.03
_PIVOT = 0.2  # the head tilts about the neck
# Five poses, as (size, shift right, shift down, tilt), each in 0..1 with 0.5 the middle.
_POSES = np.array(
    [
        (0.5, 0.5, 0.5, 0.5),
        (0.5, 0.1, 0.5, 0.12),
        (0.5, 0.9, 0.5, 0.88),
        (0.9, 0.5, 0.3, 0.5),
        (0.2, 0.5, 0.8, 0.5),
    ],
    np.float32,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One person in every scene that has one: head centre, scale and tilt, each (n,), and base colours (n, 3)."""

    scenes: Scenes
    light: Light
    present: Bools
    x: Floats
    y: Floats
    scale: Floats
    cosine: Floats
    sine: Floats
    hair: Floats
    skin: Floats
    cloth: Floats
    hat: Floats

    @property
    def boy(self) -> Bools:
        """Where the person is a boy."""
        return self.scenes.are("subject", "boy")

    @property
    def rough(self) -> Bools:
        """Where nothing gleams."""
        return self.scenes.are("finish", "rough")

    @property
    def tie(self) -> Floats:
        """A colour (n, 3) for small things, other than the hat's."""
        codes: Codes = (self.scenes.codes["hat_color"] + 3) % len(CLOTH)
        return pick(codes, CLOTH)

    def per_boy(self, boy: float, girl: float) -> Floats:
        """One number for boys, another for girls, (n,)."""
        return np.where(self.boy, np.float32(boy), np.float32(girl))

    def place(self, field: Field, *, glow: bool = False) -> Field:
        """Carry a field from the person's frame to the picture's."""

        def placed(index: Index, x: Floats, y: Floats) -> Floats:
            scale = per_scene(self.scale[index])
            across = (x - per_scene(self.x[index])) / scale
            down = (y - per_scene(self.y[index])) / scale - _PIVOT
            cosine, sine = per_scene(self.cosine[index]), per_scene(self.sine[index])
            value = field(index, cosine * across + sine * down, cosine * down - sine * across + _PIVOT)
            return value if glow else value * scale

        return placed

    def in_picture(self, place: tuple[float, float], k: int) -> tuple[float, float]:
        """Carry a place from the ``k``-th person's frame to the picture's; what `place` does, the other way."""
        x, y, turn, slant = place[0], place[1] - _PIVOT, float(self.cosine[k]), float(self.sine[k])
        scale = float(self.scale[k])
        return (
            float(self.x[k]) + scale * (turn * x - slant * y),
            float(self.y[k]) + scale * (slant * x + turn * y + _PIVOT),
        )

    def part(
        self,
        name: str,
        field: Field,
        color: Floats,
        box: Box,
        *,
        where: Bools | None = None,
        opacity: Floats | float = 1.0,
        glow: bool = False,
        segment: str = "clothes",
    ) -> Layer:
        """Make a layer from a field and a box in the person's frame."""
        present = self.present if where is None else self.present & where
        placed = self.place(field, glow=glow)
        return layer(name, present, placed, color, opacity=opacity, box=self._box(box), glow=glow, segment=segment)

    def _box(self, box: Box) -> Box:
        scale = float(self.scale.max())
        return (
            float(self.x.min()) + scale * box[0] - _MARGIN,
            float(self.y.min()) + scale * box[1] - _MARGIN,
            float(self.x.max()) + scale * box[2] + _MARGIN,
            float(self.y.max()) + scale * box[3] + _MARGIN,
        )


def figure_of(
    scenes: Scenes, light: Light, view: View, center: tuple[float, float] = (0.0, 0.0), size: float = 1.0
) -> Figure:
    """Pose a person at ``center`` (units right of the middle, and below it), ``size`` 1 filling a portrait."""
    pose = _POSES[(scenes.trait("pose") * len(_POSES)).astype(np.intp)]
    fit = min(1.0, view.half_height / 0.55)
    scale = (0.95 + 0.10 * pose[:, 0]) * np.float32(size * fit * 1.02)
    top = -0.085 * size * view.half_height / 0.604 + 0.06 * (1 - size)
    tilts = [(float(value) - 0.5) * 0.16 for value in pose[:, 3]]
    child, old = scenes.are("age", "child"), scenes.are("age", "old")
    scale = scale * np.where(child, np.float32(0.84), np.float32(1))
    lower = np.where(child, np.float32(0.06 * size), np.float32(0))
    hair = pick(scenes.codes["hair_color"], HAIR)
    shade = (scenes.trait("hair_shade")[:, None] - np.float32(0.5)) * np.float32(0.06)
    return Figure(
        scenes=scenes,
        light=light,
        present=~scenes.are("subject", "none"),
        x=center[0] + (pose[:, 1] - np.float32(0.5)) * np.float32(0.03),
        y=center[1] + top + lower + (pose[:, 2] - np.float32(0.5)) * np.float32(0.03),
        scale=scale,
        cosine=np.array([math.cos(tilt) for tilt in tilts], np.float32),
        sine=np.array([math.sin(tilt) for tilt in tilts], np.float32),
        hair=where(old, mix(hair, rgb("d5d6dc"), 0.8), hair) + shade,
        skin=pick(scenes.codes["skin"], SKIN),
        cloth=pick(scenes.codes["cloth_color"], CLOTH),
        hat=pick(scenes.codes["hat_color"], CLOTH),
    )
