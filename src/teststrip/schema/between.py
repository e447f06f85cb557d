"""What values under `params` of a recipe mean for each other: which are needed then, and which go not together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.schema.parts import ref
from teststrip.schema.rules import NULL, Schema, clashes, if_of, needed
from teststrip.schema.sweeps import PARAMS, sets
from teststrip.schema.values import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Condition, Constraint, Parameter

NO_BASE: Final[Schema] = {"not": {"required": ["extends"]}}


def conditions(parameters: Sequence[Parameter]) -> list[Schema]:
    """Return what values under `params` make necessary there, as long as no axis has a say in it.

    Each is `if not ... else`, since an editor offers what stands in a plain `if` as if it were wanted.
    """
    return [
        {
            "if": {
                "not": {
                    "properties": {
                        PARAMS: _worded(if_of(condition, parameters, _not_given(condition))),
                        "axes": {"not": sets([condition.parameter, parameter.name])},
                    },
                    "required": [PARAMS],
                    **NO_BASE,
                }
            },
            "else": {"properties": {PARAMS: needed(parameter.name, f"because {condition}")}},
        }
        for parameter in parameters
        if (condition := parameter.required_when) is not None
    ]


def _worded(test: Schema) -> Schema:
    """Give what is tested words of its own, or an editor would take it for a branch of the value's schema."""
    if "properties" not in test:
        return test
    tested = {name: {"description": "makes others necessary", **one} for name, one in test["properties"].items()}
    return test | {"properties": tested}


def _not_given(condition: Condition) -> Schema:
    """Return what decides nothing: null and, since nobody knows what becomes of it, a template."""
    return {"anyOf": [NULL, ref(TEMPLATE)]} if condition.given else NULL


def clashing(parameters: Sequence[Parameter], constraints: Sequence[Constraint]) -> Schema:
    """Refuse what does not go together. What must be given may be given by an axis: the plan sees to it."""
    rules = [
        rule
        for constraint in constraints
        if constraint.kind in ("exclusive", "one")
        for rule in clashes([member.name for member in parameters if member.path in constraint.parameters])
    ]
    return {"allOf": rules} if rules else {}
