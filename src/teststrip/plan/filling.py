"""Filling slots: the value that a parameter gets in a cell, rendered and checked once for each that differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from teststrip.base.json import ABSENT, Json
from teststrip.base.where import Problem
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.files import References
from teststrip.plan.habits import instead
from teststrip.plan.model import AxisValue
from teststrip.plan.replace import Replacer
from teststrip.plan.sizes import size_faults
from teststrip.plan.values import Slot, TemplateFault
from teststrip.provider.model import Parameter, Provider
from teststrip.recipe.chance import Chance, Coordinate
from teststrip.recipe.model import Recipe
from teststrip.recipe.templates import is_template
from teststrip.schema.check import find_faults
from teststrip.schema.quick import surely_good

_REMEMBERED: Final = 131_072  # values of slots; beyond, memory would grow with the number of cells


@dataclass(slots=True)
class Filler:
    """Fills the slots of a sweep, and remembers what it filled: by slot and the coordinates that it depends on."""

    recipe: Recipe
    provider: Provider
    axes: Sequence[PlacedAxis]
    schema: Mapping[str, Json]  # of the parameters
    replacer: Replacer
    references: References
    broken: frozenset[str]  # axes already reported
    known: frozenset[str] = field(init=False)  # axes and variables
    own: list[list[Json]] = field(init=False)  # what templates see of each value of each axis
    _filled: dict[tuple[int, tuple[int, ...]], tuple[Json, Sequence[Problem]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Note what there is to mention."""
        self.known = frozenset(placed.axis.name for placed in self.axes) | self.recipe.variables.keys()
        self.own = [[_own(value) for value in placed.axis.values] for placed in self.axes]

    def value(self, draft: Draft, slot: Slot, coordinates: Sequence[int]) -> Json:
        """Return a slot's value in a cell, looked at once for each that differs; its problems go to the draft."""
        replacing = self.replacer.axes_of(slot.parameter.name)
        used = tuple(
            index if placed.axis.name in slot.names or axis in replacing else -1
            for axis, (placed, index) in enumerate(zip(self.axes, coordinates, strict=True))
        ) if slot.names or replacing else ()  # fmt: skip
        key = (id(slot), used)  # every slot lives as long as its assembler
        if key not in self._filled:
            if len(self._filled) >= _REMEMBERED:
                self._filled.clear()  # a text that differs from cell to cell is asked for once anyhow
            apart = draft.scratch()
            self._filled[key] = self._checked(apart, slot, coordinates), apart.problems
        value, problems = self._filled[key]
        for problem in problems:
            draft.add(problem)
        return value

    def _checked(self, draft: Draft, slot: Slot, coordinates: Sequence[int]) -> Json:
        if slot.names & self.broken:
            return ""
        for axis, index in enumerate(coordinates):
            swept = self.axes[axis].axis
            if swept.name in slot.names - slot.drawn and is_raw(swept.values[index]):
                if swept.parameter:  # a variable's own value is reported already
                    said = f"{swept.name} is made of axes itself, so no template can mention it; mention those"
                    draft.report(slot.path, said)
                return ""
        try:
            filled = self.filled(draft, slot, coordinates)
            value = self.replacer.apply(slot.parameter.name, filled, coordinates)
        except TemplateFault as fault:
            draft.report(slot.path, fault.message, fault.suggestion)
            return ""
        if _manifold(value, slot.parameter):
            draft.report(slot.path, _single(value, slot))
            return ""
        value = self.references.settle(value, slot)
        schema = cast("Mapping[str, Json]", self.schema[slot.parameter.name])
        faults = () if surely_good(value, slot.parameter) else find_faults(value, schema)
        for found in faults:
            said = found.message if found.path else found.message + instead(value, slot)
            draft.report((*slot.path, *found.path), said, found.suggestion, on_key=found.on_key)
        # What the page refuses need not be refused by the darkroom too.
        page = replace(self.provider, ceiling=None) if faults else self.provider
        for said in size_faults(page, slot.parameter.name, value):
            draft.report(slot.path, said)
        return value

    def filled(self, draft: Draft, slot: Slot, coordinates: Sequence[int]) -> Json:
        """Return a slot's value in a cell, its templates rendered and nothing replaced. Raises TemplateFault."""
        # There may be thousands of variables and many more cells; all are there only to say what was meant.
        asked = slot.names if slot.names <= self.known else None
        return slot.fill(self.variables(coordinates, asked), self._chance(slot, coordinates), draft.work)

    def variables(self, coordinates: Sequence[int], asked: frozenset[str] | None = None) -> dict[str, Json]:
        """Return what templates see in a cell: the variables (all, or those asked for), and each axis's own."""
        known = self.recipe.variables
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
        return Chance(self.recipe.chance, slot.parameter.name, at)


def _own(value: AxisValue) -> Json:
    return value.label if value.value is ABSENT else value.value


def is_raw(value: AxisValue) -> bool:
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
