"""The cells of a sweep, block by block, each with its digest; the fast path from axes to identities.

The canonical form of a request (RFC 8785) has its members sorted by name. Which text stands for a member depends
on few dims, so it is made once for each combination of those and kept; a cell's canonical form is these texts
joined, and its digest the SHA-256 of that. The last dims make a block: what does not move in it is joined once.
`plan.identity.cell_digest` is the slow and plain definition; a test holds one against the other.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import canonical
from teststrip.plan.pieces import Pieces
from teststrip.plan.sieve import Sieve

_BLOCK: Final = 4096  # places; a longer last dim is one block all the same
_BLOCKS: Final = 16  # so many at least, or making ready for a block costs more than walking it
_HELD: Final = 262_144  # texts of whole blocks that are kept; memory is not to grow with the number of cells

OnFault = Callable[[int, Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring places: those from `first` on whose offsets are `kept` are cells, with these digests (raw)."""

    first: int
    kept: Sequence[int]
    digests: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring members of the canonical form that one track decides: its number (None: nothing does)."""

    track: int | None
    names: tuple[str, ...]
    leads: bool  # stands before the anchor, so that each text ends with a comma instead of beginning with one
    text: bytes = b""


@dataclass(slots=True)
class Walk:
    """Walks the places of a space. `on_fault` hears of every piece with problems that a cell is made of."""

    pieces: Pieces
    target: str
    sieves: Sequence[Sieve]
    on_fault: OnFault
    on_drop: Callable[[int, int], None]  # place, position of the sieve
    _split: int = field(init=False)
    _inner: list[list[int]] = field(init=False)  # the indices of the places of a block
    _head: bytes = field(init=False)
    _tail: bytes = field(init=False)
    _runs: list[_Run] = field(init=False)
    _anchored: bool = field(init=False)
    _texts: dict[tuple[int, int], bytes] = field(init=False, default_factory=dict)
    _lists: dict[tuple[int, int], list[bytes]] = field(init=False, default_factory=dict)
    _patterns: dict[tuple[int, ...], tuple[list[int], list[int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the block and lay out the canonical form."""
        sizes = [dim.size for dim in self.pieces.space.dims]
        self._split = max(len(sizes) - 1, 0)
        most = min(_BLOCK, math.prod(sizes) // _BLOCKS)
        while self._split and math.prod(sizes[self._split - 1 :]) <= most:
            self._split -= 1
        self._inner = [list(at) for at in itertools.product(*(range(size) for size in sizes[self._split :]))]
        assembler = self.pieces.assembler
        whole = {"provider": assembler.provider.name, "model": assembler.model, "target": self.target}
        shell = canonical({**whole, "request": {}})
        self._head, self._tail = (part for part in shell.split(b'"request":{}', 1))
        self._head, self._tail = self._head + b'"request":{', b"}" + self._tail
        self._lay_out()

    def blocks(self, chosen: Mapping[int, Sequence[int]] | None = None) -> Iterator[Block]:
        """Yield the cells in order; with `chosen`, only of these blocks and, in each, of these offsets."""
        origin = [0] * len(self.pieces.space.dims)
        for at, track in enumerate(self.pieces.tracks):
            if not track.dims and self.pieces.piece(at, origin).problems:
                self.on_fault(at, origin)
        for number, outer in self._outer(chosen):
            first = number * self.length
            offsets = range(self.length) if chosen is None else chosen[number]
            kept = self._kept(first, outer, offsets)
            if kept:
                yield Block(first, kept, self._digests(outer, kept))

    def _outer(self, chosen: Mapping[int, Sequence[int]] | None) -> Iterator[tuple[int, list[int]]]:
        """Yield the blocks: their numbers, and the indices of the dims that do not move in them."""
        sizes = [dim.size for dim in self.pieces.space.dims][: self._split]
        if chosen is None:
            yield from enumerate(map(list, itertools.product(*(range(size) for size in sizes))))
            return
        for number in sorted(chosen):
            yield number, self.pieces.space.indices(number * self.length)[: self._split]

    @property
    def length(self) -> int:
        """How many places a block has."""
        return len(self._inner)

    def keeps(self, indices: Sequence[int]) -> bool:
        """Tell whether a place is a cell, as far as the sieves go."""
        return all(sieve.keeps(indices) for sieve in self.sieves)

    def _kept(self, first: int, outer: list[int], offsets: Sequence[int]) -> Sequence[int]:
        for position, sieve in enumerate(self.sieves):
            if not offsets:
                break
            if sieve.given_up:
                continue
            if not sieve.dims or sieve.dims[-1] < self._split:
                passed = offsets if sieve.keeps([*outer, *self._inner[0]]) else []
            else:
                passed = [at for at in offsets if sieve.keeps([*outer, *self._inner[at]])]
            if len(passed) < len(offsets):
                staying = set(passed)
                for at in offsets:
                    if at not in staying:
                        self.on_drop(first + at, position)
                offsets = passed
        return offsets

    def _digests(self, outer: list[int], kept: Sequence[int]) -> list[bytes]:
        parts: list[bytes | list[bytes]] = [self._head]
        for run in self._runs:
            text = self._part(run, outer, kept)
            if isinstance(text, bytes) and isinstance(parts[-1], bytes):
                parts[-1] += text
            else:
                parts.append(text)
        if isinstance(parts[-1], bytes):
            parts[-1] += self._tail
        else:
            parts.append(self._tail)
        return self._hashed(parts, len(kept))

    def _hashed(self, parts: list[bytes | list[bytes]], count: int) -> list[bytes]:
        sha256 = hashlib.sha256
        if not self._anchored:  # nothing is in every cell: the first comma of each has to be taken out
            mark = len(self._head)
            texts = map(b"".join, zip(*(_repeated(part, count) for part in parts), strict=True))
            return [
                sha256(text[:mark] + text[mark + 1 :] if text[mark : mark + 1] == b"," else text).digest()
                for text in texts
            ]
        if len(parts) == 1 and isinstance(parts[0], bytes):
            return [sha256(parts[0]).digest()] * count
        if len(parts) == 3 and isinstance(parts[1], list):
            left, texts_of, right = parts
            return [sha256(left + text + right).digest() for text in texts_of]  # type: ignore[operator]
        columns = [_repeated(part, count) for part in parts]
        return [sha256(text).digest() for text in map(b"".join, zip(*columns, strict=True))]

    def _part(self, run: _Run, outer: list[int], kept: Sequence[int]) -> bytes | list[bytes]:
        """Return the text of a run of members, or where it moves within the block a text for each cell."""
        if run.track is None:
            return run.text
        track = self.pieces.tracks[run.track]
        if track.dims[-1] < self._split:
            return self._text(run, [*outer, *self._inner[kept[0]]])
        if len(kept) < len(self._inner):
            return [self._text(run, [*outer, *self._inner[at]]) for at in kept]
        # Texts of a full block serve every block whose outer indices the track does not see.
        key = (id(run), track.combination([*outer, *[0] * (len(self.pieces.space.dims) - self._split)]))
        known = self._lists.get(key)
        if known is None:
            first, pattern = self._moving(track.dims)
            texts = [self._text(run, [*outer, *self._inner[at]]) for at in first]
            known = [texts[at] for at in pattern]
            held = (len(self._lists) + 1) * len(self._inner)
            if held <= _HELD and not set(range(self._split)) <= set(track.dims):
                self._lists[key] = known
        return known

    def _moving(self, dims: tuple[int, ...]) -> tuple[list[int], list[int]]:
        """Return the combinations of dims in a block: the first place of each, and for each place its number."""
        known = self._patterns.get(dims)
        if known is None:
            inner = [dim - self._split for dim in dims if dim >= self._split]
            numbers: dict[tuple[int, ...], int] = {}
            first: list[int] = []
            pattern: list[int] = []
            for place, indices in enumerate(self._inner):
                key = tuple([indices[dim] for dim in inner])
                if key not in numbers:
                    numbers[key] = len(first)
                    first.append(place)
                pattern.append(numbers[key])
            known = self._patterns[dims] = first, pattern
        return known

    def _text(self, run: _Run, indices: Sequence[int]) -> bytes:
        track = run.track if run.track is not None else 0
        key = (id(run), self.pieces.tracks[track].combination(indices))
        known = self._texts.get(key)
        if known is None:
            piece = self.pieces.piece(track, indices)
            if piece.problems:
                self.on_fault(track, indices)
            known = _joined(run, piece.values)
            if self.pieces.tracks[track].count <= 65_536:
                self._texts[key] = known
        return known

    def _lay_out(self) -> None:
        """Sort the members as the canonical form does, and join what no dim moves."""
        pieces = self.pieces
        fixed = {at for at, track in enumerate(pieces.tracks) if not track.dims}
        origin = [0] * len(pieces.space.dims)
        constant = {name: value for at in sorted(fixed) for name, value in pieces.piece(at, origin).values.items()}
        names = sorted(pieces.track_of, key=lambda name: name.encode("utf-16-be"))
        anchor = next((at for at, name in enumerate(names) if name in constant), None)
        self._anchored = anchor is not None
        leading = names[:anchor] if anchor is not None else []
        self._runs = []
        groups = itertools.groupby(
            names, key=lambda name: (None if (at := pieces.track_of[name]) in fixed else at, name in leading)
        )
        for (track, leads), members in groups:
            run = _Run(track, tuple(members), leads)
            if track is None:
                text = _joined(run, constant)
                first = anchor is not None and names[anchor] in run.names
                run = _Run(None, run.names, leads, text[1:] if first else text)
            self._runs.append(run)


def _joined(run: _Run, values: Mapping[str, object]) -> bytes:
    texts = [canonical({name: values[name]})[1:-1] for name in run.names if name in values]  # type: ignore[dict-item]
    if run.leads:
        return b"".join(text + b"," for text in texts)
    return b"".join(b"," + text for text in texts)


def _repeated(part: bytes | list[bytes], count: int) -> Sequence[bytes] | Iterator[bytes]:
    return itertools.repeat(part, count) if isinstance(part, bytes) else part
