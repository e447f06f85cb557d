"""`teststrip sheet`: draw a run's sheets again, from its lock, the ledger and the store; nothing is sent."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.cli.report import say, say_json, tell, where_from_here
from teststrip.cli.stages import DEFAULT_RUNS, json_option
from teststrip.plugins import manager as plugins
from teststrip.run.catalogue import find_run
from teststrip.run.folder import load_run
from teststrip.sheet.write import write_sheets


@click.command("sheet")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="The folder; the run's own else."
)
@json_option
def command(run: Path, output: Path | None, *, as_json: bool) -> None:
    """Draw the contact sheets of RUN, a run's folder or its name (or the beginning of it) under `runs`, again."""
    folder = find_run(run, DEFAULT_RUNS)
    manager = plugins.plugin_manager()
    sheets = write_sheets(load_run(folder), output or folder)
    for sheet in sheets:
        for complaint in plugins.tell(manager.hook.teststrip_sheet_written, path=sheet):
            tell(f"warning: {complaint}")
    if as_json:
        say_json({"run": str(folder), "sheets": [str(sheet) for sheet in sheets]})
        return
    for sheet in sheets:
        say(f"sheet: {where_from_here(sheet)}")
