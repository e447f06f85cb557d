"""What templates see of a cell once it is planned: captions of sheets, options of steps on pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT, Json
from teststrip.plan.files import with_names

if TYPE_CHECKING:
    from teststrip.plan.model import Cell, Plan


CELL: Final = "cell"


def spoken(plan: Plan, cell: Cell, scores: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """Return the variables of a cell.

    These are its request (a picture by its name), its axis values, their labels (as `label.<axis>`), the recipe's
    own variables and what steps on the request added, and with `scores` what steps on its pictures gave. `cell`
    has its `place` in words and its `digest`, unless something else is called so.
    """
    variables: dict[str, Json] = {**plan.variables, **with_names([cell], plan.files)[0].request}
    labels: dict[str, Json] = {}
    for position, axis in enumerate(plan.axes):
        value = axis.values[cell.coordinates[position]]
        labels[axis.name] = value.label
        if not axis.parameter or axis.name not in variables:  # a request has its parameters as they are sent
            variables[axis.name] = value.label if value.value is ABSENT else value.value
    variables |= cell.variables
    variables["label"] = labels
    if CELL not in variables:
        place = ", ".join(f"{name} {label}" for name, label in labels.items())
        variables[CELL] = {"place": place or "the only cell", "digest": cell.digest}
    if scores is not None:
        variables["scores"] = dict(scores)
    return variables
