"""Arithmetic that gives the same bits on every machine.

Elementwise ``+ - * /`` and square root are fixed by IEEE 754. What differs between machines is the order in
which long sums are taken (BLAS kernels, vector width, threads) and the last bit of ``exp``, ``sin`` and their
kin. Two remedies:

- Sums: values are first put on a binary grid (`snap`). As long as every partial sum, counted in grid steps,
  stays below 2**53, float64 holds it without rounding, so any order of summation, fused or not, gives the same
  number. The bit budgets stand beside the sums in `posterior`, `lattice`, `guidance` and `residual`.
- Functions: `exponential` is built from elementwise operations alone; single numbers from the C library are cut
  to ten digits (`digits`), far above its last bit.
"""

import functools
from decimal import Decimal

import numpy as np

from teststrip.darkroom.arrays import Doubles

_PARTS = 64  # table steps per power of two
_LOG_STEP = 0.010830424696249145  # log(2) / 64
_LOWEST = -40.0


def snap(values: Doubles, bits: int) -> Doubles:
    """Round to the nearest multiple of ``2**-bits``; scaling by a power of two is itself exact."""
    scaled = values * float(1 << bits)
    np.rint(scaled, out=scaled)
    scaled *= 1.0 / (1 << bits)
    return scaled


def digits(value: float) -> float:
    """Cut one number to ten significant digits, which hides how a C library rounds its last bit."""
    return float(f"{value:.10g}")


@functools.lru_cache(maxsize=1)
def _powers() -> Doubles:
    """Return ``exp(n log(2) / 64)`` for n from -4095 to 0: 64 well-rounded numbers times exact powers of two."""
    step = Decimal(2).ln() / _PARTS
    fractions = [float((step * n).exp()) for n in range(-_PARTS + 1, 1)]
    return np.concatenate([np.array(fractions) * 2.0**power for power in range(-_PARTS + 1, 1)])


def exponential(values: Doubles) -> Doubles:
    """Raise e to values <= 0 (below -40 counts as -40), with a relative error below 1e-10.

    Range reduction by a table and a cubic, so the same bits wherever IEEE 754 holds.
    """
    clipped = np.maximum(values, _LOWEST)
    steps = np.rint(clipped * (1.0 / _LOG_STEP))
    rest = clipped - steps * _LOG_STEP
    result = rest * (1.0 / 6.0)
    result += 0.5
    result *= rest
    result += 1.0
    result *= rest
    result += 1.0
    table = _powers()
    result *= table[steps.astype(np.intp) + (len(table) - 1)]
    return result
