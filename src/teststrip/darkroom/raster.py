"""Evaluating a layer on a grid of cells, no further than its box."""

from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Floats, Index
from teststrip.darkroom.scene import Layer, View


@dataclass(frozen=True, slots=True)
class Grid:
    """Cell centres in picture units: x (columns,), y (rows,); ``fade`` (rows,) runs from 0 at the top to 1."""

    x: Floats
    y: Floats
    fade: Floats
    cell: float

    @staticmethod
    def of(view: View, columns: int, rows: int) -> "Grid":
        """Return a grid of ``columns`` x ``rows`` cells over a view."""
        across = ((np.arange(columns) + 0.5) / columns).astype(np.float32)
        down = ((np.arange(rows) + 0.5) / rows).astype(np.float32)
        x = (across * 2 - 1) * np.float32(view.half_width)
        y = (down * 2 - 1) * np.float32(view.half_height)
        return Grid(x, y, down, 2 * view.half_width / columns)

    def band(self, rows: slice) -> "Grid":
        """Return the part of the grid that lies in some of its rows."""
        return Grid(self.x, self.y[rows], self.fade[rows], self.cell)

    def span(self, layer: Layer) -> tuple[slice, slice]:
        """Rows and columns that a layer's box touches, two cells wider."""
        if layer.box is None:
            return slice(0, len(self.y)), slice(0, len(self.x))
        margin = 2 * self.cell
        left, top, right, bottom = layer.box
        x0, x1 = np.searchsorted(self.x, np.array([left - margin, right + margin], np.float32))
        y0, y1 = np.searchsorted(self.y, np.array([top - margin, bottom + margin], np.float32))
        return slice(int(y0), int(y1)), slice(int(x0), int(x1))


@dataclass(frozen=True, slots=True)
class Patch:
    """A layer's field in the scenes of ``index`` (k,), over ``rows`` and ``columns``: (k, rows, columns)."""

    layer: Layer
    index: Index
    rows: slice
    columns: slice
    values: Floats


def evaluate(layer: Layer, grid: Grid) -> Patch | None:
    """Evaluate a layer for every scene that has it; None if no scene does, or its box lies outside the picture."""
    index = np.nonzero(layer.present)[0]
    rows, columns = grid.span(layer)
    if not index.size or rows.stop <= rows.start or columns.stop <= columns.start:
        return None
    return patch_of(layer, grid, index, rows, columns)


def patch_of(layer: Layer, grid: Grid, index: Index, rows: slice, columns: slice) -> Patch:
    """Evaluate a layer for the scenes of ``index`` over a rectangle of cells."""
    x, y = grid.x[columns][None, None, :], grid.y[rows][None, :, None]
    values = layer.field(index, x, y).astype(np.float32, copy=False)
    shape = (len(index), rows.stop - rows.start, columns.stop - columns.start)
    return Patch(layer, index, rows, columns, np.broadcast_to(values, shape))
