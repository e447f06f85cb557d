"""From coordinates to requests: which value each parameter gets in a cell, checked once for each that differs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from teststrip.base.json import ABSENT, Json
from teststrip.base.near import near
from teststrip.base.where import Path
from teststrip.plan.axes import Draft, PlacedAxis
from teststrip.plan.identity import drawn_seed
from teststrip.plan.rules import breaches
from teststrip.plan.values import Slot, TemplateFault, make_slot
from teststrip.provider.model import Condition, Parameter, Provider
from teststrip.provider.request import gives_way, resolve_defaults, scenario_of
from teststrip.recipe.chance import Chance, Coordinate
from teststrip.recipe.templates import is_template
from teststrip.schema.check import find_faults
from teststrip.schema.request import request_schema
from teststrip.schema.rules import Schema, conditions_within


@dataclass(slots=True)
class Assembler:
    """Makes the requests of a sweep; every problem goes to the draft, once, however many cells it concerns.

    Rendering and checking are remembered by slot and by the coordinates of the axes that the slot mentions, so
    a million cells cost as many checks as there are values that differ.
    """

    draft: Draft
    provider: Provider
    model: str
    axes: Sequence[PlacedAxis]
    parameters: dict[str, Parameter] = field(init=False)
    schema: Mapping[str, Json] = field(init=False)
    base: dict[str, Slot] = field(init=False)
    by_axis: list[list[dict[str, Slot]]] = field(init=False)
    own: list[list[Json]] = field(init=False)
    broken: frozenset[str] = field(init=False)  # axes already reported: nothing more is said about them
    _names: frozenset[str] = field(init=False)  # of all axes
    _filled: dict[tuple[int, tuple[int, ...]], Json] = field(init=False, default_factory=dict)
    _members: tuple[Parameter, ...] = field(init=False)
    _within: list[tuple[Condition, str, Schema]] = field(init=False)  # what one parameter asks inside another
    _conditional: frozenset[str] = field(init=False)  # parameters that apply in some requests only
    _drawn: dict[str, int] = field(init=False)  # by parameter: the seed of whoever chose none
    _meant: set[str] = field(init=False, default_factory=set)  # given, but under a misspelt name or unreadable
    _unread: list[Json] = field(init=False, default_factory=list)  # values whose templates cannot be read
    _applied: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Prepare the slots of the base request and of every axis value."""
        self._members = self.provider.parameters_of(self.model)
        self.parameters = {p.name: p for p in self._members}
        schema = request_schema(self.provider, self.model)
        self.schema = cast("Mapping[str, Json]", schema["properties"])
        self._within = conditions_within(self._members)
        self._conditional = frozenset(p.name for p in self.parameters.values() if p.applies_when is not None)
        self._drawn = {
            p.name: drawn_seed(self.provider.name, self.model, p, 0)
            for p in self.parameters.values()
            if p.random_default
        }
        whole = {placed.axis.name for placed in self.axes}
        self.broken = frozenset(source.name for source in self.draft.recipe.axes if source.name not in whole)
        self._names = frozenset(whole)
        self.base = self._slots(self.draft.recipe.params, ("params",))
        self.by_axis = [self._axis_slots(placed) for placed in self.axes]
        self.own = [[self._own(placed, index) for index in range(len(placed.places))] for placed in self.axes]

    def request(self, coordinates: tuple[int, ...]) -> dict[str, Json]:
        """Return the request of a cell, as it is sent; problems are reported on the way."""
        slots = dict(self.base)
        for axis, index in enumerate(coordinates):
            slots.update(self.by_axis[axis][index])
        request = {name: self._value(slot, coordinates) for name, slot in slots.items()}
        if not self._conditional.isdisjoint(request):
            resolved = resolve_defaults(self.provider, self.model, request)
            request = {name: value for name, value in request.items() if self._applies(name, resolved)}
        self._applied.update(request)
        self._draw_seeds(request)
        resolved = resolve_defaults(self.provider, self.model, request)
        self._required(resolved)
        self._constrained(resolved, slots)
        return resolved

    def mentioned(self) -> frozenset[str]:
        """Return every variable that some template mentions."""
        slots = [*self.base.values()]
        for values in self.by_axis:
            slots.extend(slot for value in values for slot in value.values())
        return frozenset().union(*(slot.names for slot in slots))

    def may_mention(self, name: str) -> bool:
        """Tell whether a template that could not be read, or not be rendered, has this name somewhere."""
        raw = [own for values in self.own for own in values if isinstance(own, str) and is_template(own)]
        return any(name in str(value) for value in (*self._unread, *raw))

    def report_idle(self) -> None:
        """Report the parameters that were given and apply in no cell; to be called after the last request."""
        told = set(self._applied)
        for slots in (self.base, *itertools.chain.from_iterable(self.by_axis)):
            for name, slot in slots.items():
                condition = self.parameters[name].applies_when
                if name not in told and condition is not None:
                    said = f"{name} applies only when {condition}, which holds in no cell"
                    self.draft.report(slot.path, said)
                    told.add(name)

    def _slots(self, values: Mapping[str, Json], path: Path) -> dict[str, Slot]:
        slots: dict[str, Slot] = {}
        for name, value in values.items():
            inner = (*path, name)
            parameter = self.parameters.get(name)
            if parameter is None:
                self._unknown(name, inner)
                continue
            try:
                slots[name] = make_slot(parameter, value, inner, self._names)
            except TemplateFault as fault:
                self.draft.report(inner, fault.message, fault.suggestion)
                self._meant.add(name)
                self._unread.append(value)
        return slots

    def _axis_slots(self, placed: PlacedAxis) -> list[dict[str, Slot]]:
        prepared: list[dict[str, Slot]] = []
        for value, path in zip(placed.axis.values, placed.places, strict=True):
            slots: dict[str, Slot] = {}
            if value.value is not ABSENT and placed.axis.parameter:
                slots |= self._slots({placed.axis.name: value.value}, path)
                slots = {name: replace(slot, path=path) for name, slot in slots.items()}
            if value.sets is not None:
                item = path[:-1] if path[-1] == "value" else path
                slots |= self._slots(value.sets, (*item, "set"))
            prepared.append(slots)
        return prepared

    def _own(self, placed: PlacedAxis, index: int) -> Json:
        value = placed.axis.values[index]
        return value.label if value.value is ABSENT else value.value

    def _unknown(self, name: str, path: Path) -> None:
        elsewhere = next((p for p in self.provider.parameters if p.name == name), None)
        if elsewhere is not None:
            said = f"{self.model} does not take {name}; it belongs to {', '.join(elsewhere.models)}"
            self.draft.report(path, said, on_key=True)
            return
        close = near(name, list(self.parameters))
        if close is not None:
            self._meant.add(close)
        self.draft.report(path, f"{name} is no parameter of {self.model}", close, on_key=True)

    def _value(self, slot: Slot, coordinates: tuple[int, ...]) -> Json:
        used = tuple(
            index if placed.axis.name in slot.names else -1
            for placed, index in zip(self.axes, coordinates, strict=True)
        ) if slot.names else ()  # fmt: skip
        key = (id(slot), used)  # every slot lives as long as its assembler
        if key not in self._filled:
            self._filled[key] = self._checked(slot, coordinates)
        return self._filled[key]

    def _checked(self, slot: Slot, coordinates: tuple[int, ...]) -> Json:
        if slot.names & self.broken:
            return ""
        variables = dict(self.draft.recipe.variables)
        for axis, index in enumerate(coordinates):
            swept, own = self.axes[axis].axis, self.own[axis][index]
            if swept.name in slot.names - slot.drawn and isinstance(own, str) and is_template(own):
                if swept.parameter:  # a variable's own value is reported already
                    said = f"{swept.name} is made of axes itself, so no template can mention it; mention those"
                    self.draft.report(slot.path, said)
                return ""
            variables[swept.name] = own
        try:
            value = slot.fill(variables, self._chance(slot, coordinates), self.draft.work)
        except TemplateFault as fault:
            self.draft.report(slot.path, fault.message, fault.suggestion)
            return ""
        if _manifold(value, slot.parameter):
            self.draft.report(slot.path, _single(value, slot))
            return ""
        schema = cast("Mapping[str, Json]", self.schema[slot.parameter.name])
        for found in find_faults(value, schema):
            self.draft.report((*slot.path, *found.path), found.message, found.suggestion, on_key=found.on_key)
        return value

    def _chance(self, slot: Slot, coordinates: Sequence[int]) -> Chance | None:
        """Return what a slot's draws depend on; None for one that draws nothing."""
        if not slot.draws:
            return None
        at: dict[str, Coordinate] = {}
        for placed, index in zip(self.axes, coordinates, strict=True):
            axis, value = placed.axis, placed.axis.values[index]
            own = {"set": dict(value.sets or {})} if value.value is ABSENT else value.value
            at[axis.name] = Coordinate(own, axis.name if axis.parameter else None)
        return Chance(self.draft.recipe.chance, slot.parameter.name, at)

    def _applies(self, name: str, resolved: Mapping[str, Json]) -> bool:
        condition = self.parameters[name].applies_when
        if condition is None or condition.met(resolved.get(condition.parameter)):
            return True
        if not condition.values:
            return False
        # What is documented for one action is kept for its kin, those that go to the same address: infill takes an
        # image as img2img does. Elsewhere it could only confuse the server, and split one cell into two.
        own = scenario_of(self.provider, resolved)
        return bool(self.provider.submit.scenarios) and any(
            scenario_of(self.provider, {**resolved, condition.parameter: value}) == own
            for value in condition.values
        )

    def _draw_seeds(self, request: dict[str, Json]) -> None:
        for name, seed in self._drawn.items():
            if request.get(name) is None and not gives_way(
                self.parameters[name], self._members, self.provider.constraints, request
            ):
                request[name] = seed

    def _required(self, resolved: Mapping[str, Json]) -> None:
        for name, parameter in self.parameters.items():
            if name in resolved or name in self.broken or name in self._meant:
                continue
            condition = parameter.required_when
            if parameter.required:
                said = f"{name} is required: write it under params, or as an axis"
                self.draft.report(("params",), said)
            elif condition is not None and condition.met(resolved.get(condition.parameter)):
                said = f"{name} is required when {condition}: write it under params, or as an axis"
                self.draft.report(self._cause(condition), said)

    def _constrained(self, resolved: Mapping[str, Json], slots: Mapping[str, Slot]) -> None:
        """Report the page's rules between parameters that a request breaks, each where it is broken."""
        if not self.provider.constraints and not self._within:
            return
        excused = self.broken | self._meant
        for breach in breaches(self.provider.constraints, self._members, resolved):
            if breach.at not in excused and excused.isdisjoint(breach.wanted):
                path = slots[breach.at].path if breach.at in slots else ("params",)
                self.draft.report(path, breach.message)
        for condition, name, needs in self._within:
            if name in slots and name in resolved and condition.met(resolved.get(condition.parameter)):
                for found in find_faults({name: resolved[name]}, needs):
                    self.draft.report((*slots[name].path, *found.path[1:]), found.message)

    def _cause(self, condition: Condition) -> Path:
        """Return the place that made a condition hold: a parameter, or the axis that sweeps it."""
        name = condition.parameter
        for placed in self.axes:
            if placed.axis.name == name:
                values = [value.value for value in placed.axis.values]
                met = (index for index, value in enumerate(values) if condition.met(value))
                return placed.places[next(met, 0)]
        return ("params", name) if name in self.base else ("params",)


def _manifold(value: Json, parameter: Parameter) -> bool:
    kinds = {parameter.kind, *parameter.or_kinds}
    return isinstance(value, list | Mapping) and kinds.isdisjoint({"array", "object"})


def _single(value: Json, slot: Slot) -> str:
    """Say what was probably meant by a list or mapping where one value belongs."""
    name = slot.parameter.name
    kind, sign = ("a list", "[") if isinstance(value, list) else ("a mapping", "{")
    said = f"{kind} is not one value of {name}"
    if isinstance(value, list) and slot.path[0] == "params":
        said += f"; to try several, write {name} under axes"
    text = slot.parameter.kind == "string" and not slot.parameter.choices and slot.parameter.size is None
    return f"{said}; a text that begins with {sign} needs quotes" if text else said
