"""One grid of a recipe, swept: which of its places are cells, their digests, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Final

from teststrip.base.json import ABSENT, Json, canonical
from teststrip.plan.cells import DIGEST_BYTES, packed
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.faults import Faults
from teststrip.plan.model import Reason
from teststrip.plan.pieces import Pieces
from teststrip.plan.sample import ENUMERATED, SampleFault, Tokens, choose
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
    making: AbstractContextManager[bool] = field(
        init=False, default_factory=RLock
    )  # listeners look at cells in threads of their own

    def __post_init__(self) -> None:
        """Start with nothing dropped and nothing wrong."""
        self.dropped = [0] * (len(self.sieves) + (self.grid.sample is not None))
        self.faults = Faults(self.axes, self.pieces)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why places are no cells, with how many of them there are."""
        reasons = [sieve.reason for sieve in self.sieves]
        if self.grid.sample is not None:
            reasons.append(Reason("sample", f"{self.grid.sample.method} {self.grid.sample.count:,}"))
        return tuple(replace(reason, places=count) for reason, count in zip(reasons, self.dropped, strict=True))

    @property
    def title(self) -> str:
        """What tells this grid from the others of its recipe."""
        number = self.grid.path[-1] if self.grid.path else 0
        return self.grid.title or (f"grid {number + 1}" if isinstance(number, int) else "")

    def walk(self, target: str) -> None:
        """Find the cells, and gather what is wrong with them."""
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

    def walker(self, target: str) -> Walk:
        """Return what walks the cells for a target, for those who want them one by one and not all at once."""
        return Walk(self.pieces, target, self.sieves, self.faults.add, self._drop)

    def coordinates(self, place: int) -> tuple[int, ...]:
        """Return the coordinates of a place, one for each of the grid's axes."""
        space = self.pieces.space
        return space.coordinates(space.indices(place))

    def request(self, place: int) -> Mapping[str, Json]:
        """Return the request of a place, as it is sent."""
        with self.making:
            return self.pieces.request(self.pieces.space.indices(place))

    def variables(self, place: int) -> Mapping[str, Json]:
        """Return what steps on the request of a place added."""
        with self.making:
            return self.pieces.variables(self.pieces.space.indices(place))

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
        try:
            places = choose(sample, space, self._tokens(), walk.keeps)
        except SampleFault as fault:
            self.draft.report((*sample.path, "method"), str(fault))
            return {}
        if len(places) < sample.count and not self.draft.problems:
            said = f"the sample asks for {sample.count:,} cells, and {_how_many(len(places), space.count)}"
            self.draft.report((*sample.path, "count"), said, str(len(places)) if places else None)
        self._leave_out(frozenset(places))
        chosen: dict[int, list[int]] = {}
        for place in places:
            chosen.setdefault(place // walk.length, []).append(place % walk.length)
        return chosen

    def _leave_out(self, chosen: AbstractSet[int]) -> None:
        """Note why the places that were not chosen are no cells; of a space that is drawn from, how many."""
        space = self.pieces.space
        if space.count > ENUMERATED:
            self.dropped[-1] = space.count - len(chosen)
            return
        for place in range(space.count):
            if place not in chosen:
                indices = space.indices(place)
                held = (at for at, sieve in enumerate(self.sieves) if not sieve.keeps(indices))
                self._drop(place, next(held, len(self.sieves)))

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


def _how_many(found: int, places: int) -> str:
    cells = f"{found:,} cell{'s' * (found != 1)}"
    if places <= ENUMERATED:
        return f"there {'is' if found == 1 else 'are'} {cells} to choose from"
    return f"only {cells} {'was' if found == 1 else 'were'} found among {places:,} places: narrow the axes"


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
