"""The slots of a sweep: what the base and each axis value give to which parameter, as the recipe has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from teststrip.base.json import ABSENT, Json
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.meant import meant
from teststrip.plan.values import Slot, TemplateFault, make_slot
from teststrip.provider.model import Parameter, Provider


@dataclass(frozen=True, slots=True)
class SlotMaker:
    """Makes slots of what a recipe gives, and reports what no parameter of the model can take."""

    draft: Draft
    provider: Provider
    model: str
    parameters: Mapping[str, Parameter]
    names: frozenset[str]  # of all axes
    meant: set[str] = field(default_factory=set)  # given, but under a misspelt name or unreadable
    unread: list[Json] = field(default_factory=list)  # values whose templates cannot be read

    def slots(self, values: Mapping[str, Json], path: Path) -> dict[str, Slot]:
        """Prepare values by parameter, which stand at a path of the recipe."""
        slots: dict[str, Slot] = {}
        for name, value in values.items():
            inner = (*path, name)
            parameter = self.parameters.get(name)
            if parameter is None:
                self._unknown(name, inner)
                continue
            try:
                slots[name] = make_slot(parameter, value, inner, self.names, self.draft.extensions)
            except TemplateFault as fault:
                self.draft.report(inner, fault.message, fault.suggestion)
                self.meant.add(name)
                self.unread.append(value)
        return slots

    def of_axis(self, placed: PlacedAxis) -> list[dict[str, Slot]]:
        """Prepare what each value of an axis gives."""
        prepared: list[dict[str, Slot]] = []
        for value, path in zip(placed.axis.values, placed.places, strict=True):
            slots: dict[str, Slot] = {}
            name = placed.axis.name
            if value.literal and name in self.parameters:
                slots[name] = Slot(self.parameters[name], cast("Json", value.value), path, frozenset())
            elif value.value is not ABSENT and placed.axis.parameter:
                slots = {
                    one: replace(slot, path=path) for one, slot in self.slots({name: value.value}, path).items()
                }
            if value.sets is not None:
                item = path[:-1] if path[-1] == "value" else path
                slots |= self.slots(value.sets, (*item, "set"))
            prepared.append(slots)
        return prepared

    def _unknown(self, name: str, path: Path) -> None:
        elsewhere = next((p for p in self.provider.parameters if p.name == name), None)
        if elsewhere is not None:
            said = f"{self.model} does not take {name}; it belongs to {', '.join(elsewhere.models)}"
            self.draft.report(path, said, on_key=True)
            return
        close = meant(name, self.provider.roles, list(self.parameters))
        if close is not None:
            self.meant.add(close)
        size = next((other for other in self.parameters.values() if other.size is not None), None)
        sides = f"; {size.name} has both sides, as 832x1216" if size and name in ("width", "height") else ""
        self.draft.report(path, f"{name} is no parameter of {self.model}{sides}", close, on_key=True)
