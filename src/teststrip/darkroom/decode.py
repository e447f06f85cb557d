"""From a finished latent to pixels.

The decoder asks once more which scenes the latent shows and where, then redraws only those, sharply: for every
layer the scenes' distance fields are blended by weight at a fraction of the size, enlarged, and cut into an edge
1.3 pixels wide. Where scenes agree the edge is crisp; where they do not, it is a ghost. Contrast and the smooth
residual come last.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from teststrip.darkroom.arrays import Doubles, Floats, Index, Pixels, Shorts
from teststrip.darkroom.blend import Blender
from teststrip.darkroom.exact import snap
from teststrip.darkroom.lattice import BLOCK, LATENT_SCALE, Lattice
from teststrip.darkroom.library import Library
from teststrip.darkroom.posterior import contrast_of, mean, tolerant_weights
from teststrip.darkroom.raster import Grid
from teststrip.darkroom.resample import enlarge, linear, smooth
from teststrip.darkroom.residual import smooth_part
from teststrip.darkroom.scene import View, backdrop, layers
from teststrip.darkroom.scene.light import light_of

SIGMA = 0.06
_RESIDUAL_SIGMA = 0.02  # finer than the latent's own noise: what is left is mostly signal
_KEEP = 10
_FAINT = 0.02
_LEAST_TOTAL = 0.05
_LOCAL_FAINT = 0.04
_SMALL, _MIDDLE = 256, 512  # below these sides' geometric mean, fields are blended at full or half size


@dataclass(frozen=True, slots=True)
class Cast:
    """The scenes that a latent shows: which of the library, and their corner weights (corner rows, columns, n)."""

    index: Index
    weights: Doubles


def cast_of(library: Library, latent: Doubles) -> Cast:
    """Pick the at most ten scenes that carry a latent, and share the picture among them."""
    found = tolerant_weights(library, latent, SIGMA)
    found = np.where(found < _FAINT, 0.0, found)
    total = found.reshape(-1, found.shape[2]).sum(axis=0)
    chosen = np.argsort(-total, kind="stable")[:_KEEP]
    chosen = np.sort(chosen[total[chosen] > min(_LEAST_TOTAL, float(total.max()) / 2)])
    everywhere = 1e-3 * total[chosen] / (found.shape[0] * found.shape[1])  # no place is left without a scene
    kept = snap(found[:, :, chosen] + everywhere, 30)
    return Cast(chosen, kept / kept.sum(axis=2, keepdims=True))


def _fields_size(lattice: Lattice) -> int:
    """Pixels per cell of the blended fields: 1, 2 or 4."""
    if lattice.unit <= _SMALL:
        return 1
    return 2 if lattice.unit <= _MIDDLE else 4


def _enlarged_weights(cast: Cast, lattice: Lattice, rows: int, columns: int) -> Floats:
    """Corner weights on the fields' grid, (n, rows, columns), adding to 1."""
    down: Doubles = np.arange(0.5, rows) * (lattice.rows / rows / BLOCK)
    across: Doubles = np.arange(0.5, columns) * (lattice.columns / columns / BLOCK)
    big = linear(linear(cast.weights.transpose(2, 0, 1), down, 1), across, 2)
    big[big < _LOCAL_FAINT * big.max(axis=0)] = 0
    total = big[0].copy()
    for one in big[1:]:
        total += one
    shares: Floats = (big / total).astype(np.float32)
    return shares


def decode(library: Library, latent: Doubles) -> Pixels:
    """Draw a finished latent (rows, columns, 3) as pixels (height, width, 3)."""
    lattice = library.lattice
    cast = cast_of(library, latent)
    factor = _fields_size(lattice)
    rows, columns = -(-lattice.height // factor), -(-lattice.width // factor)
    # the grid covers whole cells; the picture is cropped from them
    view = View(
        columns * factor / lattice.unit / 2,
        rows * factor / lattice.unit / 2,
    )
    scenes = library.scenes.take(cast.index)
    weights = _enlarged_weights(cast, lattice, rows, columns)
    blender = Blender(Grid.of(view, columns, rows), weights, factor)
    blender.backdrop(*backdrop(scenes, light_of(scenes)))
    for layer in layers(scenes, View.of(lattice.width, lattice.height)):
        blender.draw(layer)
    return _finish(library.keep(cast.index), cast, latent, blender.image, factor)


def _finish(library: Library, cast: Cast, latent: Doubles, image: Image.Image, factor: int) -> Pixels:
    """Apply the latent's contrast, and add what its scenes do not explain."""
    lattice = library.lattice
    drawn = mean(library, snap(cast.weights, 20))
    gain, direction = contrast_of(latent, drawn, SIGMA, 0.0)
    average = ((drawn - direction)[0, 0] / LATENT_SCALE + 1) * 127.5
    unexplained = smooth_part(latent - drawn - gain * direction, _RESIDUAL_SIGMA, lattice)
    levels = np.clip(np.rint(unexplained * (127.5 * 8 / LATENT_SCALE)), -2040, 2040)
    width, height = image.size
    small = smooth(smooth(levels, height // factor, 0), width // factor, 1)
    eighths = enlarge(enlarge(np.rint(small).astype(np.int16), factor, 0), factor, 1)
    table = [int(np.clip(np.rint(t + gain * (t - center)), 0, 255)) for center in average for t in range(256)]
    pixels = np.asarray(image.point(table)).astype(np.int16)
    pixels += (eighths + _dither(height, width)) >> 3
    return np.ascontiguousarray(np.clip(pixels, 0, 255)[: lattice.height, : lattice.width].astype(np.uint8))


def _dither(height: int, width: int) -> Shorts:
    """Return a fixed pattern of 0..7, which turns eighths of a level into fine grain instead of bands."""
    pattern = (np.arange(8)[:, None] * 3 + np.arange(8)[None] * 5) % 8
    tiled = np.tile(pattern.astype(np.int16), (-(-height // 8), -(-width // 8)))
    return tiled[:height, :width, None]
