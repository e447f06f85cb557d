"""A group of commands, each imported only when it is used, so that `--version` and completion are quick."""

from __future__ import annotations

import importlib
import keyword
from collections.abc import Mapping
from typing import Any, cast

import click


class LateGroup(click.Group):
    """A group that imports a command's module when the command is asked for, and not to list it.

    `late` maps a command's name to its line in the help, `modules` is the name of its module with {} for the
    command's name; the module has the click command, or group, as `command`.
    """

    def __init__(self, *args: Any, late: Mapping[str, str], modules: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._late = late
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name the commands, in the order of `late`."""
        return list(self._late)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  as above
        """Import a command; None when there is none of that name."""
        if cmd_name not in self._late:
            return None
        # No module can be called `import`; that of a command with such a name has a line below behind it.
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(self._modules.format(name.replace("-", "_")))
        return cast("click.Command", module.command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  as above
        """Write the help's list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._late.items()))
