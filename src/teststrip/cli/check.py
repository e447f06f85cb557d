"""`teststrip check`: every problem of a recipe, each with its place; nothing is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from teststrip.base.where import Problem
from teststrip.cli.loaded import load
from teststrip.cli.locked import check_plan
from teststrip.cli.options import change_options, files_option, json_option
from teststrip.cli.report import counted, print_problems, problems_json, say, say_json
from teststrip.recipe.changes import Changes

_ONLY_HERE: Final = "The page allows this, and the darkroom does not draw it: without --live, `run` refuses it."


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--live", is_flag=True, help="Check too that the paid API could be used: its key, its address.")
@change_options
@files_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    *,
    allow_files: tuple[Path, ...],
    changes: Changes,
    live: bool,
    as_json: bool,
) -> None:
    """Check recipes and locks against their provider pages: every problem at once, each with its place.

    What the page allows and the offline darkroom does not draw is noted only; with --live it is not looked for.
    """
    loaded = load()
    problems: list[Problem] = []
    notes: list[Problem] = []
    for file in files:
        plan, found, noted = check_plan(file, loaded, changes, live=live, allowed=allow_files)
        # A broken provider page is told once, however many recipes need it.
        problems += [problem for problem in found if problem not in problems]
        notes += noted
        if plan is not None and not as_json:
            say(f"{file}: good, {counted(len(plan.cells), 'cell')}")
    if as_json:
        say_json({**problems_json(problems), **({"notes": problems_json(notes)["problems"]} if notes else {})})
    else:
        if problems:
            print_problems(problems, err=False)
        if notes:
            say(_ONLY_HERE)
            print_problems(notes, err=False, called="note")
    ctx.exit(2 if problems else 0)
