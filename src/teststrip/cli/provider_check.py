"""`teststrip provider check`: every problem of a provider page, each with its place."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.base.json import Json
from teststrip.base.where import Problem
from teststrip.cli.options import json_option
from teststrip.cli.report import counted, print_problems, problems_json, say, say_json
from teststrip.provider.catalogue import page_at, problems_of
from teststrip.provider.model import Parameter


@click.command("check")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def command(ctx: click.Context, pages: tuple[Path, ...], *, as_json: bool) -> None:
    """Check provider pages: every problem at once, each with its place. Exit code 2 when there is one."""
    problems: list[Problem] = []
    good: list[Json] = []
    for page in map(page_at, pages):
        found = problems_of(page)
        problems += found
        if found:
            continue
        provider = page.read()
        models, rows = len(provider.models), _rows(provider.parameters)
        good.append({"file": page.file, "provider": provider.name, "models": models, "parameters": rows})
        if not as_json:
            say(f"{page.file}: good, {counted(models, 'model')}, {counted(rows, 'parameter')}")
    if as_json:
        say_json({"good": good, **problems_json(problems)})
    elif problems:
        print_problems(problems, err=False)
    ctx.exit(2 if problems else 0)


def _rows(parameters: tuple[Parameter, ...]) -> int:
    """Count parameters as their tables do: those inside objects and items too."""
    return sum(1 + _rows(parameter.children) for parameter in parameters)
