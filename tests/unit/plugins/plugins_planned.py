"""A recipe planned with what plugins bring."""

from __future__ import annotations

from teststrip.plan.make import draft_plan
from teststrip.plan.model import Plan
from teststrip.plugins.extensions import Extensions
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def planned_with(body: str, extensions: Extensions) -> tuple[Plan | None, list[str]]:
    """Plan a recipe of which this is all but its head; the plan, or None, and every problem as it is printed."""
    reading = read_text(HEAD + body, "r.yaml", extensions=extensions)
    problems = list(reading.problems)
    plan = None
    if reading.recipe is not None:
        provider = find_provider(reading.recipe.provider)
        assert provider is not None
        plan, more = draft_plan(reading.recipe, provider, "t", extensions=extensions)
        problems += [problem for problem in more if problem not in problems]
    return plan, [str(problem) for problem in problems]
