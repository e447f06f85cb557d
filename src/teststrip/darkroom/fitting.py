"""Reading a picture: which values of the attributes make scenes look like it.

The cross-entropy method (Rubinstein 1999; de Boer et al. 2005, "A tutorial on the cross-entropy method"): draw
scenes from broad odds, keep the eighth that lies nearest to the picture, move the odds towards what those have,
and again. Nearness is a sum of squared differences between whole numbers, so it is exact.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.arrays import Floats
from teststrip.darkroom.exact import digits
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import Paint, thumbnails
from teststrip.darkroom.noise import uniform
from teststrip.darkroom.prior import Lean
from teststrip.darkroom.scene import ATTRIBUTES, Odds, Scenes, Stand, realise, uniforms_per_scene, unprompted
from teststrip.darkroom.structure import Levels, levels_of

READING_CELLS = 1000
"""Cells of the lattice on which pictures are read."""

_ROUNDS = 4
_SCENES = 160
_ELITE = 20
_BROAD = 0.3  # share of even odds in the first round: what nobody asks for is looked for too
_PACE = 0.7
_SEED = 12
_DOUBT = 0.02

Measured: TypeAlias = Callable[[Floats], Levels]
"""What is compared, from thumbnails (n, 3, rows, columns): whole numbers (n, ...)."""

Known: TypeAlias = npt.NDArray[np.bool_]


def fitted_lean(
    lattice: Lattice, target: Levels, measured: Measured, *, known: Known | None = None, paint: Paint | None = None
) -> Lean:
    """Return how odds must lean for scenes to look like ``target`` (rows, columns, k), where that is ``known``."""
    odds = _broadened(unprompted())
    for turn in range(_ROUNDS):
        scenes = realise(uniform((_SCENES, uniforms_per_scene()), _SEED, turn), odds)
        found = measured(thumbnails((scenes,), (Stand(),), lattice, paint))
        off = (found - target[None]).astype(np.int64)
        off *= off
        if known is not None:
            off *= known[None, ..., None]
        nearest = np.argsort(off.reshape(_SCENES, -1).sum(axis=1), kind="stable")[:_ELITE]
        odds = _moved(odds, scenes.take(nearest))
    usual = unprompted()
    return {
        name: tuple(
            digits(math.log((p + _DOUBT) / (q + _DOUBT))) for p, q in zip(odds[name], usual[name], strict=True)
        )
        for name in odds
    }


def levels(pictures: Floats) -> Levels:
    """Compare colours as they are."""
    return levels_of(pictures)


def coarse(cells: int) -> Measured:
    """Compare colours averaged over a grid of ``cells`` x ``cells``."""

    def measured(pictures: Floats) -> Levels:
        return averaged(levels_of(pictures), cells)

    return measured


def averaged(found: Levels, cells: int) -> Levels:
    """Average (n, rows, columns, k) over a grid of ``cells`` x ``cells``, rounded down."""
    for axis in (1, 2):
        count = found.shape[axis]
        starts = np.arange(cells) * count // cells
        widths = np.diff(np.append(starts, count))
        shape = [1, 1, 1, 1]
        shape[axis] = cells
        found = np.add.reduceat(found, starts, axis=axis) // np.maximum(widths, 1).reshape(shape)
    return found.astype(np.int32)


def _broadened(odds: Odds) -> Odds:
    return {
        name: tuple((1 - _BROAD) * p + _BROAD / len(values) for p in values) if name in ATTRIBUTES else values
        for name, values in odds.items()
    }


def _moved(odds: Odds, elite: Scenes) -> Odds:
    moved = {}
    for name, values in odds.items():
        counts = np.bincount(elite.codes[name], minlength=len(values)).tolist()
        moved[name] = tuple((1 - _PACE) * p + _PACE * n / _ELITE for p, n in zip(values, counts, strict=True))
    return moved
