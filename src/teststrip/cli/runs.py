"""`teststrip runs`: what lies in a runs folder."""

from __future__ import annotations

from typing import Final

import click

from teststrip.cli.late import LateGroup

# name -> line in the help; the module is `runs_NAME`
_COMMANDS: Final = {
    "list": "List the runs: how far each is, and how much its pictures take.",
    "show": "Show what came of a run's cells; the history of one cell.",
    "export": "Write a run as a folder or zip that needs nothing else.",
    "gc": "Remove free pictures and folders that nothing refers to.",
}


@click.group("runs", cls=LateGroup, late=_COMMANDS, modules="teststrip.cli.runs_{}")
def command() -> None:
    """Look at the runs of a folder, tidy it up, and take one of them elsewhere."""
