"""A lock held against the provider page of today: which of its requests that page would refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from teststrip.base.json import Json, canonical
from teststrip.base.where import Path
from teststrip.plan.lock_cells import LockedCells
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.schema.check import Fault, find_faults
from teststrip.schema.request import request_schema
from teststrip.schema.rules import conditions_within


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a page refuses of a lock's requests: the first cell concerned, the place in its request, how many."""

    cell: int
    path: Path
    message: str
    cells: int


def refusals(plan: Plan, provider: Provider) -> list[Refusal]:
    """Return what the page refuses of a plan's requests, in plan order, each once. The page has the plan's model.

    A value is checked once however many cells have it, and what members say of each other once for each
    combination that can differ: which are given, and the values that the page's conditions ask for.
    """
    schema = cast("Mapping[str, Any]", request_schema(provider, plan.model))
    shared, differing = _parts(plan)
    judge = _Judge(schema, _asked(provider, plan.model), shared)
    found: dict[tuple[Path, str], list[int]] = {}
    for number, members in enumerate(differing):
        for fault in judge.faults(members):
            found.setdefault((fault.path, fault.message), [number, 0])[1] += 1
    return [Refusal(first, path, message, count) for (path, message), (first, count) in found.items()]


def _parts(plan: Plan) -> tuple[Mapping[str, Json], Iterable[Mapping[str, Json]]]:
    """Return what all requests share, and for each cell what it has of its own."""
    if isinstance(plan.cells, LockedCells):
        return plan.cells.shared, (members for _, _, members in plan.cells.rows)
    return {}, (cell.request for cell in plan.cells)


def _asked(provider: Provider, model: str) -> frozenset[str]:
    """Name the parameters whose very value decides what is asked of others, or of themselves by others."""
    members = provider.parameters_of(model)
    conditions = [c for member in members for c in (member.required_when, member.applies_when) if c is not None]
    within = conditions_within(members)
    asked = {condition.parameter for condition in (*conditions, *(condition for condition, _, _ in within))}
    return frozenset({*asked, *(name for _, name, _ in within)})


@dataclass(slots=True)
class _Judge:
    schema: Mapping[str, Any]
    asked: frozenset[str]
    shared: Mapping[str, Json]
    _common: list[Fault] = field(init=False)
    _schemas: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _values: dict[tuple[str, object], list[Fault]] = field(default_factory=dict)
    _wholes: dict[object, list[Fault]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look once at the values that all requests share."""
        self._common = [fault for name, value in self.shared.items() for fault in self._of_value(name, value)]

    def faults(self, members: Mapping[str, Json]) -> list[Fault]:
        """Return what is wrong with the request that has these members beside the shared ones."""
        own = [fault for name, value in members.items() for fault in self._of_value(name, value)]
        told = [*self._common, *own]
        places = {fault.path for fault in told}
        whole = self._of_whole(members)
        return told + [fault for fault in whole if not any(fault.path[: len(path)] == path for path in places)]

    def _of_value(self, name: str, value: Json) -> list[Fault]:
        schema = self.schema["properties"].get(name)
        if schema is None:  # the whole says so
            return []
        key = name, _key(value)
        if key not in self._values:
            self._values[key] = find_faults({name: value}, self._alone(name, schema))
        return self._values[key]

    def _alone(self, name: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema of an object in which only one member is looked at; the same one each time."""
        return self._schemas.setdefault(name, {"properties": {name: schema}})

    def _of_whole(self, members: Mapping[str, Json]) -> list[Fault]:
        key = tuple(
            [(name, _key(value) if name in self.asked else value is None) for name, value in members.items()]
        )
        if key not in self._wholes:
            # The other members' values are not part of the key, and are looked at one by one.
            others = self.schema["properties"].keys() - self.asked
            faults = find_faults({**self.shared, **members}, self.schema)
            self._wholes[key] = [fault for fault in faults if not fault.path or fault.path[0] not in others]
        return self._wholes[key]


def _key(value: Json) -> object:
    if value is None or isinstance(value, str | int | float):
        return type(value), value
    return canonical(value)
