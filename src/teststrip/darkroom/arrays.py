"""Names for the arrays that travel between the modules."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
"""Pixels, colours and distances: float32, only ever touched elementwise. (The type is wider because NumPy's stubs
widen float32 as soon as it meets a Python float, which NumPy itself does not.)"""

Doubles: TypeAlias = npt.NDArray[np.float64]
"""Latents, energies and weights: float64, on a binary grid wherever they are summed."""

Bools: TypeAlias = npt.NDArray[np.bool_]
Index: TypeAlias = npt.NDArray[np.intp]
Codes: TypeAlias = npt.NDArray[np.int16]
Shorts: TypeAlias = npt.NDArray[np.int16]
Pixels: TypeAlias = npt.NDArray[np.uint8]
