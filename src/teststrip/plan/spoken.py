"""What templates see of a cell once it is planned: captions of sheets, options of steps on pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from teststrip.base.json import ABSENT, Json
from teststrip.plan.files import with_names

if TYPE_CHECKING:
    from teststrip.plan.model import Cell, Plan


def spoken(plan: Plan, cell: Cell, scores: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """Return the variables of a cell.

    These are its request (a picture by its name), its axis values, their labels (as `label.<axis>`), the recipe's
    own variables and what steps on the request added, and with `scores` what steps on its pictures gave.
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
    if scores is not None:
        variables["scores"] = dict(scores)
    return variables
