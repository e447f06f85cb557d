"""The colours of a vibe: a mean that the smooth residual field is drawn towards."""

from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import snap
from teststrip.darkroom.resample import linear

_SHARE = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Tint:
    """Broad colours, as a latent averaged over few cells (cells, cells, 3), and how strongly they are taken on."""

    colors: Doubles
    strength: float

    def over(self, center: Doubles) -> Doubles:
        """Return a mean whose broad colours have moved towards these."""
        count = len(self.colors)
        off = self.colors - broad(center, count)
        for axis in (0, 1):
            size = center.shape[axis]
            off = linear(off, np.arange(0.5, size) * (count / size) - 0.5, axis)
        return center + snap(_SHARE * self.strength * off, 16)


def broad(latent: Doubles, count: int) -> Doubles:
    """Average a latent over ``count`` x ``count`` cells.

    Bits: values below 2**7 on a grid of 2**-16, sums of at most 2**12: 35 of 53.
    """
    found = snap(latent, 16)
    for axis in (0, 1):
        size = found.shape[axis]
        starts = np.arange(count) * size // count
        widths = np.diff(np.append(starts, size))
        shape = [1, 1, 1]
        shape[axis] = count
        found = snap(np.add.reduceat(found, starts, axis=axis) / widths.reshape(shape), 16)
    return found
