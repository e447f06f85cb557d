"""Enlarging arrays with elementwise arithmetic only, so the same bits everywhere."""

import numpy as np

from teststrip.darkroom.arrays import Doubles, Shorts


def linear(values: Doubles, places: Doubles, axis: int) -> Doubles:
    """Read ``values`` at fractional ``places`` (m,) along an axis.

    Linear between neighbours, constant beyond the ends.
    """
    last = values.shape[axis] - 1
    inside = np.clip(places, 0, last)
    before = np.minimum(inside.astype(np.intp), max(last - 1, 0))
    after = np.minimum(before + 1, last)
    shape = [1] * values.ndim
    shape[axis] = len(places)
    part = (inside - before).reshape(shape)
    first = np.take(values, before, axis=axis)
    result: Doubles = first + part * (np.take(values, after, axis=axis) - first)
    return result


def smooth(values: Doubles, count: int, axis: int, part_of: slice = slice(None)) -> Doubles:
    """Stretch an axis to ``count`` cells, or to ``part_of`` them, by a quadratic B-spline, which has no kinks."""
    size = values.shape[axis]
    places = (np.arange(count)[part_of] + 0.5) * (size / count) - 0.5
    nearest = np.rint(places).astype(np.intp)
    shape = [1] * values.ndim
    shape[axis] = len(places)
    part = (places - nearest).reshape(shape)
    kernel = (0.5 * (0.5 - part) ** 2, 0.75 - part * part, 0.5 * (0.5 + part) ** 2)
    taps = [np.take(values, np.clip(nearest + k, 0, size - 1), axis=axis) for k in (-1, 0, 1)]
    result: Doubles = kernel[0] * taps[0] + kernel[1] * taps[1] + kernel[2] * taps[2]
    return result


def enlarge(values: Shorts, factor: int, axis: int) -> Shorts:
    """Enlarge an int16 axis ``factor`` times, linear between cell middles.

    ``factor`` is a power of two, and |values| are below 2**14 / factor.
    """
    if factor == 1:
        return values
    lines = np.arange(values.shape[axis])
    before = np.take(values, np.maximum(lines - 1, 0), axis=axis)
    after = np.take(values, np.minimum(lines + 1, len(lines) - 1), axis=axis)
    shape = list(values.shape)
    shape.insert(axis + 1, factor)
    result = np.empty(shape, np.int16)
    places = np.moveaxis(result, axis + 1, 0)
    for phase in range(factor):
        offset = 2 * phase + 1 - factor  # in 1 / (2 * factor) of a cell
        other = before if offset < 0 else after
        mixed = values * np.int16(2 * factor - abs(offset))
        mixed += other * np.int16(abs(offset))
        mixed += np.int16(factor)
        np.right_shift(mixed, factor.bit_length(), out=places[phase])
    shape[axis : axis + 2] = [shape[axis] * factor]
    return result.reshape(shape)
