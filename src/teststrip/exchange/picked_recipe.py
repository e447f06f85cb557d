"""The smallest recipe that makes the picked cells of a run: those requests, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from teststrip.base.json import Json, canonical
from teststrip.exchange.draft import Value
from teststrip.exchange.emit import inline, one_line
from teststrip.exchange.picked import Factor, Sweeps, all_but, sweeps_of
from teststrip.exchange.picked_boxes import Box
from teststrip.plan.files import with_names
from teststrip.plan.model import Cell, Plan

_WIDTH: Final = 110
_LONG: Final = 40  # characters: a longer value is better told by its label

Tried = Callable[[str], Collection[str] | None]
"""Plans a recipe's text, and returns the digests of its cells; None where it is no recipe."""


_Called = tuple[Factor, str, list[str]]
"""A factor, the name of its axis, and the labels of its values where the plan has some."""


@dataclass(frozen=True, slots=True)
class _Picked:
    """The cells, their requests as people read them, and the labels that the plan has for values."""

    plan: Plan
    cells: Sequence[Cell]
    title: str

    def labels(self, factor: Factor, points: Sequence[tuple[int, ...]], at: int) -> tuple[str, list[str]]:
        """Return what a factor and its values are called: as the axis of the plan that stands for it, if any."""
        for position, axis in enumerate(self.plan.axes):
            known: dict[int, int] = {}
            back: dict[int, int] = {}
            pairs = [
                (point[at], cell.coordinates[position]) for point, cell in zip(points, self.cells, strict=True)
            ]
            if all(known.setdefault(a, b) == b and back.setdefault(b, a) == a for a, b in pairs):
                return axis.name, [axis.values[known[index]].label for index in range(len(factor.values))]
        return factor.names[0], []


def recipe_of_picks(plan: Plan, numbers: Sequence[int], tried: Tried) -> str | None:
    """Write the smallest recipe that makes the cells of these numbers; None where none that was tried does.

    What is tried: one sweep, one with conditions, several that hold the cells and no others, or the cells one by
    one; each without the parameters that the provider's defaults are. `tried` is asked of each.
    """
    chosen = [plan.cells[number] for number in numbers]
    distinct = list({cell.digest: cell for cell in chosen}.values())
    wanted = {cell.digest for cell in distinct}
    picked = _Picked(plan, distinct, f"{plan.title} ({len(distinct)} picked)")
    requests = [cell.request for cell in with_names(distinct, plan.files)]
    ways = [sweeps_of(requests), sweeps_of(requests, joined=True)]
    conditional = all_but(ways[0])
    if conditional is not None:
        ways.append(conditional)
    found = [text for sweeps in ways if (text := _smallest(picked, sweeps, wanted, tried)) is not None]
    return min(found, key=len) if found else None


def _smallest(picked: _Picked, sweeps: Sweeps, wanted: set[str], tried: Tried) -> str | None:
    """Leave out parameters as long as the same cells are made."""

    def made(shared: Mapping[str, Json]) -> bool:
        digests = tried(_written(picked, sweeps, shared))
        return digests is not None and len(digests) == len(wanted) and set(digests) == wanted

    shared = dict(sweeps.shared)
    if not made(shared):
        return None
    for name in list(shared):
        fewer = {other: value for other, value in shared.items() if other != name}
        if made(fewer):
            shared = fewer
    return _written(picked, sweeps, shared)


def _written(picked: _Picked, sweeps: Sweeps, shared: Mapping[str, Json]) -> str:
    plan = picked.plan
    lines = [
        f"# Picked from a run of {one_line(plan.recipe_file or plan.title)}, plan {plan.digest[:12]}.",
        "teststrip: 1",
        f"title: {inline(picked.title)}",
        f"model: {inline(f'{plan.provider}/{plan.model}')}",
    ]
    if shared:
        lines += ["params:", *(f"  {inline(name)}: {inline(_value(value))}" for name, value in shared.items())]
    called = [(factor, *picked.labels(factor, sweeps.points, at)) for at, factor in enumerate(sweeps.factors)]
    if len(sweeps.boxes) == 1:
        axes = list(_axes(called, sweeps.boxes[0]))
        lines += ["axes:", *axes] if axes else []
        if sweeps.without:
            lines += ["where:", *(f"  - {inline(_condition(called, box))}" for box in sweeps.without)]
    else:
        lines += ["grids:", *(line for box in sweeps.boxes for line in _grid(called, box))]
    return "\n".join(lines) + "\n"


def _grid(called: Sequence[_Called], box: Sequence[Sequence[int]]) -> Iterator[str]:
    """Write one of several sweeps: what stands still in it as parameters, the rest as axes."""
    fixed: dict[str, Value] = {}
    swept = []
    for one, side in zip(called, box, strict=True):
        if len(side) == 1:
            fixed |= {name: _value(value) for name, value in one[0].values[side[0]].items()}
        else:
            swept.append((one, side))
    own = [f"params: {inline(fixed)}"] if fixed else []
    if swept:
        own += ["axes:", *_axes([one for one, _ in swept], [side for _, side in swept])]
    yield from (f"{'    ' if at else '  - '}{line}" for at, line in enumerate(own))


def _axes(called: Sequence[_Called], box: Sequence[Sequence[int]]) -> Iterator[str]:
    for (factor, name, labels), side in zip(called, box, strict=True):
        values = [_axis_value(factor, name, labels, index) for index in side]
        row = f"  {inline(name)}: {inline(values)}"
        if len(row) <= _WIDTH and not any(isinstance(value, Mapping) for value in values):
            yield row
            continue
        yield f"  {inline(name)}:"
        yield from (f"    - {inline(value)}" for value in values)


def _condition(called: Sequence[_Called], box: Box) -> str:
    """Write what is so of all cells but those in a box: that some axis has another value than theirs."""
    parts = []
    for (factor, name, labels), side in zip(called, box, strict=True):
        if len(side) == len(factor.values):
            continue
        plain = all(isinstance(_axis_value(factor, name, labels, at), str | int | Decimal) for at in side)
        said = name if plain else f"label.{name}"
        values = [
            _literal(_axis_value(factor, name, labels, at) if plain else _title(factor, name, labels, at))
            for at in side
        ]
        parts.append(f"{said} != {values[0]}" if len(values) == 1 else f"{said} not in [{', '.join(values)}]")
    return " or ".join(parts)


def _literal(value: Value) -> str:
    """Write a value as an expression has it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)


def _title(factor: Factor, name: str, labels: Sequence[str], index: int) -> str:
    value = _axis_value(factor, name, labels, index)
    return str(value["title"] if isinstance(value, Mapping) else value)


def _axis_value(factor: Factor, name: str, labels: Sequence[str], index: int) -> Value:
    """Write a value: plain where it is that of one parameter, else titled, with what it sets."""
    value = {member: _value(own) for member, own in factor.values[index].items()}
    label = labels[index] if labels else ""
    if set(value) == {name} and (not label or label == str(value[name]) or len(str(value[name])) <= _LONG):
        return value[name]
    title = label or ", ".join(str(own) for own in value.values())[:80]
    if name in value:
        rest = {member: own for member, own in value.items() if member != name}
        return {"title": title, "value": value[name], **({"set": rest} if rest else {})}
    return {"title": title, "set": value}


def _value(value: Json) -> Value:
    """Return a JSON value as a recipe writes it: numbers as they print."""
    if isinstance(value, float):
        return Decimal(canonical(value).decode())
    if isinstance(value, Mapping):
        return {name: _value(member) for name, member in value.items()}
    if isinstance(value, str) or value is None or isinstance(value, bool | int):
        return value
    return [_value(item) for item in value]
