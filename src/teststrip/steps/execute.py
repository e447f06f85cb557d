"""Run a program on pictures: with an argument list, never a shell, and only where a person allows it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from teststrip.steps.model import AfterStep, Made, Options, Score, Work
from teststrip.steps.options import flag, option, schema_of

_NAME: Final = re.compile("[a-z][a-z0-9_]{0,39}")
_OPTIONS: Final = schema_of(
    {
        "command": option(
            "array",
            "command",
            "The program and its arguments, each an item of its own. `{in}` in an argument becomes the path of the"
            " picture, `{out}` where the new picture has to be; without `{out}` pictures stay as they are.",
            items={"type": "string", "maxLength": 10000},
            minItems=1,
            maxItems=200,
        ),
        "to": option(
            "string",
            "format",
            "What the name behind `{out}` ends with, since many programs go by it; left out, as the picture's.",
            enum=["png", "webp", "avif", "jpeg"],
        ),
        "scores": option(
            "array",
            "scores",
            "Names of scores, which the program prints as one JSON object and nothing else.",
            items={
                "type": "string",
                "pattern": f"^{_NAME.pattern}$",
                "x-teststrip-expects": "a name of small letters, digits and _",
            },
            maxItems=20,
            uniqueItems=True,
            default=[],
        ),
        "timeout": option(
            "number", "time limit", "In seconds, for each picture.", exclusiveMinimum=0, maximum=3600, default=60
        ),
        "pure": option(
            "boolean",
            "pure",
            "Whether the same picture and the same arguments always give the same result, so that it is kept.",
            default=False,
        ),
    },
    required=("command",),
)


def scores_of(options: Options) -> Mapping[str, Score]:
    """Return the scores that a recipe names."""
    names = options.get("scores")
    listed = names if isinstance(names, Sequence) and not isinstance(names, str) else ()
    return {
        name: Score(name.replace("_", " ").capitalize())
        for name in listed
        if isinstance(name, str) and _NAME.fullmatch(name)
    }


async def execute(work: Work) -> Made:
    """Run the program on each picture, one after another, and read what it made and printed."""
    from teststrip.steps.program import run_on  # noqa: PLC0415  asyncio is for those who run it

    return await run_on(work, tuple(scores_of(work.options)))


def _given(options: Options) -> AfterStep:
    """Return the step with the scores that a recipe names; it is as pure as the recipe vouches for."""
    return replace(STEP, scores=scores_of(options), pure=flag(options, "pure"))


STEP: Final = AfterStep(
    name="exec",
    run=execute,
    summary="Runs a program on pictures; it has to be allowed on the command line.",
    options=_OPTIONS,
    pure=False,
    where="async",
    permission="exec",
    given=_given,
)
