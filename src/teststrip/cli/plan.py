"""`teststrip plan`: what a recipe would do, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.cli.assume import read_assumptions
from teststrip.cli.outlook import look_out
from teststrip.cli.plan_table import csv_parts, json_parts
from teststrip.cli.plan_text import cell_lines, plan_lines
from teststrip.cli.report import say, say_lines, say_parts
from teststrip.cli.stages import json_option, known_providers, plan_file, target_options
from teststrip.errors import UsageError
from teststrip.plugins import plugin_manager, tell


@click.command("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cells", is_flag=True, help="List every cell: its number, digest, state, price and labels.")
@click.option("--csv", "as_csv", is_flag=True, help="Print all cells as a table for a spreadsheet.")
@click.option(
    "--assume",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a request does not tell and its price depends on, such as free_tier=true; may be repeated.",
)
@target_options
@json_option
def command(  # noqa: PLR0913  click hands over each option by name
    file: Path,
    target: str,
    runs_dir: Path,
    assume: tuple[str, ...],
    *,
    cells: bool,
    as_csv: bool,
    live: bool,
    as_json: bool,
) -> None:
    """Show what a recipe would do: its axes, cells, the requests to send now, their price, and the sheet."""
    if as_csv and as_json:
        raise UsageError("--csv and --json print two things; give one")
    manager = plugin_manager()
    plan, provider, chosen = plan_file(file, known_providers(manager), target, live=live)
    tell(manager.hook.teststrip_plan_made, plan=plan)
    outlook = look_out(plan, provider, chosen, runs_dir, read_assumptions(assume, provider))
    if as_json:
        say_parts(json_parts(outlook, cells=cells))
    elif as_csv:
        say_parts(csv_parts(outlook))
    else:
        say_lines(plan_lines(outlook))
        if cells:
            say("")
            say_lines(cell_lines(outlook))
