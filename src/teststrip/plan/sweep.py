"""One grid of a recipe, swept: which of its places are cells, their digests, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from teststrip.base.json import ABSENT, Json, canonical
from teststrip.plan.cells import DIGEST_BYTES, packed
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.faults import Faults
from teststrip.plan.model import Reason
from teststrip.plan.pieces import Pieces
from teststrip.plan.sample import Tokens, choose
from teststrip.plan.sieve import Sieve
from teststrip.plan.walk import Block, Walk
from teststrip.recipe.model import Grid, Sample

MAX_CELLS: Final = 1_000_000
MAX_PLACES: Final = 5_000_000  # of which conditions may leave fewer; walking them takes some seconds
MAX_EXCLUDED: Final = 20_000  # places of which it is remembered why they are no cells; no sheet has as many boxes
FIRST_EXCLUDED: Final = 3  # that are remembered of each reason, however many there are of others


@dataclass(slots=True)
class Sweep:
    """A grid that is being swept; `walk` does it, and then `places` and `digests` have its cells.

    `dropped` counts for each sieve the places that it held back, `excluded` has the first of them by place.
    """

    grid: Grid
    draft: Draft
    axes: Sequence[PlacedAxis]
    pieces: Pieces
    sieves: Sequence[Sieve]
    places: Sequence[int] = field(default=(), init=False)
    digests: bytes = field(default=b"", init=False)
    dropped: list[int] = field(init=False)
    excluded: dict[int, int] = field(init=False, default_factory=dict)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing dropped and nothing wrong."""
        self.dropped = [0] * len(self.sieves)
        self.faults = Faults(self.draft, self.axes, self.pieces)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why places are no cells, with how many of them there are; a sample looks at few, and counts none."""
        if self.grid.sample is not None:
            return ()
        return tuple(
            replace(sieve.reason, places=count) for sieve, count in zip(self.sieves, self.dropped, strict=True)
        )

    def walk(self, target: str) -> None:
        """Find the cells; what is wrong with them goes to the draft, with the cells that it concerns.

        Raises UsageError when the sample's method is not installed.
        """
        walk = self.walker(target)
        chosen = None
        if self.grid.sample is not None:
            chosen = self._chosen(self.grid.sample, walk)
        digests, places = bytearray(), _Places(walk.length)
        for block in walk.blocks(chosen):
            if self.faults.enough or any(sieve.given_up for sieve in self.sieves):
                break
            digests += b"".join(block.digests)
            places.add(block)
        self.digests, self.places = bytes(digests), packed(places.whole())
        self.faults.report(self.places)

    def walker(self, target: str) -> Walk:
        """Return what walks the cells for a target, for those who want them one by one and not all at once."""
        return Walk(self.pieces, target, self.sieves, self.faults.add, self._drop)

    def coordinates(self, place: int) -> tuple[int, ...]:
        """Return the coordinates of a place, one for each of the grid's axes."""
        space = self.pieces.space
        return space.coordinates(space.indices(place))

    def request(self, place: int) -> Mapping[str, Json]:
        """Return the request of a place, as it is sent."""
        return self.pieces.request(self.pieces.space.indices(place))

    def cells(self) -> Iterator[tuple[int, bytes]]:
        """Yield the place and the raw digest of every cell."""
        for position, place in enumerate(self.places):
            yield place, self.digests[DIGEST_BYTES * position : DIGEST_BYTES * (position + 1)]

    def _drop(self, place: int, sieve: int) -> None:
        self.dropped[sieve] += 1
        if len(self.excluded) < MAX_EXCLUDED or self.dropped[sieve] <= FIRST_EXCLUDED:
            self.excluded[place] = sieve

    def _chosen(self, sample: Sample, walk: Walk) -> Mapping[int, Sequence[int]]:
        """Choose the sample's places, as blocks and offsets."""
        space = self.pieces.space
        places = choose(sample, space, self._tokens(), walk.keeps)
        if len(places) < sample.count and not self.draft.problems:
            there = f"{len(places):,} cell{'s' * (len(places) != 1)}"
            said = f"the sample asks for {sample.count:,} cells, and there are {there} to choose from"
            self.draft.report((*sample.path, "count"), said, str(len(places)) if places else None)
        chosen: dict[int, list[int]] = {}
        for place in places:
            chosen.setdefault(place // walk.length, []).append(place % walk.length)
        return chosen

    def _tokens(self) -> Tokens:
        """Call each value of each dim by what it is, so that a sample does not hang on positions."""
        tokens = []
        for dim in self.pieces.space.dims:
            axes = [self.axes[axis].axis for axis in dim.axes]
            named = [
                [
                    [axis.name, axis.values[at].label if (value := axis.values[at].value) is ABSENT else value]
                    for axis in axes
                ]
                for at in range(dim.size)
            ]
            tokens.append([canonical(name) for name in named])
        return tokens


@dataclass(slots=True)
class _Places:
    """Gathers places; as long as whole blocks follow each other, only their end is kept."""

    length: int
    end: int = 0
    listed: list[int] | None = None

    def add(self, block: Block) -> None:
        if self.listed is None and block.first == self.end and len(block.kept) == self.length:
            self.end += self.length
            return
        if self.listed is None:
            self.listed = list(range(self.end))
        self.listed += [block.first + at for at in block.kept]

    def whole(self) -> Sequence[int]:
        return range(self.end) if self.listed is None else self.listed
