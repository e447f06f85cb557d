"""Which cell a person means: by its number, by its digest or the beginning of it, or by labels and values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from teststrip.base.json import ABSENT, Json
from teststrip.base.near import listed, near
from teststrip.errors import UsageError
from teststrip.plan.cells import coordinates_of, digests_of
from teststrip.plan.dims import Space
from teststrip.plan.kinds.common import label_of
from teststrip.plan.model import Axis, AxisValue, Cell
from teststrip.plan.sweep import Sweep
from teststrip.plan.union import Lift, unite

MOST_LISTED: Final = 10
_NUMBER: Final = re.compile(r"[0-9]+")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{4,64}")
_LONGEST: Final = 60  # characters of a label in a message
_FORMS: Final = "a cell is its number, its digest or four digits of it, or labels such as sampler=k_euler,steps=28"

Wanted = Mapping[int, frozenset[int]]
"""What labels ask for: by the position of an axis, the positions of the values that are meant."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a recipe's sweep: the number of the grid, and the place in its space."""

    grid: int
    place: int


def pick(text: str, axes: Sequence[Axis], cells: Sequence[Cell]) -> list[int] | Wanted:
    """Read what a person calls a cell: the numbers of the cells that it is, or the labels that were asked for.

    Several numbers are cells of different requests. Raises UsageError for what is none, with what was meant.
    """
    if "=" in text:
        return read_labels(text, axes)
    if _NUMBER.fullmatch(text) and len(text) < 10 and int(text) < len(cells):
        return [int(text)]
    if _DIGEST.fullmatch(text):
        found = _by_digest(text.lower(), cells)
        if found:
            return found
    if _NUMBER.fullmatch(text):
        count = len(cells)
        there = f"there are {count:,} cells, from 0 to {count - 1:,}" if count > 1 else "there is one, number 0"
        there = there if count else "no cell is left"
        raise UsageError(f"{text} is no cell's number: {there}")
    if _DIGEST.fullmatch(text):
        raise UsageError(f"no cell's digest begins with {text}; `plan --cells` lists them")
    raise UsageError(f"{_short(text)}: {_FORMS}{_meant_label(text, axes)}")


def read_labels(text: str, axes: Sequence[Axis]) -> Wanted:
    """Read labels such as `sampler=k_euler,steps=28`. Raises UsageError for what no axis has."""
    names = {axis.name: at for at, axis in enumerate(axes)}
    wanted: dict[int, frozenset[int]] = {}
    for name, value in _pairs(text, axes):
        if name not in names:
            there = f"there are: {listed(list(names))}" if names else "there are none"
            raise UsageError(f"{_short(name)!r} is no axis; {there}{_meant(near(name, list(names)))}")
        at = names[name]
        found = frozenset(_matching(value, axes[at]))
        if not found:
            labels = [one.label for one in axes[at].values]
            close = near(value, labels)
            said = f"{_short(value)!r} is no value of {name}; there are: {listed(labels)}"
            raise UsageError(said + _meant(f"{name}={close}" if close else None))
        if not wanted.get(at, found) & found:
            raise UsageError(f"{name} is given twice, with two values")
        wanted[at] = wanted.get(at, found) & found
    return wanted


def cells_at(wanted: Wanted, cells: Sequence[Cell]) -> Iterator[int]:
    """Yield the numbers of the cells that labels ask for."""
    asked = list(wanted.items())
    for number, coordinates in enumerate(coordinates_of(cells)):
        if all(coordinates[axis] in values for axis, values in asked):
            yield number


def places_at(wanted: Wanted, sweeps: Sequence[Sweep]) -> Iterator[Place]:
    """Yield the places of a recipe's sweeps that labels ask for, cells or not."""
    union = unite(sweeps)
    positions = {axis.name: at for at, axis in enumerate(union.axes)}
    for number, (sweep, lift) in enumerate(zip(sweeps, union.lifts, strict=True)):
        space = sweep.pieces.space
        own = [positions[placed.axis.name] for placed in sweep.axes]
        standing = lift((0,) * space.axes)
        if any(standing[at] not in wanted[at] for at in wanted.keys() - set(own)):
            continue
        asked = {at: wanted[position] for at, position in enumerate(own) if position in wanted}
        allowed = []
        for at, dim in enumerate(space.dims):
            axes = [axis for axis in dim.axes if axis in asked]
            moved = _lifted(space, lift, at)
            allowed.append([i for i, to in enumerate(moved) if all(to[own[axis]] in asked[axis] for axis in axes)])
        yield from (Place(number, space.place(indices)) for indices in itertools.product(*allowed))


def _lifted(space: Space, lift: Lift, dim: int) -> list[tuple[int, ...]]:
    """Return where the values of a dim stand on the axes of the plan, while all others stay at their first."""
    sizes = range(space.dims[dim].size)
    count = len(space.dims)
    return [lift(space.coordinates([index if at == dim else 0 for at in range(count)])) for index in sizes]


def _by_digest(text: str, cells: Sequence[Cell]) -> list[int]:
    """Return the first cell of each request whose digest begins so, a few more than are listed."""
    found: dict[str, int] = {}
    for number, digest in enumerate(digests_of(cells)):
        if digest.startswith(text):
            found.setdefault(digest, number)
            if len(found) > MOST_LISTED:
                break
    return list(found.values())


def _pairs(text: str, axes: Sequence[Axis]) -> Iterator[tuple[str, str]]:
    """Split labels at the commas that a name and `=` follow: a label may have commas, and `=`, itself.

    A name that is no axis begins a pair too, where what stands before it is a value as it is.
    """
    known = "|".join(re.escape(axis.name) for axis in sorted(axes, key=lambda axis: -len(axis.name)))
    parts = re.split(rf",(?=\s*(?:{known})\s*=)", text) if known else [text]
    by_name = {axis.name: axis for axis in axes}
    for part in parts:
        name, _, value = (one.strip() for one in part.partition("="))
        axis = by_name.get(name)
        if axis is not None and not _matching(value, axis):
            before, comma, rest = value.partition(",")
            if comma and "=" in rest and _matching(before.strip(), axis):
                yield name, before.strip()
                yield from _pairs(rest, axes)
                continue
        yield name, value


def _matching(text: str, axis: Axis) -> list[int]:
    """Return the positions of the values that a text means: by label, else by value."""
    labelled = [at for at, value in enumerate(axis.values) if value.label == text]
    return labelled or [at for at, value in enumerate(axis.values) if _is_value(text, value)]


def _is_value(text: str, value: AxisValue) -> bool:
    if value.value is ABSENT:
        return False
    return label_of(value.value) == text or (not isinstance(value.value, bool) and _same_number(text, value.value))


def _same_number(text: str, value: Json) -> bool:
    if not isinstance(value, int | float):
        return False
    try:
        return Decimal(text) == Decimal(str(value))
    except InvalidOperation:
        return False


def _meant_label(text: str, axes: Sequence[Axis]) -> str:
    """Say which label was meant by a text that has no axis's name before it."""
    whole = [axis.name for axis in axes if _matching(text, axis)]
    return _meant(f"{whole[0]}={text}" if whole else None)


def _meant(suggestion: str | None) -> str:
    return f"; did you mean {_short(suggestion)}?" if suggestion else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
