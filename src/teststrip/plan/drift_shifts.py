"""How requests shift when a page changes: what differs, in how many cells, on which axis values."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from teststrip.base.json import ABSENT, Absent, Json, canonical
from teststrip.plan.model import Cell, Plan
from teststrip.recipe.model import Recipe

Request: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the cells with one value of an axis are concerned."""

    axis: str
    value: str
    cells: int
    of: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One member of the requests that is not what it was, in `cells` cells; `shares` says on which axis values.

    ABSENT is not sent at all. `given`: the recipe sets it, so it is no default that changed.
    """

    path: str
    old: Json | Absent
    new: Json | Absent
    cells: int
    given: bool
    shares: tuple[Share, ...]


@dataclass(slots=True)
class Tally:
    """Counts the cells that are what they were, and collects what differs in the others."""

    recipe: Recipe
    plan: Plan
    cells: list[Cell] = field(default_factory=list)
    changed: list[Cell] = field(default_factory=list)
    found: dict[tuple[str, bytes, bytes], tuple[Json | Absent, Json | Absent, list[Cell]]] = field(
        default_factory=dict
    )

    def add(self, cell: Cell, request: Request, *, same: bool) -> None:
        """Add a cell with its new request; `same` tells that the digests are."""
        self.cells.append(cell)
        if same:
            return
        self.changed.append(cell)
        for path, before, after in _differences(cell.request, request, ""):
            key = (path, as_bytes(before), as_bytes(after))
            self.found.setdefault(key, (before, after, []))[2].append(cell)

    @property
    def untouched(self) -> int:
        """How many cells have the digest that they had."""
        return len(self.cells) - len(self.changed)

    def rename(self, before: str, after: str) -> None:
        """Note that the model has another name, which is part of every digest."""
        self.found[("model", b"", b"")] = (before, after, self.changed)

    def shifts(self) -> tuple[Shift, ...]:
        """Return what differs, with how many cells differ in it."""
        given = {*self.recipe.params, *(source.name for source in self.recipe.axes), "model"}
        for axis in self.plan.axes:
            given.update(itertools.chain.from_iterable(value.sets or () for value in axis.values))
        return tuple(
            # A member inside what is given may still be a default.
            Shift(path, before, after, len(cells), path in given, shares_of(self.plan, cells, self.cells))
            for (path, _, _), (before, after, cells) in self.found.items()
        )


def as_bytes(value: Json | Absent) -> bytes:
    """Return a value in its canonical form; nothing for none."""
    return b"" if isinstance(value, Absent) else canonical(value)


def _differences(
    old: Json | Absent, new: Json | Absent, path: str
) -> Iterator[tuple[str, Json | Absent, Json | Absent]]:
    """Yield the innermost members that differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys([*old, *new]):
            inner = f"{path}.{name}" if path else name
            yield from _differences(old.get(name, ABSENT), new.get(name, ABSENT), inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        told = set()
        for before, after in zip(old, new, strict=True):
            for difference in _differences(before, after, f"{path}[]"):
                key = (difference[0], as_bytes(difference[1]), as_bytes(difference[2]))
                if key not in told:
                    told.add(key)
                    yield difference
    elif as_bytes(old) != as_bytes(new):
        yield path, old, new


def shares_of(plan: Plan, cells: Sequence[Cell], among: Sequence[Cell]) -> tuple[Share, ...]:
    """Say which axis values single out some cells among others: as few as do; () when it is all of them."""
    if len(cells) == len(among):
        return ()
    shares: list[Share] = []
    whole: set[tuple[int, int]] = set()
    for position, axis in enumerate(plan.axes):
        counts, of = (Counter(cell.coordinates[position] for cell in some) for some in (cells, among))
        if len({Fraction(counts[index], of[index]) for index in of}) == 1:
            continue  # the axis has nothing to do with it
        for index, count in sorted(counts.items()):
            shares.append(Share(axis.name, axis.values[index].label, count, of[index]))
            if count == of[index]:
                whole.add((position, index))
    if all(any(at in whole for at in enumerate(cell.coordinates)) for cell in cells):
        shares = [share for share in shares if share.cells == share.of]
    return tuple(shares)
