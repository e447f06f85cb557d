"""The steps of a plan, found among those that there are, before any of them runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from teststrip.base.json import Json
from teststrip.base.near import listed
from teststrip.errors import UsageError
from teststrip.plan.model import Plan, StepUse
from teststrip.plan.steps import Asked, names_in, with_given
from teststrip.plugins.extensions import Extensions
from teststrip.run.store import Store
from teststrip.schema.check import find_faults
from teststrip.steps.model import AfterStep, Score, Shot


@dataclass(frozen=True, slots=True)
class Ready:
    """A step that is about to run: its number from 1, how it is used, and the picture that it compares with."""

    number: int
    step: AfterStep
    use: StepUse
    asked: Asked
    reference: Shot | None = None

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"{self.step.name} (step {self.number})"

    def full(self, score: str) -> str:
        """Return the name that a score of this step goes by."""
        return f"{self.use.prefix}_{score}" if self.use.prefix else score


def ready_steps(plan: Plan, extensions: Extensions, store: Store) -> tuple[Ready, ...]:
    """Find the steps of a plan. Raises UsageError for one that is not there, not allowed, or has other options.

    A plan that was just made has none of these; a lock may be older than the plugins of today.
    """
    known = extensions.after
    missing = sorted({use.use for use in plan.after} - known.keys())
    if missing:
        there = f"there are: {listed(list(known))}" if known else "there are none"
        raise UsageError(
            f"the plan has the step {listed(missing)}, which nothing brings here; {there}. "
            "Install its plugin, or take the step out of the recipe and run that"
        )
    return tuple(_ready(plan, number, use, extensions, store) for number, use in enumerate(plan.after, 1))


def score_titles(steps: tuple[Ready, ...]) -> dict[str, Score]:
    """Return the scores that steps give, by the names that they go by, in order."""
    return {ready.full(name): score for ready in steps for name, score in ready.step.scores.items()}


def _ready(plan: Plan, number: int, use: StepUse, extensions: Extensions, store: Store) -> Ready:
    step = extensions.after[use.use]
    if step.permission and step.permission not in extensions.allowed:
        raise UsageError(
            f"{step.name} runs only where the command line allows it: teststrip --allow {step.permission}"
        )
    schema: Mapping[str, Json] = {"type": "object", "additionalProperties": False, **step.options}
    asked = Asked(use.options, names_in(use.options, extensions), schema, extensions)
    faults = find_faults(dict(use.options), schema) if not asked.names else []
    if faults:
        named = "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in faults[0].path)
        said = f"after[{number - 1}]{named}: {faults[0].message}"
        raise UsageError(f"the step {step.name} has changed since it was planned: {said}; plan the recipe again")
    return Ready(number, with_given(step, use.options, extensions), use, asked, _reference(plan, use, store))


def _reference(plan: Plan, use: StepUse, store: Store) -> Shot | None:
    if use.against is None or not use.against.sha256:
        return None
    file = next((file for file in plan.files if file.sha256 == use.against.sha256), None)
    if file is None:
        raise UsageError(f"the step {use.use} compares with a picture that the plan does not name; plan it again")
    artifact = store.artifact(file.sha256, file.media_type, file.size)
    return Shot(artifact.path, file.media_type, file.sha256)
