"""What is wrong with a sweep's cells, told once, at its place, with the cells that it concerns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from teststrip.base.where import Problem
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.pieces import Pieces

_MOST: Final = 2_000  # faulty pieces that are looked at; what else is wrong shows when these are mended
_NAMED: Final = 2  # combinations of values that a message names
_LONGEST: Final = 40  # characters of a label in a message


@dataclass(slots=True)
class Faults:
    """Gathers the faulty pieces that cells are made of."""

    draft: Draft
    axes: Sequence[PlacedAxis]
    pieces: Pieces
    _found: dict[Problem, dict[int, set[int]]] = field(init=False, default_factory=dict)
    _pieces: set[tuple[int, int]] = field(init=False, default_factory=set)

    @property
    def enough(self) -> bool:
        """Whether so much is wrong that looking on makes no sense."""
        return len(self._pieces) >= _MOST

    def add(self, track: int, indices: Sequence[int]) -> None:
        """Note a faulty piece, by its track and the place where it was met."""
        combination = self.pieces.tracks[track].combination(indices)
        if (track, combination) in self._pieces:
            return
        self._pieces.add((track, combination))
        for problem in self.pieces.piece(track, indices).problems:
            self._found.setdefault(problem, {}).setdefault(track, set()).add(combination)

    def report(self, places: Sequence[int]) -> None:
        """Tell everything that was found to the draft; `places` are the cells of the sweep, as far as known."""
        for problem, by_track in sorted(self._found.items(), key=lambda found: found[0].where):
            concerned = " and ".join(
                text
                for track, combinations in by_track.items()
                if (text := self._concerned(problem.message, track, combinations, places))
            )
            self.draft.add(replace(problem, concerns=concerned))

    def _concerned(self, message: str, track: int, combinations: Collection[int], places: Sequence[int]) -> str:
        """Say which cells combinations of a track's dims stand for: `12 of 96 cells: sampler ddim_v3`."""
        whole = self.pieces.tracks[track]
        if len(combinations) == whole.count or self.enough:
            return ""
        count = self._count(track, combinations, places)
        if count == len(places):
            return ""
        cells = f"{count:,} of {len(places):,} cells"
        named = list(itertools.islice(self._named(track, combinations), _NAMED + 1))
        if len(named) == 1 and _says(message, named[0].partition(" ")[2]):
            return cells
        return f"{cells}: " + "; ".join(named[:_NAMED]) + ("; ..." if len(named) > _NAMED else "")

    def _count(self, track: int, combinations: Collection[int], places: Sequence[int]) -> int:
        whole, space = self.pieces.tracks[track], self.pieces.space
        if len(places) == space.count:
            return space.count // whole.count * len(combinations)
        return sum(whole.combination(space.indices(place)) in combinations for place in places)

    def _named(self, track: int, combinations: Collection[int]) -> Iterator[str]:
        """Name combinations by the labels of the dims that make the difference."""
        whole = self.pieces.tracks[track]
        telling = [dim for dim in whole.dims if not self._even(track, dim, combinations)] or list(whole.dims)
        for names in dict.fromkeys(
            tuple(self._label(dim, whole.indices(one)[dim]) for dim in telling) for one in sorted(combinations)
        ):
            yield ", ".join(names)

    def _even(self, track: int, dim: int, combinations: Collection[int]) -> bool:
        """Tell whether a fault is there whatever the value on a dim is."""
        whole = self.pieces.tracks[track]
        stride = whole.strides[whole.dims.index(dim)]
        size = self.pieces.space.dims[dim].size
        rest = {one - whole.indices(one)[dim] * stride for one in combinations}
        return len(rest) * size == len(combinations)

    def _label(self, dim: int, index: int) -> str:
        axes = [self.axes[axis].axis for axis in self.pieces.space.dims[dim].axes]
        return " and ".join(f"{axis.name} {short(axis.values[index].label)}" for axis in axes)


def _says(message: str, label: str) -> bool:
    """Tell whether a message has a label in it, as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", message) is not None


def short(label: str) -> str:
    """Return as much of a label as a message has room for."""
    return label if len(label) <= _LONGEST else label[: _LONGEST - 3] + "..."
