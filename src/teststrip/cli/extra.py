"""The program with the commands that plugins bring, which are looked for only where they could be meant."""

from __future__ import annotations

import contextlib
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final, cast

import click

from teststrip.cli.late import LateGroup
from teststrip.cli.report import plain, tell
from teststrip.errors import TeststripError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.plugins.gathering import Brought

_PLUGIN: Final = "teststrip.plugin"  # in a context: whose command it runs


class Program(LateGroup):
    """The program: its own commands come first, and cost what they always did.

    Plugins are loaded for a command that it does not have, and for the help when there are any. What is wrong with
    one is told then, and keeps nobody from the help.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, also a plugin's. Raises TeststripError when plugins cannot be loaded."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or not _any_plugin(ctx):
            return own
        found = _brought(ctx).get(cmd_name)
        if found is None:
            return None
        ctx.meta[_PLUGIN] = found.plugin
        return cast("click.Command", found.thing)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Raises TeststripError that names the plugin whose command fails."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, TeststripError):
            raise
        except Exception as error:
            if _PLUGIN not in ctx.meta:
                raise
            said = f"the plugin {ctx.meta[_PLUGIN]!r} failed in its command {ctx.invoked_subcommand!r}"
            raise TeststripError(f"{said}: {type(error).__name__}: {error}") from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, those of plugins last."""
        return [*super().list_commands(ctx), *_listed(ctx)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help's list of commands, and one of those that plugins bring."""
        super().format_commands(ctx, formatter)
        brought = _listed(ctx)
        if brought:
            with formatter.section("Commands of plugins"):
                formatter.write_dl([(name, _line(one)) for name, one in brought.items()])


def _line(one: Brought) -> str:
    try:
        return plain(str(one.thing.get_short_help_str()))
    except Exception as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        return f"(of the plugin {one.plugin!r}, which says nothing of it: {type(error).__name__})"


def _listed(ctx: click.Context) -> Mapping[str, Brought]:
    """Return the plugins' commands; none, after saying why, where they cannot be had."""
    if not _any_plugin(ctx):
        return {}
    try:
        return _brought(ctx)
    except TeststripError as error:
        if not ctx.resilient_parsing:  # a shell that completes a word has no use for it
            tell(f"warning: {error}")
        return {}


def _any_plugin(ctx: click.Context) -> bool:
    """Tell whether there may be any, without loading what loads them."""
    from teststrip.base.project import current_folder, home_folder, project_folders  # noqa: PLC0415  see Program

    alone, named = ctx.params.get("no_plugins"), ctx.params.get("plugins")
    if alone or named:
        return bool(named)
    import os  # noqa: PLC0415

    if os.environ.get("TESTSTRIP_PLUGINS") or entry_points(group="teststrip"):
        return True
    here = current_folder()
    with contextlib.suppress(OSError):
        return here is not None and any(
            (one / "teststrip.toml").is_file() for one in project_folders(here, home_folder())
        )
    return False


def _brought(ctx: click.Context) -> Mapping[str, Brought]:
    from teststrip.cli.loaded import commands_of  # noqa: PLC0415  it loads what `--version` and the help can do without

    with ctx.scope(cleanup=False):
        return commands_of()
