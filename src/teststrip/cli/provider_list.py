"""`teststrip provider list`: the pages that are found, in order of precedence."""

from __future__ import annotations

from collections.abc import Iterator

import click

from teststrip.base.json import Json
from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.parameter_words import one_line
from teststrip.cli.report import counted, print_problems, problems_json, say, say_json
from teststrip.provider.catalogue import Catalogue, Page, problems_of

_NAMELESS = "(no name)"


@click.command("list")
@json_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """List the provider pages that are found: the project's, yours, the plugins', the bundled ones.

    The first of a name is used. Exit code 1 when one of them is broken.
    """
    catalogue = load().catalogue
    problems = [problem for page in catalogue.pages for problem in problems_of(page)]
    if as_json:
        say_json({"providers": [_document(page, catalogue) for page in catalogue.pages]})
    else:
        width = max(len(page.name or _NAMELESS) for page in catalogue.pages)
        for page in catalogue.pages:
            for line in _lines(page, catalogue, width):
                say(line)
        if problems:
            print_problems(problems, err=False)
    ctx.exit(1 if problems else 0)


def _lines(page: Page, catalogue: Catalogue, width: int) -> Iterator[str]:
    problems = problems_of(page)
    provider = None if problems else page.read()
    title = one_line(provider.title) if provider else f"broken: {counted(len(problems), 'problem')}"
    yield f"{page.name or _NAMELESS:<{width}}  {title}"
    models = f"{counted(len(provider.models), 'model')}, " if provider else ""
    winner = catalogue.winner(page)
    shadowed = f"; not used, {winner.file} comes first" if winner else ""
    yield f"{'':<{width}}  {models}{page.whose}: {page.file}{shadowed}"


def _document(page: Page, catalogue: Catalogue) -> Json:
    problems = problems_of(page)
    provider = None if problems else page.read()
    winner = catalogue.winner(page)
    return {
        "name": page.name,
        "title": provider.title if provider else None,
        "models": [model.id for model in provider.models] if provider else [],
        "source": page.source,
        "plugin": page.plugin or None,
        "file": page.file,
        "shadowed_by": winner.file if winner else None,
        **problems_json(problems),
    }
