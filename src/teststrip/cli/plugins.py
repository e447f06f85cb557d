"""`teststrip plugins`: which plugins there are, what each brings, and how a new one begins."""

from __future__ import annotations

from typing import Final

import click

from teststrip.cli.late import LateGroup
from teststrip.cli.options import json_option

# name -> line in the help; the module is `plugins_NAME`
_COMMANDS: Final = {
    "show": "Show one plugin: where it is from, its hooks, and all that it brings.",
    "new": "Write a new plugin, a whole package that can be installed.",
}


@click.group(
    "plugins", cls=LateGroup, late=_COMMANDS, modules="teststrip.cli.plugins_{}", invoke_without_command=True
)
@json_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """List the plugins that are found, with what each brings; those that are left out or broken too.

    Exit code 1 when one of them is broken.
    """
    if ctx.invoked_subcommand is None:
        from teststrip.cli.plugins_show import show_all  # noqa: PLC0415  the help needs none of it

        ctx.exit(show_all(as_json=as_json))
