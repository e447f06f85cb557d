"""`teststrip sheet`: draw a run's sheets again, from its lock, the ledger and the store; nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from teststrip.base.sheets import FORMATS
from teststrip.cli.listening import Hearing
from teststrip.cli.loaded import load
from teststrip.cli.report import say, say_json, tell, where_from_here
from teststrip.cli.stages import DEFAULT_RUNS, json_option
from teststrip.recipe.model import SheetSpec
from teststrip.run.catalogue import find_run
from teststrip.run.folder import load_run
from teststrip.sheet.write import write_sheets


@click.command("sheet")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="The folder; the run's own else."
)
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help=f"A format besides those of the recipe: {', '.join(FORMATS)}, or a plugin's. May be given again.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context, run: Path, output: Path | None, formats: tuple[str, ...], *, as_json: bool
) -> None:
    """Draw the contact sheets of RUN, a run's folder or its name (or the beginning of it) under `runs`, again."""
    folder = find_run(run, DEFAULT_RUNS)
    loaded = load()
    found = load_run(folder)
    wanted = [
        replace(spec, formats=tuple(dict.fromkeys((*spec.formats, *formats))))
        for spec in found.plan.sheets or (SheetSpec(),)
    ]
    faults: list[str] = []
    sheets = write_sheets(
        found, output or folder, specs=tuple(wanted), extensions=loaded.extensions, on_fault=faults.append
    )
    with Hearing(loaded.manager) as hearing:
        for sheet in sheets:
            hearing.sheet_written(sheet)
    for fault in faults:
        tell(f"error: {fault}")
    if as_json:
        say_json({"run": str(folder), "sheets": [str(sheet) for sheet in sheets]})
    for sheet in () if as_json else sheets:
        say(f"sheet: {where_from_here(sheet)}")
    ctx.exit(1 if faults else 0)
