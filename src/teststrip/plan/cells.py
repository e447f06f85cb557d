"""The cells of a plan, kept as what they are made from: 40 bytes each, and made when somebody looks at one."""

from __future__ import annotations

import bisect
import functools
import itertools
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from teststrip.plan.lock_cells import LockedCells
from teststrip.plan.model import Cell

if TYPE_CHECKING:
    from teststrip.base.json import Json

DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Stretch:
    """The cells of one grid: `places` numbers them in its space, `digests` has 32 raw bytes for each.

    `coordinates` and `request` make of a place what a cell has. `sizes` are those of the axes when the cells are
    their whole product, in order.
    """

    places: Sequence[int]
    digests: bytes
    coordinates: Callable[[int], tuple[int, ...]]
    request: Callable[[int], Mapping[str, Json]]
    sizes: tuple[int, ...] | None = None
    variables: Callable[[int], Mapping[str, Json]] | None = None  # where steps on requests add any


class Cells(Sequence[Cell]):
    """An immutable sequence of cells, one stretch after the other."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = tuple(stretches)
        self._ends = list(itertools.accumulate(len(stretch.places) for stretch in stretches))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        number = bisect.bisect_right(self._ends, at)
        stretch = self._stretches[number]
        return _cell(stretch, at - self._ends[number] + len(stretch.places))

    def __iter__(self) -> Iterator[Cell]:
        for stretch in self._stretches:
            for position in range(len(stretch.places)):
                yield _cell(stretch, position)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(self._stretches)

    def digests(self) -> Iterator[str]:
        """Yield the digest of every cell, without making the cells."""
        for stretch in self._stretches:
            text = stretch.digests.hex()
            for at in range(0, len(text), 2 * DIGEST_BYTES):
                yield text[at : at + 2 * DIGEST_BYTES]

    @property
    def have_variables(self) -> bool:
        """Whether steps on requests may have added variables."""
        return any(stretch.variables is not None for stretch in self._stretches)

    def raw(self) -> Iterator[bytes]:
        """Yield the digests as raw bytes, many at once."""
        return (stretch.digests for stretch in self._stretches)

    def coordinates(self) -> Iterator[tuple[int, ...]]:
        """Yield the coordinates of every cell, without making the cells."""
        for stretch in self._stretches:
            if stretch.sizes is None:
                yield from map(stretch.coordinates, stretch.places)
            else:
                yield from itertools.product(*map(range, stretch.sizes))


def add_variables(cells: Sequence[Cell]) -> bool:
    """Tell whether steps on requests may have added variables to cells."""
    if isinstance(cells, Cells):
        return cells.have_variables
    return bool(cells.added) if isinstance(cells, LockedCells) else any(cell.variables for cell in cells)


def raw_digests(cells: Sequence[Cell]) -> Iterator[bytes]:
    """Yield the digests of all cells as raw bytes, 32 for each, some or many at once."""
    return cells.raw() if isinstance(cells, Cells) else (bytes.fromhex(cell.digest) for cell in cells)


def coordinates_of(cells: Sequence[Cell]) -> Iterator[tuple[int, ...]]:
    """Yield the coordinates of every cell."""
    return cells.coordinates() if isinstance(cells, Cells) else (cell.coordinates for cell in cells)


def digests_of(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the digest of every cell."""
    return cells.digests() if isinstance(cells, Cells | LockedCells) else (cell.digest for cell in cells)


def repeated(cells: Sequence[Cell], distinct: int) -> dict[str, int]:
    """Count the cells of each digest that more than one has; `distinct` is how many digests there are."""
    if distinct == len(cells):
        return {}
    return {digest: count for digest, count in Counter(digests_of(cells)).items() if count > 1}


def packed(places: Sequence[int]) -> Sequence[int]:
    """Keep places as a range where they are one, else in 8 bytes each."""
    if isinstance(places, range):
        return places
    if places and places[-1] - places[0] == len(places) - 1:
        return range(places[0], places[0] + len(places))
    return array("Q", places)


def _cell(stretch: Stretch, position: int) -> Cell:
    place = stretch.places[position]
    digest = stretch.digests[DIGEST_BYTES * position : DIGEST_BYTES * (position + 1)].hex()
    request = functools.partial(stretch.request, place)
    if stretch.variables is None:
        return Cell(stretch.coordinates(place), request, digest)
    return Cell(stretch.coordinates(place), request, digest, functools.partial(stretch.variables, place))
