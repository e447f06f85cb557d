"""A layer: one flat-coloured shape in every scene that has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.scene.attributes import ATTRIBUTES, Scenes

Field: TypeAlias = Callable[[Index, Floats, Floats], Floats]
"""``field(index, x, y)``: for the scenes of ``index`` (k,), at x (k or 1, rows or 1, columns) and y alike, the
distance (or, for a glow, the coverage 0..1), broadcastable to (k, rows, columns)."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in picture units."""


@dataclass(frozen=True, slots=True)
class View:
    """The picture plane: half its width and half its height, in units of sqrt(width * height)."""

    half_width: float
    half_height: float

    @staticmethod
    def of(width: int, height: int) -> "View":
        """Return the view of a picture of ``width`` x ``height`` pixels."""
        unit = float(np.sqrt(float(width * height)))
        return View(width / unit / 2, height / unit / 2)


SEGMENTS: Mapping[str, float] = MappingProxyType(
    {"sky": 0.0, "far": 0.35, "land": 0.55, "thing": 0.7, "clothes": 0.9, "hair": 0.95, "skin": 1.0},
)
"""What a layer may be a part of, with its nearness: 0 is the sky, 1 the nearest."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One shape with its colour (n, 3) and opacity (n,), in the scenes where ``present`` (n,), within ``box``.

    ``segment`` is what the shape is a part of, one of `SEGMENTS`.
    """

    name: str
    present: Bools
    field: Field
    color: Floats
    opacity: Floats
    box: Box | None = None
    glow: bool = False
    segment: str = "land"


def layer(
    name: str,
    present: Bools,
    field: Field,
    color: Floats,
    *,
    opacity: Floats | float = 1.0,
    box: Box | None = None,
    glow: bool = False,
    segment: str = "land",
) -> Layer:
    """Make a layer; one opacity or colour serves all scenes."""
    count = len(present)
    every = np.broadcast_to(np.asarray(opacity, np.float32), (count,))
    colors = np.broadcast_to(np.asarray(color, np.float32), (count, 3))
    return Layer(name, present, field, colors, every, box, glow, segment)


def by_value(scenes: Scenes, attribute: str, fields: Mapping[str, Field]) -> Field:
    """Return a field that draws each scene by the field of its own value; values without a field are far away."""
    codes = scenes.codes[attribute]
    names = list(ATTRIBUTES[attribute])

    def field(index: Index, x: Floats, y: Floats) -> Floats:
        rows, columns = np.broadcast_shapes(x.shape[1:], y.shape[1:])
        result = np.full((len(index), rows, columns), 9.0, np.float32)
        for value, own in fields.items():
            chosen = np.nonzero(codes[index] == names.index(value))[0]
            if chosen.size:
                result[chosen] = own(index[chosen], rows_of(x, chosen), rows_of(y, chosen))
        return result

    return field


def rows_of(values: Floats, chosen: Index) -> Floats:
    """Rows of an array whose first axis may be shared by all scenes."""
    return values if len(values) == 1 else values[chosen]
