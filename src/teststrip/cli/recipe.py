"""`teststrip recipe`: recipes made from what a person did with a run."""

from __future__ import annotations

from typing import Final

import click

from teststrip.cli.late import LateGroup

# name -> line in the help; the module is `recipe_NAME`
_COMMANDS: Final = {
    "from-marks": "Write the smallest recipe that makes the picked cells of a run.",
}


@click.group("recipe", cls=LateGroup, late=_COMMANDS, modules="teststrip.cli.recipe_{}")
def command() -> None:
    """Make recipes from what was marked."""
