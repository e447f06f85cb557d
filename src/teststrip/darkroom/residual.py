"""The smooth part of what no scene explains: a Gaussian random field over the whole picture, per colour channel.

Given x = m + field + sigma * noise, the field's posterior mean is a Wiener filter: in the cosine basis, a gain
of S(f) / (S(f) + sigma**2) on x - m, where S is the field's power spectrum. It gives every seed its own colour
grading.
"""

import functools
import math

import numpy as np

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import digits, snap
from teststrip.darkroom.lattice import LATENT_SCALE, Lattice

_RMS = 0.07 * LATENT_SCALE
_CORNER = 0.6  # cycles per picture unit
_NATURAL_CORNER = 0.8
_FLOOR = 1e-5
_FREQUENCIES = 24  # per axis; the field has next to no power beyond


@functools.lru_cache(maxsize=16)
def _cosines(count: int) -> Doubles:
    """First rows of the orthonormal DCT-II matrix (frequency, place), entries on a grid of 2**-18."""
    rows = []
    for k in range(min(count, _FREQUENCIES)):
        norm = math.sqrt((1.0 if k == 0 else 2.0) / count)
        rows.append([digits(norm * math.cos(math.pi * k * (j + 0.5) / count)) for j in range(count)])
    return snap(np.array(rows), 18)


def _fall(lattice: Lattice, corner: float) -> Doubles:
    """Return ``1 + f**2 / corner**2`` (frequencies down, across)."""
    down = np.arange(lattice.rows) * (lattice.unit / (2 * lattice.height))
    across = np.arange(lattice.columns) * (lattice.unit / (2 * lattice.width))
    result: Doubles = 1.0 + (down[:, None] ** 2 + across[None] ** 2) / corner**2
    return result


@functools.lru_cache(maxsize=16)
def _power(lattice: Lattice) -> Doubles:
    """Return the field's power spectrum (frequencies down, across).

    ~ (1 + f**2 / corner**2)**-2, scaled to the field's rms, plus a floor.
    """
    fall = _fall(lattice, _CORNER)
    shape = snap(1.0 / (fall * fall), 30)
    scale = _RMS**2 / float(shape.mean())
    return (shape * scale + _FLOOR)[:_FREQUENCIES, :_FREQUENCIES]


@functools.lru_cache(maxsize=16)
def natural_power(lattice: Lattice) -> Doubles:
    """Return the power spectrum of pictures in general: ~ (1 + f**2 / corner**2)**-1.5, so 1 / f**3 in the end."""
    fall = _fall(lattice, _NATURAL_CORNER)
    return snap(1.0 / (fall * np.sqrt(fall)), 30)[:_FREQUENCIES, :_FREQUENCIES]


def smooth_part(residual: Doubles, sigma: float, lattice: Lattice, power: Doubles | None = None) -> Doubles:
    """Wiener-filter ``residual`` (rows, columns, 3), noisy with ``sigma``; ``power`` is the spectrum if another.

    Bits: residual below 2**8 on a grid of 2**-16, cosines of 16, sums of under 2**7 terms: 47 of 53; results are
    put back on the grid after each product.
    """
    over_rows, over_columns = _cosines(lattice.rows), _cosines(lattice.columns)
    power = _power(lattice) if power is None else power
    gain = power / (power + sigma * sigma)
    planes = np.ascontiguousarray(snap(residual, 16).transpose(2, 0, 1))
    spectrum = snap(np.matmul(snap(np.matmul(over_rows, planes), 16), over_columns.T), 14) * gain
    field = snap(np.matmul(snap(np.matmul(over_rows.T, snap(spectrum, 16)), 16), over_columns), 16)
    return field.transpose(1, 2, 0)
