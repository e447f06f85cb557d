"""The parts of a sweep's requests, each made once for every combination of the axes that it depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Problem
from teststrip.plan.clusters import Cluster, clusters_of
from teststrip.plan.dims import Space
from teststrip.plan.requests import Assembler
from teststrip.recipe.bounds import Work

_REMEMBERED: Final = 65_536  # combinations of one cluster; beyond, a part is made again when it is asked for again


@dataclass(frozen=True, slots=True)
class Piece:
    """What a cluster contributes to a request, what is wrong with it, and the variables that steps added."""

    values: Mapping[str, Json]
    problems: Sequence[Problem]
    variables: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Track:
    """A cluster and the dims (by position) that it depends on; `strides` number their combinations."""

    cluster: Cluster
    dims: tuple[int, ...]
    strides: tuple[int, ...]
    count: int

    def combination(self, indices: Sequence[int]) -> int:
        """Return the number of the combination that a place has."""
        return sum(indices[dim] * stride for dim, stride in zip(self.dims, self.strides, strict=True))

    def indices(self, combination: int) -> dict[int, int]:
        """Return the index on each dim that a combination stands for, by dim."""
        found = {}
        for dim, stride in zip(self.dims, self.strides, strict=True):
            found[dim], combination = divmod(combination, stride)
        return found


@dataclass(slots=True)
class Pieces:
    """Makes and remembers pieces, over the places of a space."""

    assembler: Assembler
    space: Space
    tracks: tuple[Track, ...] = field(init=False)
    track_of: dict[str, int] = field(init=False)  # by parameter
    _known: list[dict[int, Piece]] = field(init=False)

    def __post_init__(self) -> None:
        """Find out what each cluster depends on."""
        assembler = self.assembler
        clusters = clusters_of(assembler.provider, assembler.model, assembler.joined())
        self.tracks = tuple(self._track(cluster) for cluster in clusters)
        self.track_of = {m.name: at for at, track in enumerate(self.tracks) for m in track.cluster.members}
        self._known = [{} for _ in self.tracks]

    def piece(self, track: int, indices: Sequence[int]) -> Piece:
        """Return a track's piece at a place, given by its indices."""
        combination = self.tracks[track].combination(indices)
        known = self._known[track]
        found = known.get(combination)
        if found is None:
            found = self._made(track, indices)
            if self.tracks[track].count <= _REMEMBERED:
                known[combination] = found
        return found

    def request(self, indices: Sequence[int]) -> dict[str, Json]:
        """Return the whole request of a cell, members in page order. Raises ValueError for what is none."""
        draft = self.assembler.draft
        # What is made again is what was made when it was checked: it is not to fail for what others took since.
        self.assembler.draft = draft.scratch(Work())
        values: dict[str, Json] = {}
        try:
            for track in range(len(self.tracks)):
                piece = self.piece(track, indices)
                if piece.problems:
                    raise ValueError(f"this place is no cell: {piece.problems[0]}")
                values.update(piece.values)
        finally:
            self.assembler.draft = draft
        order = self.assembler.parameters
        return {name: values[name] for name in order if name in values}

    def variables(self, indices: Sequence[int]) -> dict[str, Json]:
        """Return the variables that steps added to a cell."""
        found: dict[str, Json] = {}
        if self.assembler.before:
            for track in range(len(self.tracks)):
                found.update(self.piece(track, indices).variables)
        return found

    def _track(self, cluster: Cluster) -> Track:
        dims = self.space.of_axes(self.assembler.depends(cluster))
        strides: list[int] = []
        count = 1
        for dim in reversed(dims):
            strides.append(count)
            count *= self.space.dims[dim].size
        return Track(cluster, dims, tuple(reversed(strides)), count)

    def _made(self, track: int, indices: Sequence[int]) -> Piece:
        assembler = self.assembler
        draft = assembler.draft
        assembler.draft = draft.scratch()
        try:
            made = assembler.part(self.tracks[track].cluster, self.space.coordinates(indices))
            return Piece(made.values, tuple(assembler.draft.problems), made.variables)
        finally:
            assembler.draft = draft
