"""Signed distance fields: negative inside, positive outside, in picture units; elementwise float32.

Shapes after Inigo Quilez's catalogue of 2D distance functions (iquilezles.org/articles/distfunctions2d). Angles
and waves use polynomials, whose bits do not depend on the machine's maths library.
"""

import math
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.arrays import Floats, Index

_TINY = np.float32(1e-6)


Number = TypeVar("Number", np.floating[Any], np.bool_)


def per_scene(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """(n,) -> (n, 1, 1), to meet fields (n, rows, columns)."""
    return values[:, None, None]


def union(first: Floats, *others: Floats) -> Floats:
    """Join shapes: the nearest of several fields."""
    for other in others:
        first = np.minimum(first, other)
    return first


def overlap(first: Floats, *others: Floats) -> Floats:
    """Keep what lies in every shape: the farthest of several fields. ``-field`` cuts a shape out."""
    for other in others:
        first = np.maximum(first, other)
    return first


def ellipse(x: Floats, y: Floats, rx: Floats | float, ry: Floats | float) -> Floats:
    """Approximate distance to an ellipse about the origin."""
    a = x / rx
    b = y / ry
    level = np.sqrt(a * a + b * b) + _TINY
    a = a / rx
    b = b / ry
    result: Floats = level * (level - 1) / (np.sqrt(a * a + b * b) + _TINY)
    return result


def circle(x: Floats, y: Floats, radius: Floats | float) -> Floats:
    """Distance to a circle about the origin."""
    result: Floats = np.sqrt(x * x + y * y) - radius
    return result


def capsule(
    x: Floats,
    y: Floats,
    start: tuple[Floats | float, Floats | float],
    end: tuple[Floats | float, Floats | float],
    radius: float,
) -> Floats:
    """Distance to a line of round ends."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
    result: Floats = np.sqrt((x - start[0] - along * dx) ** 2 + (y - start[1] - along * dy) ** 2) - radius
    return result


def box(x: Floats, y: Floats, half_width: Floats | float, half_height: Floats | float, corner: float) -> Floats:
    """Distance to a box with rounded corners about the origin."""
    qx = np.abs(x) - (half_width - corner)
    qy = np.abs(y) - (half_height - corner)
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2)
    result: Floats = outside + np.minimum(np.maximum(qx, qy), 0) - corner
    return result


def triangle(x: Floats, y: Floats, half_width: float, height: float) -> Floats:
    """Bound on the distance to an isosceles triangle: base on y = 0, apex at y = -height."""
    side = (np.abs(x) * height - (y + height) * half_width) / math.hypot(half_width, height)
    return np.maximum(side, y)


def smooth_min(a: Floats, b: Floats, reach: float) -> Floats:
    """Union of two fields with a fillet about ``reach`` wide."""
    part = np.clip(0.5 + (b - a) * (0.5 / reach), 0, 1)
    result: Floats = b + (a - b) * part - reach * part * (1 - part)
    return result


def smooth_max(a: Floats, b: Floats, reach: float) -> Floats:
    """Intersection of two fields with a fillet about ``reach`` wide."""
    return -smooth_min(-a, -b, reach)


def rotate(x: Floats, y: Floats, angle: float) -> tuple[Floats, Floats]:
    """Coordinates in a frame turned by ``angle`` radians."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return cosine * x + sine * y, cosine * y - sine * x


def zigzag(t: Floats) -> Floats:
    """Triangle wave of period 1, from -1 to 1."""
    result: Floats = np.abs((t - np.floor(t)) * 2 - 1) * 2 - 1
    return result


def scallop(t: Floats) -> Floats:
    """Half circles side by side, period 1, from 0 to 1."""
    off = (t - np.floor(t)) * 2 - 1
    return np.sqrt(np.maximum(1 - off * off, 0))


def wave(t: Floats) -> Floats:
    """``sin(t)`` for t in radians, to about 1e-4: a triangle wave rounded by an odd polynomial."""
    ramp = zigzag(t * (0.5 / math.pi) + 0.25) * np.float32(-1)
    square = ramp * ramp
    result: Floats = ramp * (1.5706268 - square * (0.6432292 - square * 0.0727102))
    return result


def angle(y: Floats, x: Floats) -> Floats:
    """``atan2(y, x)`` to about 1e-4 radians (Abramowitz and Stegun 4.4.49)."""
    across, up = np.abs(x), np.abs(y)
    ratio = np.minimum(across, up) / np.maximum(np.maximum(across, up), _TINY)
    square = ratio * ratio
    series = 0.9998660 + square * (-0.3302995 + square * (0.1801410 + square * (-0.0851330 + square * 0.0208351)))
    turned = ratio * series
    turned = np.where(up > across, np.float32(math.pi / 2) - turned, turned)
    turned = np.where(x < 0, np.float32(math.pi) - turned, turned)
    return np.where(y < 0, -turned, turned)


def bell(t: Floats) -> Floats:
    """Return ``(1 - t)**3``, 0 from t = 1 on: a smooth bump when t is a squared distance."""
    rest = np.maximum(1 - t, 0)
    result: Floats = rest * rest * rest
    return result


def scatter(cell: Index | Floats, salt: int) -> Floats:
    """Return a fixed pseudo-random number in [0, 1) for every integer cell (an integer hash)."""
    mixed = (np.asarray(cell).astype(np.int64) * 374761393 + salt * 668265263) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFF).astype(np.float32) / np.float32(65536)
