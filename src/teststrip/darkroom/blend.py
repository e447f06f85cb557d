"""Drawing layers that several scenes share, each scene weighing in where it has weight."""

import numpy as np
from PIL import Image

from teststrip.darkroom.arrays import Bools, Floats, Index
from teststrip.darkroom.raster import Grid, patch_of
from teststrip.darkroom.scene import Layer

_TILE = 8  # cells; weights are looked up per tile to see which scenes matter in a box
_BAND = 2.0  # distances are clipped to this many cells
_EDGE = 1.3  # pixels
_SAME_COLOR = 2 / 255
_COLOR_STEP = 4


class Blender:
    """A canvas of ``factor`` times the grid's size, and the scenes' weights (n, rows, columns) on the grid."""

    def __init__(self, grid: Grid, weights: Floats, factor: int) -> None:
        self._grid, self._weights, self._factor = grid, weights, factor
        down, across = weights.shape[1:]
        self.image = Image.new("RGB", (across * factor, down * factor))
        rows, columns = np.arange(0, down, _TILE), np.arange(0, across, _TILE)
        highest = np.maximum.reduceat(np.maximum.reduceat(weights, rows, axis=1), columns, axis=2)
        self._tiles: Bools = np.greater(highest, 0)

    def backdrop(self, top: Floats, bottom: Floats) -> None:
        """Fill the canvas with the blended fade from ``top`` to ``bottom``, (n, 3) each."""
        every = np.arange(len(self._weights))
        fade = self._grid.fade[:, None, None]
        above, below = (self._mix(self._weights, every, colors) for colors in (top, bottom))
        fill = _bytes(above * (1 - fade) + below * fade)
        self.image.paste(fill.resize(self.image.size, Image.Resampling.BILINEAR))

    def draw(self, layer: Layer) -> None:
        """Blend one layer and lay it over the canvas."""
        found = self._matters(layer)
        if found is None:
            return
        index, rows, columns = found
        patch = patch_of(layer, self._grid, index, rows, columns)
        weights = self._weights[index, rows, columns]
        if layer.glow:
            self._glow(layer, index, patch.values, weights, (rows, columns))
        else:
            self._shape(layer, index, patch.values, weights, (rows, columns))

    def _matters(self, layer: Layer) -> tuple[Index, slice, slice] | None:
        """Which scenes have the layer and weight within its box, and the box shrunk to where they have it."""
        index = np.nonzero(layer.present)[0]
        rows, columns = self._grid.span(layer)
        if not index.size or rows.stop <= rows.start or columns.stop <= columns.start:
            return None
        first_row, first_column = rows.start // _TILE, columns.start // _TILE
        tiles: Bools = self._tiles[
            index, first_row : -(-rows.stop // _TILE), first_column : -(-columns.stop // _TILE)
        ]
        index = index[tiles.any(axis=(1, 2))]
        if not index.size:
            return None
        used = np.bitwise_or.reduce(tiles, axis=0)
        down, across = np.nonzero(used.any(axis=1))[0], np.nonzero(used.any(axis=0))[0]
        return (
            index,
            slice(
                max(rows.start, (first_row + int(down[0])) * _TILE),
                min(rows.stop, (first_row + int(down[-1]) + 1) * _TILE),
            ),
            slice(
                max(columns.start, (first_column + int(across[0])) * _TILE),
                min(columns.stop, (first_column + int(across[-1]) + 1) * _TILE),
            ),
        )

    def _shape(
        self, layer: Layer, index: Index, values: Floats, weights: Floats, area: tuple[slice, slice]
    ) -> None:
        band = np.float32(_BAND * self._grid.cell)
        clipped = np.clip(values, -band, band)
        blended = np.full(clipped.shape[1:], band, np.float32)  # scenes without the layer: far outside it
        for one, weight in zip(clipped, weights, strict=True):
            blended += weight * (one - band)
        hit = blended < band * np.float32(0.5)
        if not hit.any():
            return
        down, across = _extent(hit)
        inside = weights[:, down, across] * (
            np.clip(0.5 - clipped[:, down, across] / (2 * band), 0, 1) + np.float32(1e-3)
        )
        levels = (blended[down, across] * (np.float32(127) / band) + np.float32(128.5)).astype(np.uint8)
        mask = self._enlarge(Image.fromarray(levels), Image.Resampling.BICUBIC)
        mask = mask.point(self._edge(float(layer.opacity[layer.present].max())))
        self._lay(layer, index, inside, mask, _moved(area, down, across))

    def _glow(
        self, layer: Layer, index: Index, values: Floats, weights: Floats, area: tuple[slice, slice]
    ) -> None:
        coverage = np.zeros(weights.shape[1:], np.float32)
        for one, weight, opacity in zip(values, weights, layer.opacity[index], strict=True):
            coverage += weight * one * opacity
        levels = (np.clip(coverage, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8)
        mask = self._enlarge(Image.fromarray(levels), Image.Resampling.BILINEAR)
        self._lay(layer, index, weights * np.clip(values, 1e-3, 1), mask, area)

    def _lay(
        self, layer: Layer, index: Index, shares: Floats, mask: Image.Image, area: tuple[slice, slice]
    ) -> None:
        """Paste the layer's colour, or the blend of the scenes' colours, through a mask."""
        rows, columns = area
        corner = (columns.start * self._factor, rows.start * self._factor)
        colors = layer.color[index]
        if np.ptp(colors, axis=0).max() < _SAME_COLOR:
            red, green, blue = (int(value) for value in colors[0] * 255 + np.float32(0.5))
            self.image.paste((red, green, blue), (*corner, corner[0] + mask.width, corner[1] + mask.height), mask)
            return
        fill = _bytes(self._mix(shares, index, layer.color))
        self.image.paste(fill.resize(mask.size, Image.Resampling.BILINEAR), corner, mask)

    @staticmethod
    def _mix(shares: Floats, index: Index, colors: Floats) -> Floats:
        """Average colours (n, 3) under shares (k, rows, columns), which need not add to 1: (rows, columns, 3)."""
        total = np.full(shares.shape[1:], 1e-6, np.float32)
        mixed = np.zeros((*shares.shape[1:], 3), np.float32)
        for share, color in zip(shares, colors[index], strict=True):
            total += share
            for channel in range(3):
                mixed[:, :, channel] += share * color[channel]
        return mixed / total[:, :, None]

    def _enlarge(self, small: Image.Image, how: Image.Resampling) -> Image.Image:
        if self._factor == 1:
            return small
        return small.resize((small.width * self._factor, small.height * self._factor), how)

    def _edge(self, opacity: float) -> list[int]:
        """Lookup from a blended distance in 8 bits to coverage in 8 bits."""
        distance = (np.arange(256) - 128) / 127 * (_BAND * self._factor)
        coverage = np.clip(0.5 - distance / _EDGE, 0, 1)
        return [int(value) for value in coverage * 255 * opacity + 0.5]


def _bytes(colors: Floats) -> Image.Image:
    return Image.fromarray((np.clip(colors, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8))


def _extent(hit: Bools) -> tuple[slice, slice]:
    """Rows and columns with any hit, and a margin that the enlargement needs."""
    down, across = np.nonzero(hit.any(axis=1))[0], np.nonzero(hit.any(axis=0))[0]
    margin = 3
    return (
        slice(max(int(down[0]) - margin, 0), min(int(down[-1]) + margin + 1, hit.shape[0])),
        slice(max(int(across[0]) - margin, 0), min(int(across[-1]) + margin + 1, hit.shape[1])),
    )


def _moved(area: tuple[slice, slice], down: slice, across: slice) -> tuple[slice, slice]:
    rows, columns = area
    return (
        slice(rows.start + down.start, rows.start + down.stop),
        slice(columns.start + across.start, columns.start + across.stop),
    )
