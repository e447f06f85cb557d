"""What is wrong with a sweep's cells, told once, at its place, with the cells that it concerns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from teststrip.base.where import Problem
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.pieces import Pieces

_MOST: Final = 2_000  # faulty pieces that are looked at; what else is wrong shows when these are mended
_NAMED: Final = 2  # combinations of values that a message names
_LONGEST: Final = 40  # characters of a label in a message


@dataclass(frozen=True, slots=True)
class Concern:
    """The cells of one sweep that a problem is about: how many, and the values that tell them (() for all)."""

    cells: int
    names: tuple[str, ...]


@dataclass(slots=True)
class Faults:
    """Gathers the faulty pieces that cells are made of."""

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

    def concerned(self, places: Sequence[int]) -> Iterator[tuple[Problem, Concern]]:
        """Yield everything that was found, with the cells that it concerns; `places` are all of the sweep."""
        for problem, by_track in self._found.items():
            count = self._count(by_track, places)
            names = [name for track, combinations in by_track.items() for name in self._named(track, combinations)]
            yield problem, Concern(count, () if count == len(places) else tuple(names))

    def _count(self, by_track: Mapping[int, Collection[int]], places: Sequence[int]) -> int:
        """Count the cells that have one of some combinations."""
        space, tracks = self.pieces.space, self.pieces.tracks
        if len(by_track) == 1:
            ((track, combinations),) = by_track.items()
            if len(places) == space.count:
                return space.count // tracks[track].count * len(combinations)
            if len(combinations) == tracks[track].count:
                return len(places)
        return sum(
            any(tracks[track].combination(at) in combinations for track, combinations in by_track.items())
            for at in map(space.indices, places)
        )

    def _named(self, track: int, combinations: Collection[int]) -> Iterator[str]:
        """Name combinations by the labels of the dims that make the difference."""
        whole = self.pieces.tracks[track]
        telling = [dim for dim in whole.dims if not self._even(track, dim, combinations)] or list(whole.dims)
        some = sorted(combinations) if len(combinations) <= _MOST else ()
        for names in itertools.islice(
            dict.fromkeys(tuple(self._label(dim, whole.indices(one)[dim]) for dim in telling) for one in some),
            _NAMED + 1,
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


class Swept(Protocol):
    """What a sweep tells once it is walked: its cells' places, its name, and what is wrong."""

    @property
    def places(self) -> Sequence[int]:
        """The places that are cells."""

    @property
    def faults(self) -> Faults:
        """What was found."""

    @property
    def title(self) -> str:
        """What tells this grid from others."""


def report_faults(draft: Draft, sweeps: Sequence[Swept]) -> None:
    """Tell everything that was found in the cells of all grids, each once, with how many cells it concerns."""
    total = sum(len(sweep.places) for sweep in sweeps)
    titles = {sweep.title for sweep in sweeps}
    concerns: dict[Problem, list[tuple[Swept, Concern]]] = {}
    for sweep in sweeps:
        for problem, concern in sweep.faults.concerned(sweep.places):
            if concern.cells or not total:
                concerns.setdefault(problem, []).append((sweep, concern))
    counted = not any(sweep.faults.enough for sweep in sweeps)  # else the walk has ended early
    for problem in sorted(concerns, key=lambda problem: problem.where):
        count = sum(concern.cells for _, concern in concerns[problem])
        if count == total or not counted:
            draft.add(problem)
            continue
        told = [name for one, concern in concerns[problem] for name in concern.names or (one.title,)]
        names = list(dict.fromkeys(told))
        cells = f"{count:,} of {total:,} cells"
        if len(names) > 1 or names[0] in titles or not _says(problem.message, names[0].partition(" ")[2]):
            cells += ": " + "; ".join(names[:_NAMED]) + ("; ..." if len(names) > _NAMED else "")
        draft.add(replace(problem, concerns=cells))


def _says(message: str, label: str) -> bool:
    """Tell whether a message has a label in it, as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", message) is not None


def short(label: str) -> str:
    """Return as much of a label as a message has room for."""
    return label if len(label) <= _LONGEST else label[: _LONGEST - 3] + "..."
