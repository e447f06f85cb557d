"""A lock held against the provider page of today: which of its requests that page would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from teststrip.base.json import Json, canonical
from teststrip.base.where import Path
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
    judge = _Judge(cast("Mapping[str, Any]", request_schema(provider, plan.model)), _asked(provider, plan.model))
    found: dict[tuple[Path, str], list[int]] = {}
    for number, cell in enumerate(plan.cells):
        for fault in judge.faults(cell.request):
            found.setdefault((fault.path, fault.message), [number, 0])[1] += 1
    return [Refusal(first, path, message, count) for (path, message), (first, count) in found.items()]


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
    _values: dict[tuple[str, object], list[Fault]] = field(default_factory=dict)
    _wholes: dict[object, list[Fault]] = field(default_factory=dict)

    def faults(self, request: Mapping[str, Json]) -> Iterator[Fault]:
        """Yield what is wrong with a request."""
        told: set[Path] = set()
        for name, value in request.items():
            for fault in self._of_value(name, value):
                told.add((name, *fault.path))
                yield Fault((name, *fault.path), fault.message, fault.suggestion, on_key=fault.on_key)
        for fault in self._of_whole(request):
            if not any(fault.path[: len(path)] == path for path in told):
                yield fault

    def _of_value(self, name: str, value: Json) -> list[Fault]:
        schema = self.schema["properties"].get(name)
        if schema is None:  # the whole says so
            return []
        key = name, _key(value)
        if key not in self._values:
            self._values[key] = find_faults(value, schema)
        return self._values[key]

    def _of_whole(self, request: Mapping[str, Json]) -> list[Fault]:
        names = tuple((name, value is None) for name, value in request.items())
        key = names, tuple((name, _key(request[name])) for name in request if name in self.asked)
        if key not in self._wholes:
            # The other members' values are not part of the key, and are looked at one by one.
            others = self.schema["properties"].keys() - self.asked
            faults = find_faults(request, self.schema)
            self._wholes[key] = [fault for fault in faults if not fault.path or fault.path[0] not in others]
        return self._wholes[key]


def _key(value: Json) -> object:
    if value is None or isinstance(value, str | int | float):
        return type(value), value
    return canonical(value)
