"""`teststrip provider`: the provider pages that there are, and how documentation becomes one."""

from __future__ import annotations

from typing import Final

import click

from teststrip.cli.late import LateGroup

# name -> line in the help; the module is `provider_NAME`
_COMMANDS: Final = {
    "list": "List the provider pages that are found, and which of them is used.",
    "show": "Show what a provider page says: models, parameters, endpoints, errors.",
    "check": "Check provider pages: every problem, each with its place.",
    "adopt": "Draft a provider page from an API's own documentation.",
}


@click.group("provider", cls=LateGroup, late=_COMMANDS, modules="teststrip.cli.provider_{}")
def command() -> None:
    """Look at provider pages: which there are, what they say, what is wrong with them."""
