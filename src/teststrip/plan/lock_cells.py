"""The cells of a lock as they are kept in memory: what differs in each, put together when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, overload

from teststrip.base.json import Json, canonical, sha256
from teststrip.plan.model import Cell

_REMEMBERED: Final = 50_000
_LONGEST: Final = 256  # characters of a text that is worth remembering in its canonical form

Row = tuple[tuple[int, ...], str, Mapping[str, Json]]
"""A cell's coordinates, digest, and the members of its request that are not shared."""


@dataclass(frozen=True, slots=True, eq=False)
class LockedCells(Sequence[Cell]):
    """All cells of a lock, each made anew when it is asked for, from what is `shared` and its row.

    `added` has the variables of each, or nothing where there are none at all.
    """

    shared: Mapping[str, Json]
    rows: Sequence[Row]
    added: Sequence[Mapping[str, Json]] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Cell]:
        shared = self.shared
        if self.added:
            yield from (self[index] for index in range(len(self.rows)))
            return
        for at, digest, differing in self.rows:
            yield Cell(at, {**shared, **differing}, digest)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return LockedCells(self.shared, self.rows[index], self.added[index])
        at, digest, differing = self.rows[index]
        return Cell(at, {**self.shared, **differing}, digest, self.added[index] if self.added else {})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # requests are mappings

    def digests(self) -> Iterator[str]:
        """Yield the digest of every cell, without making the cells."""
        return (digest for _, digest, _ in self.rows)


class RowDigests:
    """Tells the digests of rows, as `plan.identity.cell_digest` does, from fragments that are prepared once.

    A request's canonical form is a pattern, one for each set of names that differ, with room for their values.
    """

    def __init__(self, provider: str, model: str, target: str, shared: Mapping[str, Json]) -> None:
        self._start = f'{{"model":{_text(model)},"provider":{_text(provider)},"request":{{'
        self._end = f'}},"target":{_text(target)}}}'
        self._shared = {name: f"{_text(name)}:{_text(value)}" for name, value in shared.items()}
        self._patterns: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
        self._values: dict[tuple[type, Json], str] = {}

    def __call__(self, differing: Mapping[str, Json]) -> str:
        """Return the digest of the cell in whose request these members differ from the shared ones.

        Raises ValueError for a number that JSON cannot hold exactly.
        """
        pattern, names = self._pattern(tuple(differing))
        return sha256((pattern % tuple([self._value(differing[name]) for name in names])).encode())

    def _pattern(self, differing: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        if differing not in self._patterns:
            # Code units, as RFC 8785 sorts.
            names = sorted({*self._shared, *differing}, key=lambda name: name.encode("utf-16-be"))
            parts = [
                f"{_escaped(_text(name))}:%s" if name in differing else _escaped(self._shared[name])
                for name in names
            ]
            pattern = _escaped(self._start) + ",".join(parts) + _escaped(self._end)
            self._patterns[differing] = pattern, tuple(name for name in names if name in differing)
        return self._patterns[differing]

    def _value(self, value: Json) -> str:
        if isinstance(value, Mapping | list) or (isinstance(value, str) and len(value) > _LONGEST):
            return _text(value)
        key = type(value), value  # true is not 1
        if key not in self._values:
            if len(self._values) >= _REMEMBERED:
                self._values.clear()
            self._values[key] = _text(value)
        return self._values[key]


def _text(value: Json) -> str:
    return canonical(value).decode()


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
