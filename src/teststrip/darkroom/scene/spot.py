"""A place for one thing in every scene: where a creature sits or an object stands, and how large."""

from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.fields import per_scene
from teststrip.darkroom.scene.layer import Box, Field, Layer, layer

_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class Spot:
    """Middle (units right of and below the picture's) and scale of a thing's own frame, each (n,)."""

    x: Floats
    y: Floats
    scale: Floats

    def place(self, field: Field, *, glow: bool = False) -> Field:
        """Carry a field from the thing's frame to the picture's."""

        def placed(index: Index, x: Floats, y: Floats) -> Floats:
            scale = per_scene(self.scale[index])
            across, down = (x - per_scene(self.x[index])) / scale, (y - per_scene(self.y[index])) / scale
            value = field(index, across, down)
            return value if glow else value * scale

        return placed

    def part(
        self,
        name: str,
        field: Field,
        color: Floats,
        box: Box,
        *,
        where: Bools,
        glow: bool = False,
        opacity: float = 1,
    ) -> Layer:
        """Make a layer from a field and a box in the thing's frame."""
        here = where if bool(where.any()) else np.ones_like(where)
        x, y, scale = self.x[here], self.y[here], float(self.scale[here].max())
        area = (
            float(x.min()) + scale * box[0] - _MARGIN,
            float(y.min()) + scale * box[1] - _MARGIN,
            float(x.max()) + scale * box[2] + _MARGIN,
            float(y.max()) + scale * box[3] + _MARGIN,
        )
        placed = self.place(field, glow=glow)
        return layer(name, where, placed, color, opacity=opacity, box=area, glow=glow, segment="thing")
