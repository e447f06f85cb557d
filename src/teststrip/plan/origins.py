"""Where every value of a cell's request is from: the recipe, an axis, a template, the page, or a draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.base.where import Path
from teststrip.plan.cells import digests_of
from teststrip.plan.explain import Labels, Seen, Spot, labels_of, spot_of
from teststrip.plan.make import Swept
from teststrip.plan.model import Cell
from teststrip.plan.sweep import Sweep
from teststrip.plan.values import Slot
from teststrip.provider.model import Parameter

OriginKind = Literal["params", "axis", "set", "page", "drawn", "lock"]
_MOST_ALIKE: Final = 10


@dataclass(frozen=True, slots=True)
class Swap:
    """A text that an axis's value put in the place of another."""

    old: str
    new: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Touch:
    """A step on requests that changed a value, by its name."""

    name: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value is from.

    `written` is what stands there, ABSENT where that is the value itself: a template, a series, the name of a
    size. `seen` are the names in a template, `draws` tells that it draws by chance, `swaps` are the texts that
    were replaced afterwards. `before` is what stands under params and is not used, because this goes before it.
    `inside` names the members within that the page filled in. `steps` changed it after all that.
    """

    kind: OriginKind
    spot: Spot | None = None
    written: Json | Absent = ABSENT
    seen: tuple[Seen, ...] = ()
    draws: bool = False
    swaps: tuple[Swap, ...] = ()
    before: Spot | None = None
    inside: tuple[str, ...] = ()
    steps: tuple[Touch, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a request as it is sent; or, with a reason `unsent`, one that was given and is not sent."""

    name: str
    value: Json
    origin: Origin
    unsent: str = ""


@dataclass(frozen=True, slots=True)
class CellStory:
    """A cell: its number in the plan, where it stands, its identity, and all of its request.

    `alike` are other cells with the same request, the first ten of them.
    """

    number: int
    labels: Labels
    digest: str
    members: tuple[Member, ...]
    unsent: tuple[Member, ...] = ()
    alike: tuple[int, ...] = ()


def tell_cell(swept: Swept, number: int) -> CellStory:
    """Say of a cell of a plan, by its number, where all that it has is from. Raises ValueError without a plan."""
    if swept.plan is None:
        raise ValueError("there is no plan, so there are no cells")
    cell = swept.plan.cells[number]
    grid, position = 0, number
    while position >= len(swept.sweeps[grid].places):
        position -= len(swept.sweeps[grid].places)
        grid += 1
    sweep = swept.sweeps[grid]
    place = sweep.places[position]
    teller = _Teller(sweep, sweep.coordinates(place))
    return CellStory(
        number=number,
        labels=labels_of(swept.sweeps, grid, place),
        digest=cell.digest,
        members=tuple(teller.member(name, value) for name, value in cell.request.items()),
        unsent=tuple(teller.unsent(cell.request)),
        alike=cells_alike(swept.plan.cells, number),
    )


def cells_alike(cells: Sequence[Cell], number: int) -> tuple[int, ...]:
    """Return the numbers of other cells with the same request, the first ten."""
    digest = cells[number].digest
    found = (at for at, other in enumerate(digests_of(cells)) if other == digest and at != number)
    return tuple(at for at, _ in zip(found, range(_MOST_ALIKE), strict=False))


@dataclass(slots=True)
class _Teller:
    """Looks back from a cell to what its request was made of."""

    sweep: Sweep
    coordinates: tuple[int, ...]

    def member(self, name: str, value: Json) -> Member:
        slot = self._slots().get(name)
        parameter = self.sweep.pieces.assembler.parameters[name]
        if slot is None or (slot.value is None and value is not None):
            origin = self._unchosen(parameter, slot)
        else:
            origin = self._origin(slot, value)
        steps = tuple(self._touches(name))
        return Member(name, value, replace(origin, steps=steps) if steps else origin)

    def _touches(self, name: str) -> Iterator[Touch]:
        """Yield the steps that changed a member of the request."""
        assembler, marks = self.sweep.pieces.assembler, self.sweep.draft.recipe.marks
        if assembler.before:
            changed = assembler.part(assembler.whole, self.coordinates).changed
            for before in changed.get(name, ()):
                yield Touch(before.step.name, spot_of(marks, before.path))

    def unsent(self, request: Mapping[str, Json]) -> Iterator[Member]:
        """Yield what the recipe gives and the request does not have."""
        for name, slot in self._slots().items():
            if name in request:
                continue
            condition = slot.parameter.applies_when
            why = f"applies only when {condition}" if condition is not None else "null means to leave it out"
            filled = self._filled(slot)
            yield Member(name, filled, self._origin(slot, filled), why)

    def _slots(self) -> Mapping[str, Slot]:
        assembler = self.sweep.pieces.assembler
        return assembler.slots_at(assembler.whole, self.coordinates)

    def _unchosen(self, parameter: Parameter, slot: Slot | None) -> Origin:
        """Say where a value is from that the recipe does not choose."""
        if parameter.random_default:
            spot = spot_of(self.sweep.draft.recipe.marks, slot.path) if slot is not None else None
            return Origin("drawn", spot)
        return Origin("page", Spot(parameter.where, parameter.path))

    def _origin(self, slot: Slot, value: Json) -> Origin:
        marks = self.sweep.draft.recipe.marks
        name = slot.parameter.name
        path = slot.path
        while path and path not in marks.values:
            path = path[:-1]
        filled = self._filled(slot)
        written = self._written(path, slot)
        base = self.sweep.pieces.assembler.base.get(name)
        return Origin(
            kind=_kind(slot),
            spot=spot_of(marks, path),
            written=ABSENT if written == value or isinstance(written, Absent) else written,
            seen=tuple(self._seen(slot)),
            draws=slot.draws,
            swaps=tuple(self._swaps(name, filled)),
            before=spot_of(marks, base.path) if base is not None and base is not slot else None,
            inside=tuple(_filled_in(filled, value, "")),
        )

    def _filled(self, slot: Slot) -> Json:
        assembler = self.sweep.pieces.assembler
        return assembler.filler.filled(assembler.draft, slot, self.coordinates)

    def _written(self, path: Path, slot: Slot) -> Json | Absent:
        """Return what stands in the recipe: for an axis more than its value may, such as the series it is of."""
        for source in self.sweep.grid.axes:
            if path[: len(source.path)] == source.path:
                return _inside(source.spec, path[len(source.path) :])
        return slot.value

    def _seen(self, slot: Slot) -> Iterator[Seen]:
        """Yield what the names in a template stand for."""
        marks = self.sweep.draft.recipe.marks
        variables = self.sweep.pieces.assembler.filler.variables(self.coordinates)
        places = {
            placed.axis.name: placed.places[at]
            for placed, at in zip(self.sweep.axes, self.coordinates, strict=True)
        }
        for name in sorted((slot.names - slot.drawn) & variables.keys()):
            path = places.get(name, ("vars", name))
            spot = spot_of(marks, path) if name in places or path in marks.values else None
            yield Seen(name, variables[name], spot)

    def _swaps(self, name: str, filled: Json) -> Iterator[Swap]:
        """Yield the texts that were replaced in a parameter's value."""
        assembler, marks = self.sweep.pieces.assembler, self.sweep.draft.recipe.marks
        for axis in sorted(assembler.replacer.axes_of(name)):
            placed, at = self.sweep.axes[axis], self.coordinates[axis]
            swept = placed.axis.values[at]
            if swept.replace_in != name:
                continue
            for old, new in (swept.replace or {}).items():
                if old != new and isinstance(filled, str) and old in filled:
                    yield Swap(old, new, spot_of(marks, placed.places[at]))


def _kind(slot: Slot) -> OriginKind:
    path = slot.path[2:] if slot.path[:1] == ("grids",) else slot.path
    if path[:1] != ("axes",):
        return "params"
    return "set" if len(path) > 3 and path[-2:] == ("set", slot.parameter.name) else "axis"


def _inside(value: Json, path: Path) -> Json | Absent:
    for part in path:
        if isinstance(value, Mapping) and part in value:
            value = value[str(part)]
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(part, int):
            value = value[part]
        else:
            return ABSENT
    return value


def _filled_in(given: Json, sent: Json, inside: str) -> Iterator[str]:
    """Name the members of a request's value that the recipe does not give."""
    if isinstance(given, Mapping) and isinstance(sent, Mapping):
        for name, value in sent.items():
            if name in given:
                yield from _filled_in(given[name], value, f"{inside}.{name}" if inside else name)
            else:
                yield f"{inside}.{name}" if inside else name
    elif isinstance(given, list | tuple) and isinstance(sent, list | tuple):
        for at, (one, other) in enumerate(zip(given, sent, strict=False)):
            yield from _filled_in(one, other, f"{inside}[{at}]")
