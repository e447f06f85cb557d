"""Eyes and brows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene.fields import capsule, circle, ellipse, overlap, per_scene, smooth_max, union
from teststrip.darkroom.scene.figure import Figure
from teststrip.darkroom.scene.layer import Layer
from teststrip.darkroom.scene.palette import EYES, mix, pick, rgb

_APART = 0.076
_LOOK = np.array([0.0, -0.009, 0.009], np.float32)  # viewer, left, right


@dataclass(frozen=True, slots=True)
class _Eye:
    """One eye: side -1 is the picture's left; openness and look (n,)."""

    figure: Figure
    side: int
    openness: Floats
    look: Floats

    def x(self, x: Floats) -> Floats:
        result: Floats = x - _APART * self.side
        return result

    def white(self, index: Index, x: Floats, y: Floats) -> Floats:
        wide = per_scene(self.openness[index])
        ball = ellipse(self.x(x), y - 0.036, 0.041, 0.052 * wide)
        return smooth_max(ball, -(y - 0.036 + 0.045 * wide), 0.01)

    def iris(self, index: Index, x: Floats, y: Floats) -> Floats:
        return overlap(self._iris(index, x, y, 1.0), self.white(index, x, y) + 0.001)

    def _iris(self, index: Index, x: Floats, y: Floats, size: float) -> Floats:
        across = self.x(x) - per_scene(self.look[index])
        wide = per_scene(
            np.where(self.figure.scenes.are("expression", "surprised"), np.float32(0.8), np.float32(1))[index]
        )
        return ellipse(
            across, y - 0.039, 0.031 * size * wide, 0.048 * size * wide * per_scene(self.openness[index])
        )

    def iris_light(self, index: Index, x: Floats, y: Floats) -> Floats:
        inner = overlap(self._iris(index, x, y, 0.86), self.white(index, x, y) + 0.004)
        return overlap(inner, ellipse(self.x(x) - per_scene(self.look[index]), y - 0.066, 0.03, 0.027))

    def pupil(self, index: Index, x: Floats, y: Floats) -> Floats:
        across = self.x(x) - per_scene(self.look[index])
        pupil = ellipse(across, y - 0.036, 0.0135, 0.021 * per_scene(self.openness[index]))
        return overlap(pupil, self.white(index, x, y) + 0.001)

    def glint(self, index: Index, x: Floats, y: Floats) -> Floats:
        across = self.x(x) - per_scene(self.look[index])
        return union(circle(across + 0.011, y - 0.021, 0.0095), circle(across - 0.011, y - 0.058, 0.005))

    def lash(self, index: Index, x: Floats, y: Floats) -> Floats:
        across, down, wide = self.x(x), y - 0.036, per_scene(self.openness[index])
        thick = per_scene(self.figure.per_boy(0.007, 0.010)[index])
        outer = ellipse(across - 0.003 * self.side, down + 0.004, 0.047, 0.056 * wide)
        arc = overlap(outer, -ellipse(across, down - thick, 0.0465, 0.056 * wide))
        arc = overlap(arc, down - 0.012)
        flick = capsule(across * self.side, down, (0.036, -0.026 * wide), (0.055, -0.031 * wide), 0.004)
        return np.where(per_scene(self.figure.boy[index]), arc, union(arc, flick))

    def shut(self, index: Index, x: Floats, y: Floats) -> Floats:
        del index
        return overlap(np.abs(ellipse(self.x(x), y - 0.075, 0.042, 0.036)) - 0.005, y - 0.062)

    def brow(self, index: Index, x: Floats, y: Floats) -> Floats:
        scenes = self.figure.scenes
        sad, surprised = scenes.are("expression", "sad")[index], scenes.are("expression", "surprised")[index]
        across = self.x(x) * self.side
        angry = scenes.are("expression", "angry")[index]
        tilt = np.where(sad, 0.014, np.where(surprised, 0.0, np.where(angry, -0.02, -0.001)))
        slope = per_scene(tilt.astype(np.float32))
        lift = per_scene(np.where(surprised, np.float32(0.022), np.float32(0)))
        thick = per_scene(self.figure.per_boy(0.0085, 0.0055)[index])
        down = y + 0.046 + lift - slope * across / 0.04 - 4.0 * across * across
        return overlap(np.abs(down) - thick * (1.1 - np.abs(across) * 12), np.abs(across) - 0.042)


def eyes(figure: Figure) -> Iterator[Layer]:
    """Layers of both eyes and brows."""
    scenes = figure.scenes
    openness = figure.per_boy(0.80, 1.0)
    openness = np.where(scenes.are("expression", "surprised"), np.float32(1.14), openness)
    openness = np.where(scenes.are("expression", "sad"), openness * np.float32(0.86), openness)
    openness = np.where(scenes.are("age", "child"), openness * np.float32(1.1), openness)
    openness = np.where(scenes.are("age", "old"), openness * np.float32(0.82), openness)
    look = _LOOK[scenes.codes["gaze"]]
    for side in (-1, 1):
        yield from _eye(_Eye(figure, side, openness.astype(np.float32), look))


def _eye(eye: _Eye) -> Iterator[Layer]:
    figure, light, scenes = eye.figure, eye.figure.light, eye.figure.scenes
    name = "left" if eye.side < 0 else "right"
    closed = scenes.are("expression", "closed") if eye.side < 0 else scenes.are("expression", "closed", "wink")
    color = pick(scenes.codes["eye_color"], EYES)
    ink = light.lit(mix(rgb("2a2030"), figure.hair * 0.45, 0.35))
    middle = _APART * eye.side
    area = (middle - 0.065, -0.03, middle + 0.065, 0.105)
    for part, field, paint in (
        ("white", eye.white, light.lit(rgb("fdfcfb"))),
        ("iris", eye.iris, light.lit(color * 0.82)),
        ("iris_light", eye.iris_light, light.lit(mix(color, 1.0, 0.35))),
        ("pupil", eye.pupil, light.lit(color * 0.22)),
        ("glint", eye.glint, light.toned(rgb("ffffff"))),
        ("lash", eye.lash, ink),
    ):
        here = ~closed & ~figure.rough if part == "glint" else ~closed
        yield figure.part(f"{part}_{name}", field, paint, area, where=here, segment="skin")
    yield figure.part(f"shut_{name}", eye.shut, ink, area, where=closed, segment="skin")
    brown = light.lit(mix(figure.hair * 0.62, rgb("3a2a30"), 0.25))
    yield figure.part(
        f"brow_{name}", eye.brow, brown, (middle - 0.065, -0.12, middle + 0.065, 0.0), segment="skin"
    )
