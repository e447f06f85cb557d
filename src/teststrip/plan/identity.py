"""What makes two cells the same, and the seeds that nobody chose.

A cell is its provider, model, target and the request as it is sent; never a path, a position or a label. So a
recipe may be re-ordered, re-titled or extended, and only what is truly new is paid for. The target belongs to
it: a proof never passes for a real print.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import operator
from collections.abc import Mapping, Sequence
from typing import Final

from teststrip.base.json import Json, canonical, digest, sha256
from teststrip.plan.cells import coordinates_of, raw_digests
from teststrip.plan.model import Axis, Cell
from teststrip.provider.model import Parameter

_SPARE: Final = 4096  # picture i of n uses seed + i, so a drawn seed stays this far below the maximum
_DEFAULT_MAXIMUM: Final = 2**32 - 1


def cell_digest(provider: str, model: str, target: str, request: Mapping[str, Json]) -> str:
    """Return a cell's identity: SHA-256 over the canonical form (RFC 8785) of all that shapes its pictures."""
    return digest({"provider": provider, "model": model, "target": target, "request": request})


def plan_digest(provider: str, model: str, target: str, axes: Sequence[Axis], cells: Sequence[Cell]) -> str:
    """Return a plan's identity: the shape of its sweep and, in order, where each cell stands and what it is."""
    digests = hashlib.sha256()
    for some in raw_digests(cells):
        digests.update(some)
    return digest(
        {
            "provider": provider,
            "model": model,
            "target": target,
            "axes": [[axis.name, len(axis.values)] for axis in axes],
            "places": _places_digest(axes, cells),
            "cells": digests.hexdigest(),
        }
    )


def _places_digest(axes: Sequence[Axis], cells: Sequence[Cell]) -> str:
    """Return "all" for the whole product of the axes, in order; else SHA-256 of where the cells stand."""
    sizes = [len(axis.values) for axis in axes]
    everywhere = itertools.product(*map(range, sizes))
    if len(cells) == math.prod(sizes) and all(map(operator.eq, coordinates_of(cells), everywhere)):
        return "all"
    places = hashlib.sha256()
    for coordinates in coordinates_of(cells):
        places.update(b"%d," * len(coordinates) % coordinates + b";")
    return places.hexdigest()


def drawn_seed(provider: str, model: str, parameter: Parameter, index: int) -> int:
    """Draw the seed that a recipe leaves open; `index` counts the draws of one recipe from 0.

    The draw depends on nothing that a person edits (title, axes, prompt): so an edit never re-rolls the
    pictures that are already paid for, and a forgotten seed is one seed for the whole grid. Seed 0 is never
    drawn, because some servers take it as "random".
    """
    bounds = parameter.bounds
    maximum = int(bounds.maximum) if bounds and bounds.maximum is not None else _DEFAULT_MAXIMUM
    number = int(sha256(canonical(["seed", provider, model, index])), 16)
    return number % max(maximum - _SPARE, 1) + 1
