"""`teststrip provider`: provider pages, and how documentation becomes one."""

from __future__ import annotations

import click

from teststrip.cli import provider_adopt


@click.group("provider")
def command() -> None:
    """Work with provider pages."""


command.add_command(provider_adopt.command)
