"""From coordinates to requests: which value each parameter gets in a cell (see `slots`, `filling`, `judging`)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from teststrip.base.json import ABSENT, Json
from teststrip.base.near import near
from teststrip.base.where import Path
from teststrip.plan.after import mentioned_after
from teststrip.plan.before import Before, Stepped, apply_step, prepare_before
from teststrip.plan.clusters import Cluster, whole
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.files import References
from teststrip.plan.filling import Filler, is_raw
from teststrip.plan.identity import drawn_seed
from teststrip.plan.judging import broken_rules, missing
from teststrip.plan.replace import Replacer
from teststrip.plan.sizes import size_faults
from teststrip.plan.slots import SlotMaker
from teststrip.plan.values import Slot
from teststrip.provider.model import Condition, Parameter, Provider
from teststrip.provider.request import gives_way, resolve_members, scenario_of
from teststrip.recipe.model import Grid
from teststrip.schema.check import find_faults
from teststrip.schema.request import request_schema


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
    replacer: Replacer = field(init=False)
    filler: Filler = field(init=False)
    broken: frozenset[str] = field(init=False)  # axes already reported: nothing more is said about them
    _excused: frozenset[str] = field(init=False)  # the broken, and what is given but cannot be read
    _maker: SlotMaker = field(init=False)
    whole: Cluster = field(init=False)
    before: tuple[Before, ...] = field(init=False)
    _deciding: dict[str, list[int]] = field(init=False)  # by parameter: the axes that may decide it
    _drawn: dict[str, int] = field(init=False)  # by parameter: the seed of whoever chose none
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
        names = frozenset(unbroken)
        maker = self._maker = SlotMaker(self.draft, self.provider, self.model, self.parameters, names)
        self.base = {}
        for name, value in params.items():
            self.base |= maker.slots({name: value}, places.get(name, ("params", name))[:-1])
        self.by_axis = [maker.of_axis(placed) for placed in self.axes]
        self._excused = self.broken | maker.meant
        self.replacer = Replacer(self.draft, self.axes)
        self.filler = Filler(
            recipe, self.provider, self.axes, self.schema, self.replacer, self.references, self.broken
        )
        self.before = prepare_before(self.draft, self.parameters, names)
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
        request = {name: self.filler.value(self.draft, slot, coordinates) for name, slot in slots.items()}
        if any(member.applies_when is not None and member.name in request for member in cluster.members):
            resolved = resolve_members(self.provider, cluster.members, request)
            request = {name: value for name, value in request.items() if self._applies(name, resolved)}
        self._applied.update(request)
        self._draw_seeds(cluster, request)
        resolved = resolve_members(self.provider, cluster.members, request)
        made = self._stepped(cluster, resolved, coordinates)
        for condition, said in missing(cluster, made.values, self._excused):
            self.draft.report(("params",) if condition is None else self._cause(condition), said)
        if cluster.constraints or cluster.withins:
            for path, said in broken_rules(cluster, made.values, slots, self._excused):
                self.draft.report(path, said)
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
        raw = [value.value for placed in self.axes for value in placed.axis.values if is_raw(value)]
        return any(name in str(value) for value in (*self._maker.unread, *raw))

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
            variables = self.filler.variables(coordinates, names if names <= self.filler.known else None)
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

    def _cause(self, condition: Condition) -> Path:
        """Return the place that made a condition hold: a parameter, or the axis that sweeps it."""
        name = condition.parameter
        for placed in self.axes:
            if placed.axis.name == name:
                values = [value.value for value in placed.axis.values]
                met = (index for index, value in enumerate(values) if condition.met(value))
                return placed.places[next(met, 0)]
        return ("params", name) if name in self.base else ("params",)
