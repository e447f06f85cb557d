"""Reading a picture: which values of the attributes make scenes look like it.

Analysis by synthesis. The nearest of many scenes drawn at random is changed, one attribute or trait at a time, in
every way there is; the changes that bring it nearer are kept, and it is done again. At the end every value has the
odds that its distance gives it, all else being as found: p(value) ~ p0(value) exp(-distance / temperature).
Distances are sums of squared differences between whole numbers, so they are exact.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from teststrip.darkroom.arrays import Codes, Floats
from teststrip.darkroom.exact import digits
from teststrip.darkroom.lattice import Lattice
from teststrip.darkroom.library import thumbnails
from teststrip.darkroom.noise import uniform
from teststrip.darkroom.prior import Lean
from teststrip.darkroom.scene import ATTRIBUTES, Odds, Scenes, Stand, realise, uniforms_per_scene, unprompted
from teststrip.darkroom.structure import Levels, levels_of

READING_CELLS = 1000
"""Cells of the lattice on which pictures are read."""

_FIRST = 224  # scenes that the nearest is chosen from
_SWEEPS = 4
_TOGETHER = (1, 2, 3, 5, 8, 13, 21)  # changes that are tried at once, the best first
_BROAD = 0.2  # share of even odds among them: what nobody asks for is looked for too
_SEED = 12
_DOUBT = 0.02
# Of the odds' temperature: what one number may be off by, squared, and what a picture as a whole may be.
_EACH, _WHOLE = 9.0, 3000.0

Measured: TypeAlias = Callable[[Floats], Levels]
"""What is compared, from thumbnails (n, 3, rows, columns): whole numbers (n, ...)."""

Known: TypeAlias = npt.NDArray[np.bool_]
Distances: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Target:
    """What scenes are compared with: numbers (rows, columns, k), and where they count."""

    lattice: Lattice
    numbers: Levels
    measured: Measured
    known: Known | None

    def distances(self, scenes: Scenes) -> Distances:
        """Return how far each scene is, (n,)."""
        off = (self.measured(thumbnails((scenes,), (Stand(),), self.lattice)) - self.numbers[None]).astype(
            np.int64
        )
        off *= off
        if self.known is not None:
            off *= self.known[None, ..., None]
        found: Distances = off.reshape(len(scenes), -1).sum(axis=1)
        return found

    @property
    def temperature(self) -> float:
        """How far apart two scenes' distances must be to tell them apart."""
        share = 1.0 if self.known is None else float(self.known.mean())
        return _EACH * share * self.numbers.size + _WHOLE


def fitted_lean(lattice: Lattice, target: Levels, measured: Measured, known: Known | None = None) -> Lean:
    """Return how odds must lean for scenes to look like ``target`` (rows, columns, k), where that is ``known``."""
    odds = fitted_odds(lattice, target, measured, known)
    usual = unprompted()
    return {
        name: tuple(
            digits(math.log((p + _DOUBT) / (q + _DOUBT))) for p, q in zip(odds[name], usual[name], strict=True)
        )
        for name in odds
    }


def likeliest(lean: Lean, name: str) -> int:
    """Return which value of an attribute is likeliest once the unprompted odds lean so."""
    odds = [(q + _DOUBT) * math.exp(log) for q, log in zip(unprompted()[name], lean[name], strict=True)]
    return odds.index(max(odds))


def fitted_odds(lattice: Lattice, target: Levels, measured: Measured, known: Known | None = None) -> Odds:
    """Return the odds of every value, given what a picture looks like."""
    compared = _Target(lattice, target, measured, known)
    starts = [_swept(compared, start) for start in _starts(compared)]
    found = starts[int(np.argmin(compared.distances(_scenes(starts))))]
    for _ in range(_SWEEPS):
        before, found = found, _swept(compared, found)
        if found == before:
            break
    distances = compared.distances(_variants(found))
    return {
        name: _posterior(values, distances[_parts()[name]], compared.temperature)
        for name, values in unprompted().items()
    }


def _starts(compared: _Target) -> list[dict[str, int]]:
    """Return the nearest of many scenes with a person, and the nearest of those without."""
    first = realise(uniform((_FIRST, uniforms_per_scene()), _SEED), _broadened(unprompted()))
    distances, empty = compared.distances(first), first.are("subject", "none")
    best = [int(np.argmin(np.where(here, distances, np.iinfo(np.int64).max))) for here in (~empty, empty)]
    return [{name: int(codes[one]) for name, codes in first.codes.items()} for one in best]


def _swept(compared: _Target, found: dict[str, int]) -> dict[str, int]:
    """Change what makes a scene nearer: as many of the changes that help alone as help together."""
    lights = _lights()
    distances = compared.distances(_scenes([*_choices(found), *({**found, **light} for light in lights)]))
    own = distances[: -len(lights)]
    light = lights[int(np.argmin(distances[-len(lights) :]))]
    best = {name: int(np.argmin(own[part])) for name, part in _parts().items()}
    ranked = sorted(best, key=lambda name: int(own[_parts()[name]].min()))
    tried = [found, {**found, **light}]
    for count in _TOGETHER:
        changes = {name: best[name] for name in ranked[:count]}
        tried += [{**found, **changes}, {**found, **changes, **light}]
    return tried[int(np.argmin(compared.distances(_scenes(tried))))]


def _lights() -> list[dict[str, int]]:
    """Return every place at every time, and every plain colour: changed one by one, they hide each other."""
    places, colors = list(ATTRIBUTES["background"]), len(ATTRIBUTES["background_color"])
    times = len(ATTRIBUTES["time"])
    pairs = [{"background": k, "time": m} for k in range(len(places)) for m in range(times)]
    return pairs + [{"background": places.index("plain"), "background_color": k} for k in range(colors)]


def _posterior(prior: tuple[float, ...], distances: Distances, temperature: float) -> tuple[float, ...]:
    nearest = int(distances.min())
    raw = [
        (p + _DOUBT) * math.exp(-(int(distance) - nearest) / temperature)
        for p, distance in zip(prior, distances, strict=True)
    ]
    total = math.fsum(raw)
    return tuple(digits(value / total) for value in raw)


@functools.lru_cache(maxsize=1)
def _parts() -> dict[str, slice]:
    """Return where each attribute's and trait's values stand among the variants of a scene."""
    parts, start = {}, 0
    for name, values in unprompted().items():
        parts[name] = slice(start, start + len(values))
        start += len(values)
    return parts


def _variants(found: dict[str, int]) -> Scenes:
    """Return one scene with every value of every attribute and trait in turn, in the order of `_parts`."""
    return _scenes(_choices(found))


def _choices(found: dict[str, int]) -> list[dict[str, int]]:
    return [{**found, name: k} for name, part in _parts().items() for k in range(part.stop - part.start)]


def _scenes(choices: list[dict[str, int]]) -> Scenes:
    codes: dict[str, Codes] = {name: np.array([one[name] for one in choices], np.int16) for name in _parts()}
    return Scenes(codes)


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
