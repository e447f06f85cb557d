"""The library: scenes drawn on the latent grid, ready for the posterior's sums."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from teststrip.darkroom.arrays import Doubles, Floats, Index
from teststrip.darkroom.lattice import LATENT_SCALE, Lattice
from teststrip.darkroom.prior import Draw
from teststrip.darkroom.raster import Grid, Patch, evaluate
from teststrip.darkroom.scene import Layer, Scenes, Stand, View, backdrop, layers
from teststrip.darkroom.scene.light import light_of

_CHUNK_CELLS = 112 * 3952  # drawn at once: enough scenes to vectorise, few enough to stay in cache
VALUE_BITS = 13
"""Of the binary grid that latents are on."""

Lots: TypeAlias = tuple[Scenes, ...]
"""The scenes once for each person of a picture, with one and the same place."""

Paint: TypeAlias = Callable[[Layer], Floats | None]
"""Another colour (3,) for a layer, or None to leave the layer out."""


@dataclass(frozen=True, slots=True)
class Library:
    """Scenes as latents.

    ``values`` is (blocks, n, 75) on a grid of 2**-13, ``squares`` (blocks, n) their squared norms; ``log_cond``
    and ``log_uncond`` (n,) are the scenes' log weights; ``members`` (n,) says which of ``lots`` they are. ``bias``
    is what else is known of them, place by place: (corner rows, corner columns, n), to be added to both. The
    posterior's windows are ``widening`` times as wide as usual.
    """

    lattice: Lattice
    lots: Lots
    stands: tuple[Stand, ...]
    members: Index
    values: Doubles
    squares: Doubles
    log_cond: Doubles
    log_uncond: Doubles
    bias: Doubles | None = None
    widening: float = 1.0

    @property
    def scenes(self) -> Scenes:
        """The scenes with the first person, or with the only one."""
        return self.lots[0]

    def keep(self, index: Index) -> "Library":
        """Return a smaller library of the scenes that ``index`` picks."""
        return replace(
            self,
            members=self.members[index],
            values=np.ascontiguousarray(self.values[:, index]),
            squares=self.squares[:, index],
            log_cond=self.log_cond[index],
            log_uncond=self.log_uncond[index],
            bias=None if self.bias is None else np.ascontiguousarray(self.bias[:, :, index]),
        )


def thumbnails(lots: Lots, stands: tuple[Stand, ...], lattice: Lattice, paint: Paint | None = None) -> Floats:
    """Draw scenes on the latent grid with edges averaged over a cell: (n, 3, rows, columns), 0..1.

    With ``paint`` every layer has another colour, over black, and hides what is behind it.
    """
    view = View.of(lattice.width, lattice.height)
    grid = Grid.of(view, lattice.columns, lattice.rows)
    drawn = []
    step = max(1, _CHUNK_CELLS // (lattice.rows * lattice.columns))
    for start in range(0, len(lots[0]), step):
        chunk = tuple(scenes.take(slice(start, start + step)) for scenes in lots)
        canvas = _sky(chunk[0], grid)
        if paint is not None:
            canvas[:] = 0
        for layer in layers(chunk, view, stands):
            _draw(canvas, layer, grid, paint)
        drawn.append(canvas)
    return np.concatenate(drawn)


def _sky(scenes: Scenes, grid: Grid) -> Floats:
    top, bottom = backdrop(scenes, light_of(scenes))
    fade = grid.fade[None, None, :, None]
    canvas = top[:, :, None, None] * (1 - fade) + bottom[:, :, None, None] * fade
    return np.repeat(canvas, len(grid.x), axis=3).astype(np.float32)


def _draw(canvas: Floats, layer: Layer, grid: Grid, paint: Paint | None) -> None:
    if paint is not None:
        color = paint(layer)
        if color is None:
            return
        layer = replace(
            layer, color=np.broadcast_to(color, layer.color.shape), opacity=np.ones_like(layer.opacity)
        )
    patch = evaluate(layer, grid)
    if patch is not None:
        _paint(canvas, patch, grid.cell)


def _paint(canvas: Floats, patch: Patch, cell: float) -> None:
    """Lay one layer over its scenes; a cell is covered as far as an edge at this distance covers it."""
    layer = patch.layer
    coverage = patch.values if layer.glow else np.clip(0.5 - patch.values / np.float32(cell), 0, 1)
    coverage = coverage * layer.opacity[patch.index][:, None, None]
    everyone = len(patch.index) == len(canvas)
    under = canvas[:, :, patch.rows, patch.columns]
    if not everyone:
        under = under[patch.index]
    for channel in range(3):
        color = layer.color[patch.index, channel][:, None, None]
        under[:, channel] += coverage * (color - under[:, channel])
    if not everyone:
        canvas[patch.index, :, patch.rows, patch.columns] = under


def library_of(drawn: Draw, stands: tuple[Stand, ...], lattice: Lattice) -> Library:
    """Draw a library's scenes on a lattice."""
    pictures = thumbnails(drawn.lots, stands, lattice)
    pictures *= 2
    pictures -= 1
    pictures *= LATENT_SCALE * (1 << VALUE_BITS)
    latents = np.rint(pictures, out=pictures).astype(np.int16)
    del pictures  # a library is the most that a drawing process holds
    blocks = lattice.to_blocks(latents.transpose(0, 2, 3, 1))
    values: Doubles = np.multiply(blocks, 2.0**-VALUE_BITS, dtype=np.float64)
    return Library(
        lattice=lattice,
        lots=drawn.lots,
        stands=stands,
        members=np.arange(len(drawn.lots[0])),
        values=values,
        squares=squares_of(values),
        log_cond=drawn.log_cond,
        log_uncond=drawn.log_uncond,
    )


def squares_of(values: Doubles) -> Doubles:
    """Return squared norms (blocks, n): sums of multiples of 2**-26 below 2**2, exact in any order."""
    found: Doubles = np.einsum("bnk,bnk->bn", values, values)
    return found
