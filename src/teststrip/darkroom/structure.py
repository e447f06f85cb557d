"""What a control follows: five readings of a picture's structure, each of the kind that its network gives.

The networks themselves (HED, MiDaS, a scribble made from HED, M-LSD, UniFormer) are not here; what stands in for
each has its output's character. Edges, scribbles and lines are measured in the pixels of any picture. Nearness and
segments cannot be measured: as the networks do, they are guessed from what is known of the world, as the mean of
the toy world's own maps over the scenes that the picture may show, place by place.

All maps are whole numbers in 0..255, so distances between them are exact.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.arrays import Floats
from teststrip.darkroom.scene import Layer
from teststrip.darkroom.scene.layer import SEGMENTS

Levels: TypeAlias = npt.NDArray[np.int32]
"""Whole numbers: pictures (n, rows, columns, 3) and maps (n, rows, columns, k), 0..255."""

_FAINT = 40  # the contrast of an edge that counts half
_CLEAR = 110  # of 255: an edge that a pen would draw
_RUN = 3  # cells that a straight line reaches to either side
_GAPS = 1  # of which so many may be missing


def levels_of(pictures: Floats) -> Levels:
    """(n, 3, rows, columns) in 0..1 -> (n, rows, columns, 3) in 0..255."""
    return np.rint(np.clip(pictures, 0, 1).transpose(0, 2, 3, 1) * 255).astype(np.int32)


def _differences(pictures: Levels) -> tuple[Levels, Levels]:
    """Central differences across and down, the channel's that differs most: (n, rows, columns)."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    across = np.abs(padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]).max(axis=3)
    down = np.abs(padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]).max(axis=3)
    return across, down


def edges(pictures: Levels) -> Levels:
    """Find soft edges, as HED's: how much a place differs from its neighbours, with weak contrasts raised.

    255 d / (d + 40) for a difference d; so an edge counts by being there and little by its contrast.
    """
    across, down = _differences(pictures)
    contrast = across + down
    result: Levels = 255 * contrast // (contrast + _FAINT)
    return result[..., None]


def scribble(pictures: Levels) -> Levels:
    """Draw a pen's strokes along the clear edges, one cell to either side: there or not there."""
    clear = edges(pictures)[..., 0] > _CLEAR
    padded = np.pad(clear, ((0, 0), (1, 1), (1, 1)))
    rows, columns = clear.shape[1:]
    wide = np.zeros_like(clear)
    for down in range(3):
        for across in range(3):
            wide |= padded[:, down : down + rows, across : across + columns]
    return np.where(wide, np.int32(255), np.int32(0))[..., None]


def lines(pictures: Levels) -> Levels:
    """Keep straight runs of edges only, level and upright, as two maps; curves leave nothing.

    A cell is on a line when of the seven cells along it at least six have an edge in the same direction.
    """
    across, down = _differences(pictures)
    upright = (across > _FAINT) & (across > 2 * down)
    level = (down > _FAINT) & (down > 2 * across)
    return np.stack([_runs(level, 2), _runs(upright, 1)], axis=-1)


def _runs(marked: npt.NDArray[np.bool_], axis: int) -> Levels:
    padding = [(0, 0), (0, 0), (0, 0)]
    padding[axis] = (_RUN, _RUN)
    padded = np.pad(marked, padding, mode="edge").astype(np.int32)
    length = marked.shape[axis]
    taken = [np.take(padded, np.arange(k, k + length), axis=axis) for k in range(2 * _RUN + 1)]
    count = sum(taken[1:], start=taken[0])
    return np.where(marked & (count >= 2 * _RUN + 1 - _GAPS), np.int32(255), np.int32(0))


# Colours as far from one another as eight corners allow.
_SEGMENT_COLORS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    dict(
        zip(
            SEGMENTS,
            ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0)),
            strict=True,
        )
    )
)


def nearness(layer: Layer) -> Floats | None:
    """Paint a layer by how near it is; glows have no place."""
    return None if layer.glow else np.full(3, SEGMENTS[layer.segment], np.float32)


def segment(layer: Layer) -> Floats | None:
    """Paint a layer by what it is a part of."""
    return None if layer.glow else np.array(_SEGMENT_COLORS[layer.segment], np.float32)


Measure: TypeAlias = Callable[[Levels], Levels]

MEASURED: Mapping[str, Measure] = MappingProxyType({"hed": edges, "fake_scribble": scribble, "mlsd": lines})
"""Structures that pixels show."""

GUESSED: Mapping[str, Callable[[Layer], Floats | None]] = MappingProxyType(
    {"midas": nearness, "uniformer": segment}
)
"""Structures that take knowledge of the world."""

STRUCTURES: tuple[str, ...] = (*MEASURED, *GUESSED)
