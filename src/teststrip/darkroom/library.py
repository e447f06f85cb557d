"""The library: scenes drawn on the latent grid, ready for the posterior's sums."""

import functools
from dataclasses import dataclass, replace

import numpy as np

from teststrip.darkroom.arrays import Doubles, Floats, Index
from teststrip.darkroom.lattice import LATENT_SCALE, Lattice
from teststrip.darkroom.prior import draw
from teststrip.darkroom.raster import Grid, Patch, evaluate
from teststrip.darkroom.scene import Scenes, View, backdrop, layers
from teststrip.darkroom.scene.light import light_of
from teststrip.darkroom.tags import Reading, read

_CHUNK = 32  # scenes drawn at once: enough to vectorise, few enough to stay in cache
_BITS = 13


@dataclass(frozen=True, slots=True)
class Library:
    """Scenes as latents.

    ``values`` is (blocks, n, 75) on a grid of 2**-13, ``squares`` (blocks, n) their squared norms; ``log_cond``
    and ``log_uncond`` (n,) are the scenes' log weights; ``members`` (n,) says which of ``scenes`` they are.
    """

    lattice: Lattice
    scenes: Scenes
    members: Index
    values: Doubles
    squares: Doubles
    log_cond: Doubles
    log_uncond: Doubles

    def keep(self, index: Index) -> "Library":
        """Return a smaller library of the scenes that ``index`` picks."""
        return Library(
            self.lattice,
            self.scenes,
            self.members[index],
            np.ascontiguousarray(self.values[:, index]),
            self.squares[:, index],
            self.log_cond[index],
            self.log_uncond[index],
        )


def thumbnails(scenes: Scenes, lattice: Lattice) -> Floats:
    """Draw scenes on the latent grid with edges averaged over a cell: (n, 3, rows, columns), 0..1."""
    view = View.of(lattice.width, lattice.height)
    grid = Grid.of(view, lattice.columns, lattice.rows)
    starts = range(0, len(scenes), _CHUNK)
    return np.concatenate([_draw(scenes.take(slice(start, start + _CHUNK)), view, grid) for start in starts])


def _draw(scenes: Scenes, view: View, grid: Grid) -> Floats:
    top, bottom = backdrop(scenes, light_of(scenes))
    fade = grid.fade[None, None, :, None]
    canvas = top[:, :, None, None] * (1 - fade) + bottom[:, :, None, None] * fade
    canvas = np.repeat(canvas, len(grid.x), axis=3).astype(np.float32)
    for layer in layers(scenes, view):
        patch = evaluate(layer, grid)
        if patch is not None:
            _paint(canvas, patch, grid.cell)
    return canvas


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


def library_for(prompt: str, negative_prompt: str, lattice: Lattice) -> Library:
    """Return the library of a prompt, a negative prompt and a size.

    The last few are kept for exposures that share them; prompts that differ only in unknown tags share one.
    """
    wanted, unwanted = (replace(read(text), ignored=()) for text in (prompt, negative_prompt))
    return library_of(wanted, unwanted, lattice)


@functools.lru_cache(maxsize=6)
def library_of(prompt: Reading, negative: Reading, lattice: Lattice) -> Library:
    """Draw the library of two prompts as read."""
    drawn = draw(prompt, negative)
    pictures = thumbnails(drawn.scenes, lattice)
    latents = np.rint((pictures * 2 - 1) * (LATENT_SCALE * (1 << _BITS))).astype(np.int16)
    values = lattice.to_blocks(latents.transpose(0, 2, 3, 1)) * 2.0**-_BITS
    return Library(
        lattice=lattice,
        scenes=drawn.scenes,
        members=np.arange(len(drawn.scenes)),
        values=values,
        squares=(values * values).sum(axis=2),  # multiples of 2**-26 below 2**2: exact in any order
        log_cond=drawn.log_cond,
        log_uncond=drawn.log_uncond,
    )
