"""What a page of a sheet says in words: settings common to all its cells, and what its labels stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from teststrip.base.json import Json, canonical
from teststrip.plan.files import with_names
from teststrip.plan.model import Cell, Plan
from teststrip.plan.union import is_nowhere
from teststrip.sheet.model import Meaning, Setting
from teststrip.sheet.show import same_text, show

_FIRST: Final = (
    "prompt",
    "negative_prompt",
    "size",
    "width",
    "height",
    "sampler",
    "noise_schedule",
    "steps",
    "scale",
    "cfg_rescale",
    "seed",
    "n",
)


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one page; `loose` names the members that several axes decide together."""

    settings: tuple[Setting, ...]
    meanings: tuple[Meaning, ...]
    loose: tuple[str, ...]


def say(plan: Plan, cells: Sequence[Cell], labelled: Sequence[int]) -> Said:
    """Sort the request members of a page's cells into common, decided by one axis, and loose.

    `labelled` are the positions of the axes whose labels stand on the page. A member that such an axis carries
    under its own name, with labels that already say the value, is not said again.
    """
    cells = with_names(cells, plan.files)
    names = ordered(name for cell in cells for name in cell.request)
    told = {plan.axes[axis].name for axis in labelled if _labels_tell(plan, axis)}
    common: list[Setting] = []
    if plan.provider:  # not of pictures that were found in a folder
        common += [Setting("model", f"{plan.provider}/{plan.model}"), Setting("target", plan.target)]
    owners: dict[int, list[str]] = {}
    loose: list[str] = []
    for name in names:
        if name in told:
            continue
        if _is_constant([cell.request.get(name, _MISSING) for cell in cells]):
            common.append(Setting(name, show(cells[0].request[name])))
            continue
        owner = _owner(plan, cells, name, labelled)
        if owner is None:
            loose.append(name)
        else:
            owners.setdefault(owner, []).append(name)
    fixed = tuple(axis for axis in range(len(plan.axes)) if axis not in labelled)
    common += [
        Setting(plan.axes[axis].name, plan.label(cells[0], axis))
        for axis in fixed
        if not plan.axes[axis].parameter and not is_nowhere(plan.axes[axis].values[cells[0].coordinates[axis]])
    ]
    meanings = [meaning for axis in labelled for meaning in _meanings(plan, cells, axis, owners.get(axis, []))]
    return Said(tuple(common), tuple(meanings), tuple(loose))


_MISSING: Final = "\x00missing"  # no JSON text of a request is this, and it equals itself


def ordered(names: Iterable[str]) -> list[str]:
    """Put what people ask for first, then the rest by name.

    Not as a request has them: a lock has those first that all cells share, and the plan that it was written from
    has not, yet both make the same sheet.
    """
    known = set(names)
    return [name for name in _FIRST if name in known] + sorted(known.difference(_FIRST))


def _key(value: Json) -> str | bytes:
    return value if isinstance(value, str) else canonical(value)


def _is_constant(values: Sequence[Json]) -> bool:
    first = _key(values[0])
    return all(_key(value) == first for value in values)


def _labels_tell(plan: Plan, axis: int) -> bool:
    record = plan.axes[axis]
    return record.parameter and all(
        not isinstance(value.value, str | int | float | list | dict | tuple) or same_text(value.label, value.value)
        for value in record.values
    )


def _owner(plan: Plan, cells: Sequence[Cell], name: str, labelled: Sequence[int]) -> int | None:
    """Find the labelled axis whose value alone decides a member; the axis of that name is asked first."""
    for axis in sorted(labelled, key=lambda axis: plan.axes[axis].name != name):
        seen: dict[int, str | bytes] = {}
        if all(
            _key(cell.request.get(name, _MISSING))
            == seen.setdefault(cell.coordinates[axis], _key(cell.request.get(name, _MISSING)))
            for cell in cells
        ):
            return axis
    return None


def _meanings(plan: Plan, cells: Sequence[Cell], axis: int, names: Sequence[str]) -> list[Meaning]:
    """Say for each value of an axis that stands on the page what it decides, and its note."""
    record = plan.axes[axis]
    firsts: dict[int, Cell] = {}
    for cell in cells:
        firsts.setdefault(cell.coordinates[axis], cell)
    meanings = []
    for position in sorted(firsts):
        value = record.values[position]
        request = firsts[position].request
        settings = tuple(
            Setting(name, show(request[name]))
            for name in names
            if name in request and not (name == record.name and same_text(value.label, request[name]))
        )
        if settings or value.note:
            meanings.append(Meaning(record.name, value.label, settings, value.note))
    return meanings
