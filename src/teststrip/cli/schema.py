"""`teststrip schema`: the JSON Schemas that provider pages generate."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.report import counted, say, say_json, tell
from teststrip.cli.schema_diff import command as diff
from teststrip.errors import PageError
from teststrip.provider.catalogue import Catalogue
from teststrip.schema.files import stale_schemas, write_schemas


@click.group("schema")
def command() -> None:
    """Work with the JSON Schemas made from provider pages."""


command.add_command(diff)


@command.command("build")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file is not what its page generates.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="The folder that holds the schemas.",
)
@click.option("--user", is_flag=True, help="Also of the pages in your own user folder, which others do not have.")
@json_option
@click.pass_context
def build(ctx: click.Context, output: Path, *, check: bool, user: bool, as_json: bool) -> None:
    """Write `<provider>/<model>.request.json` and `.recipe.json` for every model of every provider page.

    The pages are the project's, the plugins' and the bundled ones: what is committed is the same for everybody.
    """
    found = load().catalogue
    # Left out before names are resolved: a person's page that shadows a bundled one must not hide its schemas.
    catalogue = Catalogue(tuple(page for page in found.pages if user or page.source != "user"))
    if problems := catalogue.problems():
        raise PageError(problems)
    providers = catalogue.providers()
    files = stale_schemas(output, providers) if check else write_schemas(output, providers)
    if as_json:
        say_json({"stale" if check else "written": list(files)})
    elif check:
        for file in files:
            tell(f"{output / file}: not what its page generates; run `teststrip schema build`")
        if not files:
            say(f"{output}: up to date")
    else:
        for file in files:
            say(str(output / file))
        say(f"{counted(len(files), 'file')} written")
    ctx.exit(1 if check and files else 0)
