"""The steps that a recipe asks for, held against those that there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.plan.draft import Draft

# By name, the JSON Schema of a step's options. None is built in yet.
STEPS: Final[Mapping[str, Mapping[str, Json]]] = {}


def check_steps(draft: Draft) -> None:
    """Report steps that do not exist, before anything is paid for."""
    for step in (*draft.recipe.before, *draft.recipe.after):
        if step.use not in STEPS:
            there = f"there are: {', '.join(STEPS)}" if STEPS else "this version of teststrip has none"
            draft.report(step.path, f"no step is named {step.use!r}; {there}", near(step.use, list(STEPS)))
