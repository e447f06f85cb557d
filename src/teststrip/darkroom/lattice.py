"""The latent grid: how cells, blocks and windows tile a picture.

A latent is (rows, columns, 3): a thumbnail of about 3952 cells, whatever the picture's size. Cells are grouped in
blocks of 5 x 5; posterior weights live on the blocks' corners and are bilinear inside a block. So one array,
(blocks, scenes, 75), serves both sums: energies over blocks, and means under weights.
"""

import functools
import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import exponential, snap

Number = TypeVar("Number", np.float64, np.int16)

CELLS = 3952
BLOCK = 5
LATENT_SCALE = 0.20
"""A latent is (2 rgb - 1) times this: it puts composition at sigma 1..5 and detail below 1, as in Stable
Diffusion."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """The latent grid of a picture of ``width`` x ``height`` pixels."""

    width: int
    height: int
    rows: int
    columns: int

    @staticmethod
    def of(width: int, height: int, cells: int = CELLS) -> "Lattice":
        """Return the lattice of about ``cells`` near-square cells for a picture size."""
        cell = float(np.sqrt(width * height / cells))
        return Lattice(width, height, max(4, round(height / cell)), max(4, round(width / cell)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of a latent."""
        return self.rows, self.columns, 3

    @property
    def blocks(self) -> tuple[int, int]:
        """Rows and columns of blocks; the last ones may reach over the edge, where everything is 0."""
        return -(-self.rows // BLOCK), -(-self.columns // BLOCK)

    @property
    def unit(self) -> float:
        """Pixels per picture unit."""
        return float(np.sqrt(float(self.width * self.height)))

    def to_blocks(self, latents: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """(n, rows, columns, 3) -> (blocks, n, 75), of the same type."""
        down, across = self.blocks
        padded = np.zeros((len(latents), down * BLOCK, across * BLOCK, 3), latents.dtype)
        padded[:, : self.rows, : self.columns] = latents
        split = padded.reshape(len(latents), down, BLOCK, across, BLOCK, 3).transpose(1, 3, 0, 2, 4, 5)
        return np.ascontiguousarray(split).reshape(down * across, len(latents), BLOCK * BLOCK * 3)

    def from_blocks(self, blocks: Doubles) -> Doubles:
        """(blocks, 75) -> (rows, columns, 3)."""
        down, across = self.blocks
        joined = blocks.reshape(down, across, BLOCK, BLOCK, 3).transpose(0, 2, 1, 3, 4)
        return np.ascontiguousarray(joined.reshape(down * BLOCK, across * BLOCK, 3)[: self.rows, : self.columns])


@functools.lru_cache(maxsize=256)
def windows(lattice: Lattice, reach: float) -> tuple[Doubles, Doubles]:
    """Return Gaussian windows from blocks to corners: per axis (corners, blocks), peak 1.

    ``reach`` is their radius in picture units. Values are multiples of 2**-10.
    """
    down, across = lattice.blocks
    steps = (lattice.height / lattice.rows, lattice.width / lattice.columns)
    matrices = []
    for count, cell in zip((down, across), steps, strict=True):
        away = np.arange(count + 1)[:, None] - (np.arange(count) + 0.5)[None]
        distance = away * (BLOCK * cell / lattice.unit / reach)
        matrices.append(snap(exponential(-0.5 * distance * distance), 10))
    return matrices[0], matrices[1]


def gather(lattice: Lattice, energies: Doubles, reach: float) -> Doubles:
    """Window block sums (blocks, n) into corner sums (corner rows, corner columns, n).

    A window of infinite reach has one corner for the whole picture: (1, 1, n). Bits: energies below 2**12 on a
    grid of 2**-20, windows of 10 bits, sums of at most a few dozen terms: 48 of 53.
    """
    energies = snap(energies, 20)
    if math.isinf(reach):
        total: Doubles = energies.sum(axis=0)
        return total[None, None]
    down, across = lattice.blocks
    over_rows, over_columns = windows(lattice, reach)
    columns = energies.reshape(down, across, -1).transpose(1, 0, 2)
    rows = snap(np.matmul(over_rows, columns), 20).transpose(1, 0, 2)
    return snap(np.matmul(over_columns, rows), 20)


@functools.lru_cache(maxsize=1)
def _corner_shares() -> Doubles:
    """Bilinear share of a block's four corners in each of its 75 numbers, (4, 75)."""
    after = (np.arange(BLOCK) + 0.5) / BLOCK
    before = 1.0 - after
    shares = [np.outer(vertical, flat) for vertical in (before, after) for flat in (before, after)]
    return np.repeat(np.stack(shares).reshape(4, -1), 3, axis=1)


def spread(lattice: Lattice, weights: Doubles, library: Doubles) -> Doubles:
    """Average a library (blocks, n, 75) under corner weights (corner rows, corner columns, n): (rows, columns, 3).

    Weights of a single corner hold for the whole picture. Bits: weights of 20 + 6, library of 11, 2**8 scenes:
    45 of 53.
    """
    if weights.shape[:2] == (1, 1):
        return lattice.from_blocks(snap(np.matmul(weights, library)[:, 0], 16))
    around = (weights[:-1, :-1], weights[:-1, 1:], weights[1:, :-1], weights[1:, 1:])
    corners = np.stack(around, axis=2).reshape(len(library), 4, -1)
    means = np.matmul(corners, library)
    shares = _corner_shares()
    mixed = means[:, 0] * shares[0]
    for corner in (1, 2, 3):
        mixed += means[:, corner] * shares[corner]
    return lattice.from_blocks(snap(mixed, 16))
