"""From coordinates to requests: which value each parameter gets in a cell, checked once for each that differs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from teststrip.base.json import ABSENT, Json
from teststrip.base.near import near
from teststrip.base.where import Path, Problem
from teststrip.plan.after import mentioned_after
from teststrip.plan.before import Before, Stepped, apply_step, prepare_before
from teststrip.plan.clusters import Cluster, whole
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.files import References
from teststrip.plan.habits import instead
from teststrip.plan.identity import drawn_seed
from teststrip.plan.model import AxisValue
from teststrip.plan.replace import Replacer
from teststrip.plan.rules import breaches
from teststrip.plan.sizes import size_faults
from teststrip.plan.values import Slot, TemplateFault, make_slot
from teststrip.provider.model import Condition, Parameter, Provider
from teststrip.provider.request import gives_way, resolve_members, scenario_of
from teststrip.recipe.chance import Chance, Coordinate
from teststrip.recipe.model import Grid
from teststrip.recipe.templates import is_template
from teststrip.schema.check import find_faults
from teststrip.schema.quick import surely_good
from teststrip.schema.request import request_schema

_REMEMBERED: Final = 131_072  # values of slots; beyond, memory would grow with the number of cells


@dataclass(slots=True)
class Assembler:
    """Makes the requests of a sweep, or the part of one that a cluster of parameters is.

    Problems go to the draft, once for each time that a part is asked for. Rendering and checking are remembered by
    slot and by the coordinates of the axes that the slot mentions, so a million cells cost as many checks as there
    are values that differ.
    """

    draft: Draft
    provider: Provider
    model: str
    axes: Sequence[PlacedAxis]
    grid: Grid | None = None  # whose parameters the base is made of; the recipe's own at the top when absent
    references: References = field(init=False)  # the files that values name
    parameters: dict[str, Parameter] = field(init=False)
    request_schema: Mapping[str, Json] = field(init=False)
    schema: Mapping[str, Json] = field(init=False)  # the properties of the above
    base: dict[str, Slot] = field(init=False)
    by_axis: list[list[dict[str, Slot]]] = field(init=False)
    own: list[list[Json]] = field(init=False)
    replacer: Replacer = field(init=False)
    broken: frozenset[str] = field(init=False)  # axes already reported: nothing more is said about them
    _names: frozenset[str] = field(init=False)  # of all axes
    _known: frozenset[str] = field(init=False)  # and of all variables
    whole: Cluster = field(init=False)
    before: tuple[Before, ...] = field(init=False)
    _filled: dict[tuple[int, tuple[int, ...]], tuple[Json, Sequence[Problem]]] = field(
        init=False, default_factory=dict
    )
    _deciding: dict[str, list[int]] = field(init=False)  # by parameter: the axes that may decide it
    _drawn: dict[str, int] = field(init=False)  # by parameter: the seed of whoever chose none
    _meant: set[str] = field(init=False, default_factory=set)  # given, but under a misspelt name or unreadable
    _unread: list[Json] = field(init=False, default_factory=list)  # values whose templates cannot be read
    _applied: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Prepare the slots of the base request and of every axis value."""
        self.references = References(self.draft, self.provider.body.media)
        self.whole = whole(self.provider, self.model)
        self.parameters = {p.name: p for p in self.whole.members}
        known = self.draft.schemas
        if self.model not in known:  # by its identity, validators are made of it once
            known[self.model] = request_schema(self.provider, self.model)
        self.request_schema = known[self.model]
        self.schema = cast("Mapping[str, Json]", self.request_schema["properties"])
        self._drawn = {
            p.name: drawn_seed(self.provider.name, self.model, p, 0)
            for p in self.parameters.values()
            if p.random_default
        }
        recipe = self.draft.recipe
        unbroken = {placed.axis.name for placed in self.axes}
        self.broken = frozenset(source.name for source in recipe.axes if source.name not in unbroken)
        params, places = (self.grid.params, self.grid.places) if self.grid else (recipe.params, {})
        self._names = frozenset(unbroken)
        self._known = self._names | recipe.variables.keys()
        self.base = {}
        for name, value in params.items():
            self.base |= self._slots({name: value}, places.get(name, ("params", name))[:-1])
        self.by_axis = [self._axis_slots(placed) for placed in self.axes]
        self.replacer = Replacer(self.draft, self.axes)
        self.own = [[self._own(placed, index) for index in range(len(placed.places))] for placed in self.axes]
        self.before = prepare_before(self.draft, self.parameters, self._names)
        self._deciding = {}
        for axis, values in enumerate(self.by_axis):
            for name in dict.fromkeys(itertools.chain.from_iterable(values)):
                self._deciding.setdefault(name, []).append(axis)

    def request(self, coordinates: Sequence[int]) -> dict[str, Json]:
        """Return the request of a cell, as it is sent; problems are reported on the way."""
        return dict(self.part(self.whole, coordinates).values)

    def joined(self) -> Iterator[Sequence[str]]:
        """Name the parameters that a step looks at together."""
        for before in self.before:
            names = self.parameters if before.touches is None else before.touches
            yield [name for name in self.parameters if name in names]

    def part(self, cluster: Cluster, coordinates: Sequence[int]) -> Stepped:
        """Return what a cell's request has of a cluster's parameters, as it is sent, in page order.

        Only the coordinates of the axes that the cluster depends on (`depends`) matter.
        """
        slots = self.slots_at(cluster, coordinates)
        request = {name: self._value(slot, coordinates) for name, slot in slots.items()}
        if any(member.applies_when is not None and member.name in request for member in cluster.members):
            resolved = resolve_members(self.provider, cluster.members, request)
            request = {name: value for name, value in request.items() if self._applies(name, resolved)}
        self._applied.update(request)
        self._draw_seeds(cluster, request)
        resolved = resolve_members(self.provider, cluster.members, request)
        made = self._stepped(cluster, resolved, coordinates)
        self._required(cluster, made.values)
        self._constrained(cluster, made.values, slots)
        return made

    def depends(self, cluster: Cluster) -> frozenset[int]:
        """Return the axes (by position) that a cluster's part of a request depends on."""
        names: set[str] = set()
        axes: set[int] = set()
        for member in cluster.members:
            deciding = self._deciding.get(member.name, ())
            axes.update(deciding, self.replacer.axes_of(member.name))
            slots = [self.base.get(member.name)]
            slots += [values.get(member.name) for axis in deciding for values in self.by_axis[axis]]
            names.update(*(slot.names for slot in slots if slot is not None))
        own = {member.name: None for member in cluster.members}
        names.update(*(before.asked.names for before in self.before if before.concerns(own)))
        return frozenset(axes | {axis for axis, placed in enumerate(self.axes) if placed.axis.name in names})

    def slots_at(self, cluster: Cluster, coordinates: Sequence[int]) -> dict[str, Slot]:
        """Return the slot of each parameter of a cluster that is given: that of an axis goes before the base's."""
        slots: dict[str, Slot] = {}
        for member in cluster.members:
            name = member.name
            slot = self.base.get(name)
            for axis in self._deciding.get(name, ()):
                slot = self.by_axis[axis][coordinates[axis]].get(name, slot)
            if slot is not None:
                slots[name] = slot
        return slots

    def mentioned(self) -> frozenset[str]:
        """Return every variable that some template mentions."""
        slots = [*self.base.values()]
        for values in self.by_axis:
            slots.extend(slot for value in values for slot in value.values())
        before = frozenset().union(*(one.asked.names for one in self.before))
        return before.union(
            mentioned_after(self.draft.recipe, self.draft.extensions), *(slot.names for slot in slots)
        )

    def may_mention(self, name: str) -> bool:
        """Tell whether a template that could not be read, or not be rendered, has this name somewhere."""
        raw = [value.value for placed in self.axes for value in placed.axis.values if _is_raw(value)]
        return any(name in str(value) for value in (*self._unread, *raw))

    def roles(self) -> Iterator[tuple[Path, str]]:
        """Yield the place of each value that is given, and why it does nothing ("" where it may do something).

        To be asked after the last request.
        """
        for slots in (self.base, *itertools.chain.from_iterable(self.by_axis)):
            for name, slot in slots.items():
                condition = self.parameters[name].applies_when
                idle = name not in self._applied and condition is not None
                yield slot.path, f"{name} applies only when {condition}, which holds in no cell" if idle else ""

    def replaced(self) -> Iterator[tuple[Path, str]]:
        """Yield the place of each text to replace, and why there is nothing to replace ("" where there is)."""
        return self.replacer.roles({*self.base, *itertools.chain(*itertools.chain(*self.by_axis))})

    def _slots(self, values: Mapping[str, Json], path: Path) -> dict[str, Slot]:
        slots: dict[str, Slot] = {}
        for name, value in values.items():
            inner = (*path, name)
            parameter = self.parameters.get(name)
            if parameter is None:
                self._unknown(name, inner)
                continue
            try:
                slots[name] = make_slot(parameter, value, inner, self._names, self.draft.extensions)
            except TemplateFault as fault:
                self.draft.report(inner, fault.message, fault.suggestion)
                self._meant.add(name)
                self._unread.append(value)
        return slots

    def _axis_slots(self, placed: PlacedAxis) -> list[dict[str, Slot]]:
        prepared: list[dict[str, Slot]] = []
        for value, path in zip(placed.axis.values, placed.places, strict=True):
            slots: dict[str, Slot] = {}
            name = placed.axis.name
            if value.literal and name in self.parameters:
                slots[name] = Slot(self.parameters[name], cast("Json", value.value), path, frozenset())
            elif value.value is not ABSENT and placed.axis.parameter:
                slots = {
                    one: replace(slot, path=path) for one, slot in self._slots({name: value.value}, path).items()
                }
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
        size = next((other for other in self.parameters.values() if other.size is not None), None)
        sides = f"; {size.name} has both sides, as 832x1216" if size and name in ("width", "height") else ""
        self.draft.report(path, f"{name} is no parameter of {self.model}{sides}", close, on_key=True)

    def _value(self, slot: Slot, coordinates: Sequence[int]) -> Json:
        replacing = self.replacer.axes_of(slot.parameter.name)
        used = tuple(
            index if placed.axis.name in slot.names or axis in replacing else -1
            for axis, (placed, index) in enumerate(zip(self.axes, coordinates, strict=True))
        ) if slot.names or replacing else ()  # fmt: skip
        key = (id(slot), used)  # every slot lives as long as its assembler
        if key not in self._filled:
            if len(self._filled) >= _REMEMBERED:
                self._filled.clear()  # a text that differs from cell to cell is asked for once anyhow
            draft = self.draft
            self.draft = draft.scratch()
            try:
                self._filled[key] = self._checked(slot, coordinates), self.draft.problems
            finally:
                self.draft = draft
        value, problems = self._filled[key]
        for problem in problems:
            self.draft.add(problem)
        return value

    def _checked(self, slot: Slot, coordinates: Sequence[int]) -> Json:
        if slot.names & self.broken:
            return ""
        for axis, index in enumerate(coordinates):
            swept = self.axes[axis].axis
            if swept.name in slot.names - slot.drawn and _is_raw(swept.values[index]):
                if swept.parameter:  # a variable's own value is reported already
                    said = f"{swept.name} is made of axes itself, so no template can mention it; mention those"
                    self.draft.report(slot.path, said)
                return ""
        try:
            filled = self.filled(slot, coordinates)
            value = self.replacer.apply(slot.parameter.name, filled, coordinates)
        except TemplateFault as fault:
            self.draft.report(slot.path, fault.message, fault.suggestion)
            return ""
        if _manifold(value, slot.parameter):
            self.draft.report(slot.path, _single(value, slot))
            return ""
        value = self.references.settle(value, slot)
        schema = cast("Mapping[str, Json]", self.schema[slot.parameter.name])
        for found in () if surely_good(value, slot.parameter) else find_faults(value, schema):
            said = found.message if found.path else found.message + instead(value, slot)
            self.draft.report((*slot.path, *found.path), said, found.suggestion, on_key=found.on_key)
        for said in size_faults(self.provider, slot.parameter.name, value):
            self.draft.report(slot.path, said)
        return value

    def filled(self, slot: Slot, coordinates: Sequence[int]) -> Json:
        """Return a slot's value in a cell, its templates rendered and nothing replaced. Raises TemplateFault."""
        # There may be thousands of variables and many more cells; all are there only to say what was meant.
        asked = slot.names if slot.names <= self._known else None
        return slot.fill(self.variables(coordinates, asked), self._chance(slot, coordinates), self.draft.work)

    def variables(self, coordinates: Sequence[int], asked: frozenset[str] | None = None) -> dict[str, Json]:
        """Return what templates see in a cell: the variables (all, or those asked for), and each axis's own."""
        known = self.draft.recipe.variables
        own = {
            placed.axis.name: self.own[at][index]
            for at, (placed, index) in enumerate(zip(self.axes, coordinates, strict=True))
        }
        return {**(known if asked is None else {name: known[name] for name in asked if name in known}), **own}

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

    def _draw_seeds(self, cluster: Cluster, request: dict[str, Json]) -> None:
        for member in cluster.members:
            seed = self._drawn.get(member.name)
            if seed is None or request.get(member.name) is not None:
                continue
            if not gives_way(member, cluster.members, cluster.constraints, request):
                request[member.name] = seed

    def _stepped(self, cluster: Cluster, resolved: dict[str, Json], coordinates: Sequence[int]) -> Stepped:
        """Let the steps that touch these parameters change them, in the recipe's order; then look again."""
        own = {member.name: None for member in cluster.members}
        steps = [before for before in self.before if before.concerns(own)]
        if not steps or self.draft.problems:  # of what is wrong already, a step would make something worse
            return Stepped(resolved)
        values: Mapping[str, Json] = resolved
        added: dict[str, Json] = {}
        changed: dict[str, tuple[Before, ...]] = {}
        for before in steps:
            names = before.asked.names
            variables = self.variables(coordinates, names if names <= self._known else None)
            stepped = apply_step(self.draft, before, values, variables)
            if stepped is None:
                return Stepped(resolved)
            for name in [*stepped.values, *(name for name in values if name not in stepped.values)]:
                if values.get(name, ABSENT) != stepped.values.get(name, ABSENT):
                    changed[name] = (*changed.get(name, ()), before)
            self._check_stepped(before, values, stepped.values)
            values, added = stepped.values, {**added, **stepped.variables}
        return Stepped(resolve_members(self.provider, cluster.members, values), added, changed)

    def _check_stepped(self, before: Before, old: Mapping[str, Json], new: Mapping[str, Json]) -> None:
        """Report what a step made of a request and the page refuses."""
        for name, value in new.items():
            if name not in self.parameters:
                said = f"the step {before.step.name} adds {name}, which is no parameter of {self.model}"
                self.draft.report(before.path, said, near(name, list(self.parameters)))
            elif name not in old or old[name] != value:
                schema = cast("Mapping[str, Json]", self.schema[name])
                refused = [found.message for found in find_faults(value, schema)]
                for one in (*refused, *size_faults(self.provider, name, value)):
                    self.draft.report(before.path, f"what {before.step.name} makes of {name}: {one}")

    def _required(self, cluster: Cluster, resolved: Mapping[str, Json]) -> None:
        for parameter in cluster.members:
            name = parameter.name
            if name in resolved or name in self.broken or name in self._meant:
                continue
            condition = parameter.required_when
            if parameter.required:
                said = f"{name} is required: write it under params, or as an axis"
                self.draft.report(("params",), said)
            elif condition is not None and condition.met(resolved.get(condition.parameter)):
                said = f"{name} is required when {condition}: write it under params, or as an axis"
                self.draft.report(self._cause(condition), said)

    def _constrained(self, cluster: Cluster, resolved: Mapping[str, Json], slots: Mapping[str, Slot]) -> None:
        """Report the page's rules between parameters that a request breaks, each where it is broken."""
        if not cluster.constraints and not cluster.withins:
            return
        excused = self.broken | self._meant
        for breach in breaches(cluster.constraints, cluster.members, resolved):
            if breach.at not in excused and excused.isdisjoint(breach.wanted):
                path = slots[breach.at].path if breach.at in slots else ("params",)
                self.draft.report(path, breach.message)
        for within in cluster.withins:
            name, condition = within.name, within.condition
            if name in slots and name in resolved and condition.met(resolved.get(condition.parameter)):
                for found in find_faults({name: resolved[name]}, within.needs):
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


def _is_raw(value: AxisValue) -> bool:
    """Tell whether a value is a template that is not rendered: it waits for other axes, or cannot be."""
    return isinstance(value.value, str) and is_template(value.value) and not value.literal


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
