"""`teststrip plan`: what a recipe would do, before anything is sent."""

from __future__ import annotations

import os
from pathlib import Path

import click

from teststrip.cli.assume import read_assumptions
from teststrip.cli.limits import budget_option
from teststrip.cli.listening import Hearing
from teststrip.cli.loaded import load
from teststrip.cli.locked import lock_extra, open_plan
from teststrip.cli.options import change_options, files_option, json_option, target_options
from teststrip.cli.outlook import look_out
from teststrip.cli.plan_table import csv_parts, json_parts
from teststrip.cli.plan_text import cell_lines, plan_lines
from teststrip.cli.report import say, say_lines, say_parts
from teststrip.cli.report import tell as warn
from teststrip.cli.stages import Wish
from teststrip.errors import UsageError
from teststrip.recipe.changes import Changes
from teststrip.run.purse import BudgetTold
from teststrip.run.target import key_fault


@click.command("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cells", is_flag=True, help="List every cell: its number, digest, state, price and labels.")
@click.option("--csv", "as_csv", is_flag=True, help="Print all cells as a table for a spreadsheet.")
@budget_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the plan as a lock, which `run` takes."
)
@click.option(
    "--against", type=click.Path(path_type=Path), help="A lock to compare with: what is new, same, gone."
)
@change_options
@target_options
@files_option
@json_option
def command(  # noqa: PLR0913  click hands over each option by name
    file: Path,
    target: str,
    runs_dir: Path,
    *,
    assume: tuple[str, ...],
    budget: BudgetTold,
    output: Path | None,
    against: Path | None,
    allow_files: tuple[Path, ...],
    changes: Changes,
    cells: bool,
    as_csv: bool,
    live: bool,
    as_json: bool,
) -> None:
    """Show what a recipe would do: its axes, cells, the requests to send now, their price, and the sheet."""
    if as_csv and as_json:
        raise UsageError("--csv and --json print two things; give one")
    loaded = load()
    wish = Wish(file, target, live=live, sending=False, allowed=allow_files, changes=changes)
    opened = open_plan(wish, loaded)
    plan, chosen = opened.plan, opened.target
    assumptions = read_assumptions(assume, opened.provider)
    fault = key_fault(opened.provider, os.environ) if chosen.paid else None
    if fault is not None:
        warn(f"{fault}; nothing can be sent without it")
    extra = lock_extra(opened, file, output, against)
    outlook = look_out(plan, opened.provider, chosen, runs_dir, assumptions, budget, opened.pricer)
    with Hearing(loaded.manager) as hearing:
        hearing.plan_made(plan)
    if as_json:
        say_parts(json_parts(outlook, extra.document, cells=cells))
    elif as_csv:
        say_parts(csv_parts(outlook))
    else:
        say_lines(plan_lines(outlook))
        say_lines(extra.lines)
        if cells:
            say("")
            say_lines(cell_lines(outlook))
