"""`teststrip sheet`: draw a run's sheets again, from its lock, the ledger and the store; nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from teststrip.base.sheets import FORMATS
from teststrip.cli.listening import Hearing
from teststrip.cli.loaded import load
from teststrip.cli.marking import marks_of
from teststrip.cli.report import say, say_json, tell, where_from_here
from teststrip.cli.stages import DEFAULT_RUNS, json_option
from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.run.catalogue import find_run
from teststrip.run.folder import load_run
from teststrip.sheet.marked import only_picked, renumbered
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
@click.option(
    "--marks",
    "marks_file",
    type=click.Path(path_type=Path),
    help="A file of marks, saved on the run's page: pages begin with them, drawn sheets say them under the boxes.",
)
@click.option(
    "--picked",
    is_flag=True,
    help="Only the cells that are picked in --marks, into the folder `picked` of the run.",
)
@json_option
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context,
    run: Path,
    output: Path | None,
    formats: tuple[str, ...],
    marks_file: Path | None,
    *,
    picked: bool,
    as_json: bool,
) -> None:
    """Draw the contact sheets of RUN, a run's folder or its name (or the beginning of it) under `runs`, again."""
    if picked and marks_file is None:
        raise UsageError("--picked needs --marks FILE, which says what is picked")
    folder = find_run(run, DEFAULT_RUNS)
    loaded = load()
    found = load_run(folder)
    marks = marks_of(found.plan, marks_file) if marks_file is not None else None
    if picked and marks is not None:
        if not marks.of("pick"):
            raise UsageError(f"{marks_file}: no cell of this run is picked in it")
        found, marks, output = only_picked(found, marks), renumbered(marks), output or folder / "picked"
    wanted = [
        replace(spec, formats=tuple(dict.fromkeys((*spec.formats, *formats))))
        for spec in found.plan.sheets or (SheetSpec(),)
    ]
    faults: list[str] = []
    sheets = write_sheets(
        found,
        output or folder,
        specs=tuple(wanted),
        extensions=loaded.extensions,
        on_fault=faults.append,
        marks=marks,
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
