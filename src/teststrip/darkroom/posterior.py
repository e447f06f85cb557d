"""The local posterior: which scenes a noisy latent may show, place by place.

A library of scenes y_i with weights w_i is a mixture of Gaussians of standard deviation ``SPREAD``. Seen through
noise of sigma, scene i has posterior weight ~ w_i exp(-|x - y_i|**2 / (2 (sigma**2 + SPREAD**2))). Taking the
distance not over the whole picture but in a window about each place lets scenes recombine: a picture no single
scene shows. (Niedoba et al. 2024, arXiv:2411.19339, and Kamb and Ganguli 2024, arXiv:2412.20292, find trained
denoisers to be local in this sense.)
"""

import math

import numpy as np

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import digits, exponential, snap
from teststrip.darkroom.lattice import BLOCK, gather, spread, windows
from teststrip.darkroom.library import Library

SPREAD = 0.05
"""Standard deviation of each scene's Gaussian."""

CONTRAST_SPREAD = 0.07
"""Standard deviation of a scene's gain in contrast."""

# The window's radius: _REACH picture units at _REACH_SIGMA, growing as a power of sigma. Wider windows give fewer
# second suns and half-coloured clothes; narrower ones more mixtures of scenes. Chosen by eye.
_REACH, _REACH_SIGMA, _REACH_POWER = 0.26, 0.35, 0.75
_MIN_REACH = 0.11
_GLOBAL_ABOVE = 4.0


def reach_of(sigma: float) -> float:
    """Return the window's radius at a noise level, in picture units.

    It is infinite while the composition is open, then shrinks with sigma: what is decided late is decided locally.
    """
    if sigma > _GLOBAL_ABOVE:
        return math.inf
    reach = _REACH * math.pow(sigma / _REACH_SIGMA, _REACH_POWER)
    return max(_MIN_REACH, round(reach, 3))


def energies(library: Library, x: Doubles, reach: float) -> Doubles:
    """Windowed ``2 x.y_i - |y_i|**2`` at every corner, (corner rows, corner columns, n).

    Bits: x below 2**7 on a grid of 2**-16, y of 11, 75 terms: 42 of 53.
    """
    blocks = library.lattice.to_blocks(x[None])
    products = np.einsum("bnk,bk->bn", library.values, blocks[:, 0])
    return gather(library.lattice, 2 * products - library.squares, reach)


def softmax(log_weights: Doubles) -> Doubles:
    """Return weights that add to 1 along the last axis, on a grid of 2**-20."""
    raised = snap(exponential(log_weights - log_weights.max(axis=-1, keepdims=True)), 30)
    return snap(raised / raised.sum(axis=-1, keepdims=True), 20)


def weights(library: Library, x: Doubles, sigma: float, priors: tuple[Doubles, ...]) -> list[Doubles]:
    """Return posterior weights at every corner, one array for each prior's log weights.

    Each is (corner rows, corner columns, n), or (1, 1, n) while the window is infinite and nothing is known of
    single places.
    """
    reach = reach_of(sigma) * library.widening
    scaled = energies(library, x, reach) / (2 * (sigma * sigma + SPREAD * SPREAD))
    if library.bias is not None:
        scaled = scaled + library.bias
    return [softmax(scaled + prior) for prior in priors]


def tolerant_weights(library: Library, x: Doubles, sigma: float) -> Doubles:
    """Posterior weights under the prompt for a finished latent.

    Where no scene fits, the variance grows to four times the best scene's mean squared error there, so that a
    latent far from every scene decodes to a blend and not to a mosaic.
    """
    reach = reach_of(sigma) * library.widening
    lattice = library.lattice
    found = energies(library, x, reach)
    blocks = lattice.to_blocks(x[None])[:, 0]
    norm = gather(lattice, snap((blocks * blocks).sum(axis=1), 20)[:, None], reach)[:, :, 0]
    over_rows, over_columns = windows(lattice, reach)
    numbers = np.outer(over_rows.sum(axis=1), over_columns.sum(axis=1)) * (BLOCK * BLOCK * 3)
    error = np.maximum(norm - found.max(axis=2), 0) / numbers
    variance = np.maximum(sigma * sigma + SPREAD * SPREAD, 4 * error)
    scaled = found / (2 * variance[:, :, None]) + library.log_cond
    return softmax(scaled if library.bias is None else scaled + library.bias)


def mean(library: Library, corner_weights: Doubles) -> Doubles:
    """Average the library under corner weights: a latent (rows, columns, 3)."""
    return spread(library.lattice, corner_weights, library.values)


def contrast_of(x: Doubles, center: Doubles, sigma: float, expected: float) -> tuple[float, Doubles]:
    """Return (gain, direction): how much more contrast x has than ``center``, and the direction of contrast.

    A scene may be more or less contrasty than drawn: a component of its covariance along v = m - mean colour, of
    standard deviation `CONTRAST_SPREAD` about the ``expected`` gain. The posterior mean of the gain is
    (<x - m, v> + expected * k) / (|v|**2 + k) with k = sigma**2 / CONTRAST_SPREAD**2.
    Bits: x - m below 2**8 on a grid of 2**-16, v below 2**2 on 2**-13, 2**14 terms: 53 of 53.
    """
    cells = center.shape[0] * center.shape[1]
    average = snap(center.reshape(cells, 3).sum(axis=0) / cells, 13)
    direction = snap(center - average, 13)
    stiffness = sigma * sigma / CONTRAST_SPREAD**2
    along = float((snap(x - center, 16) * direction).sum())
    length = float((direction * direction).sum())
    return digits((along + expected * stiffness) / (length + stiffness)), direction
