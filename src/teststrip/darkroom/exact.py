"""Arithmetic that gives the same bits on every machine.

Elementwise ``+ - * /`` and square root are fixed by IEEE 754. What differs between machines is the order in which long
sums are taken (BLAS kernels, vector width, threads) and the last bit of ``exp``, ``sin`` and their kin. Two remedies:

- Sums: values are first put on a binary grid (`snap`). As long as every partial sum, counted in grid steps, stays below
  2**53, float64 holds it without rounding, so any order of summation, fused or not, gives the same number. The bit
  budgets stand beside the sums in `lattice`, `denoiser` and `residual`.
- Functions: `exponential` is built from elementwise operations alone; single numbers from the C library are cut to ten
  digits (`digits`), far above its last bit.
"""

import math

import numpy as np

from teststrip.darkroom.arrays import Doubles

_LOG2_E = 1.4426950408889634
_LN_2 = 0.6931471805599453
_TAYLOR = tuple(1.0 / math.factorial(k) for k in range(9, -1, -1))


def snap(values: Doubles, bits: int) -> Doubles:
    """Round to the nearest multiple of ``2**-bits``; scaling by a power of two is itself exact."""
    scaled = values * float(1 << bits)
    np.rint(scaled, out=scaled)
    scaled *= 1.0 / (1 << bits)
    return scaled


def digits(value: float) -> float:
    """One number cut to ten significant digits, which hides how a C library rounds its last bit."""
    return float(f"{value:.10g}")


def exponential(values: Doubles) -> Doubles:
    """``e**values`` for values <= 0 (below -40 counts as -40): range reduction and a Taylor polynomial of degree 9.

    Relative error below 1e-11, and the same bits wherever IEEE 754 holds.
    """
    clipped = np.maximum(values, -40.0)
    power = np.rint(clipped * _LOG2_E)
    rest = clipped - power * _LN_2
    result = np.full_like(rest, _TAYLOR[0])
    for coefficient in _TAYLOR[1:]:
        result *= rest
        result += coefficient
    return np.ldexp(result, power.astype(np.int32))
