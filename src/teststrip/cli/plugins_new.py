"""`teststrip plugins new`: a whole package to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.cli.options import json_option
from teststrip.cli.report import say, say_json
from teststrip.plugins.scaffold import package_folder, write_package
from teststrip.provider.places import typed_name


@click.command("new")
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the package; teststrip-plugin-NAME here else.",
)
@json_option
def command(name: str, output: Path | None, *, as_json: bool) -> None:
    """Write the package of a new plugin called NAME: a step and a hook, a recipe, a test, a README.

    It works as it stands, and is there to be changed.
    """
    files = write_package(name, output or package_folder(name))
    folder = output or package_folder(name)
    if as_json:
        say_json({"folder": typed_name(folder), "files": [typed_name(file) for file in files]})
        return
    for file in files:
        say(typed_name(file))
    say(f"Install it with `pip install -e {typed_name(folder)}`; then `teststrip plugins show {name}`.")
