"""Why a sweep is as it is: what each condition drops, and for one cell where every value of its request is from.

Pure, and made from what planning has: nothing here decides anything, it only tells what was decided.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from teststrip.base.json import Json
from teststrip.base.where import Path, Where, dotted
from teststrip.base.yaml import Marks
from teststrip.plan.model import Axis
from teststrip.plan.sample import ENUMERATED
from teststrip.plan.sweep import FIRST_EXCLUDED, Sweep

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Where something stands: the name of each axis, and the label of its value there."""

HeldBy = Literal["skip", "where", "sample"]


@dataclass(frozen=True, slots=True)
class Spot:
    """Something that is written down: its place in a file, and its path as a person names it."""

    where: Where
    path: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a name stands for; `spot` is where that is written, None for what is not from a file."""

    name: str
    value: Json
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """What drops places of a sweep: values that are skipped, a condition, or the sample.

    `text` is the reason as a sheet says it, `expression` the condition as it is written. `places` counts those
    that earlier reasons let through and this one drops; None where nobody counted. `first` has some of them.
    """

    kind: HeldBy
    text: str
    expression: str
    spot: Spot | None
    places: int | None
    first: tuple[Labels, ...] = ()


@dataclass(frozen=True, slots=True)
class GridStory:
    """A sweep: its axes, which of them advance together (`dims` has their names), and what is left of its places.

    `cell` is the number of its first cell. `places` is None where that is not known.
    """

    title: str
    axes: tuple[Axis, ...]
    dims: tuple[tuple[str, ...], ...]
    places: int | None
    losses: tuple[Loss, ...]
    cells: int
    cell: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a place is no cell, with what the names in the condition stand for there."""

    loss: Loss
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceStory:
    """A place that is no cell: `holds` has every reason, the one that decided first."""

    labels: Labels
    holds: tuple[Hold, ...]


def tell_grids(sweeps: Sequence[Sweep]) -> tuple[GridStory, ...]:
    """Say of each sweep, walked, what it has and what is dropped."""
    stories = []
    cell = 0
    for number, sweep in enumerate(sweeps, 1):
        stories.append(_grid(sweep, title_of(sweeps, number - 1), cell))
        cell += len(sweep.places)
    return tuple(stories)


def tell_place(sweeps: Sequence[Sweep], number: int, place: int) -> PlaceStory:
    """Say why a place of a sweep (by its number) is no cell; of one that is, nothing holds it."""
    sweep = sweeps[number]
    indices = sweep.pieces.space.indices(place)
    holds = [
        Hold(_loss(sweep, at, None), _seen(sweep, at, indices))
        for at, sieve in enumerate(sweep.sieves)
        if not sieve.keeps(indices)
    ]
    if not holds and sweep.grid.sample is not None and place not in sweep.places:
        holds.append(Hold(_unsampled(sweep, None)))
    return PlaceStory(labels_of(sweeps, number, place), tuple(holds))


def title_of(sweeps: Sequence[Sweep], number: int) -> str:
    """Return what a sheet calls a grid; "" for the only one."""
    return (sweeps[number].grid.title or f"grid {number + 1}") if len(sweeps) > 1 else ""


def labels_of(sweeps: Sequence[Sweep], number: int, place: int) -> Labels:
    """Return where a place stands: on the axis of grids, where there are several, and on its sweep's own."""
    title = title_of(sweeps, number)
    return ((("grid", title),) if title else ()) + _labels(sweeps[number], place)


def spot_of(marks: Marks, path: Path) -> Spot:
    """Return the spot of a path, or of the nearest one round it that is written down."""
    while path and path not in marks.values:
        path = path[:-1]
    return Spot(marks.value(path), dotted(path))


def _grid(sweep: Sweep, title: str, cell: int) -> GridStory:
    space = sweep.pieces.space
    axes = tuple(placed.axis for placed in sweep.axes)
    return GridStory(
        title=title,
        axes=axes,
        dims=tuple(tuple(axes[at].name for at in dim.axes) for dim in space.dims),
        places=space.count,
        losses=tuple(_losses(sweep)),
        cells=len(sweep.places),
        cell=cell,
    )


def _losses(sweep: Sweep) -> Iterator[Loss]:
    count = sweep.pieces.space.count
    if sweep.grid.sample is None:
        firsts: list[list[int]] = [[] for _ in sweep.sieves]
        for place, at in sweep.excluded.items():
            if len(firsts[at]) < FIRST_EXCLUDED:
                firsts[at].append(place)
        yield from (_loss(sweep, at, sweep.dropped[at], firsts[at]) for at in range(len(sweep.sieves)))
        return
    if count > ENUMERATED and sweep.sieves:  # the sample asked of those that it drew, and nobody of the others
        yield from (_loss(sweep, at, None) for at in range(len(sweep.sieves)))
        yield _unsampled(sweep, None)
        return
    dropped, unsampled = _asked(sweep) if sweep.sieves else ([], count - len(sweep.places))
    yield from (_loss(sweep, at, number, first) for at, (number, first) in enumerate(dropped))
    yield _unsampled(sweep, unsampled)


def _asked(sweep: Sweep) -> tuple[list[tuple[int, list[int]]], int]:
    """Ask all places of a sweep of which a sample is taken: what each sieve drops, and how many are left over."""
    counts = [0] * len(sweep.sieves)
    firsts: list[list[int]] = [[] for _ in sweep.sieves]
    left = 0
    sizes = [range(dim.size) for dim in sweep.pieces.space.dims]
    for place, indices in enumerate(itertools.product(*sizes)):
        at = next((at for at, sieve in enumerate(sweep.sieves) if not sieve.keeps(indices)), None)
        if at is None:
            left += 1
            continue
        counts[at] += 1
        if len(firsts[at]) < FIRST_EXCLUDED:
            firsts[at].append(place)
    return list(zip(counts, firsts, strict=True)), left - len(sweep.places)


def _loss(sweep: Sweep, at: int, count: int | None, first: Sequence[int] = ()) -> Loss:
    sieve = sweep.sieves[at]
    spot = spot_of(sweep.draft.recipe.marks, sieve.path)
    firsts = tuple(_labels(sweep, place) for place in first)
    return Loss(sieve.reason.kind, sieve.reason.text, sieve.expression, spot, count, firsts)


def _unsampled(sweep: Sweep, count: int | None) -> Loss:
    sample = sweep.grid.sample
    if sample is None:
        raise ValueError("nothing is sampled here")
    text = f"{sample.method}, {sample.count:,} of {sweep.pieces.space.count:,}, seed {sample.seed}"
    return Loss("sample", text, "", spot_of(sweep.draft.recipe.marks, sample.path), count)


def _labels(sweep: Sweep, place: int) -> Labels:
    coordinates = sweep.coordinates(place)
    return tuple(
        (placed.axis.name, placed.axis.values[at].label)
        for placed, at in zip(sweep.axes, coordinates, strict=True)
    )


def _seen(sweep: Sweep, at: int, indices: Sequence[int]) -> tuple[Seen, ...]:
    return tuple(Seen(name, value) for name, value in sweep.sieves[at].seen(indices).items())
