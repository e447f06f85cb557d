"""`teststrip sheet`: draw a run's sheets again, or those of a folder of pictures; nothing is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from teststrip import plugins
from teststrip.cli.report import counted, say, say_json, tell, where_from_here
from teststrip.cli.sheet_options import spec_options, wished
from teststrip.cli.stages import DEFAULT_RUNS, json_option
from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.run.catalogue import find_run
from teststrip.run.folder import load_run
from teststrip.run.model import Run
from teststrip.sheet.from_folder import find_shots, folder_run
from teststrip.sheet.name_pattern import name_pattern
from teststrip.sheet.write import write_sheets


@click.command("sheet")
@click.argument("run", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from-folder",
    "pictures",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Draw the pictures of a folder instead of a run.",
)
@click.option(
    "--pattern", help="How the names of these say what they are: '{sampler}_{seed}', without the suffix."
)
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="The folder; the run's own else."
)
@spec_options
@json_option
def command(
    run: Path | None,
    pictures: Path | None,
    pattern: str | None,
    output: Path | None,
    *,
    wishes: dict[str, Any],
    as_json: bool,
) -> None:
    """Draw the contact sheets of RUN, a run's folder or its name (or the beginning of it) under `runs`, again.

    With options for what a sheet shows, all its sheets are drawn as these say. With --from-folder, the pictures
    of a folder are drawn by what they say of themselves, or their names do, into `DIR-sheet`.
    """
    if (run is None) == (pictures is None):
        raise UsageError("name a run, or give --from-folder DIR: one of them")
    if pictures is None and pattern is not None:
        raise UsageError("--pattern is about --from-folder DIR")
    if run is None:
        shown, specs, folder = _of_folder(pictures or Path(), pattern, output, wishes)
    else:
        shown = load_run(find_run(run, DEFAULT_RUNS))
        specs = tuple(wished(spec, wishes) for spec in shown.plan.sheets or (SheetSpec(),)) if wishes else ()
        folder = output or shown.folder
    sheets = write_sheets(shown, folder, specs=specs)
    manager = plugins.plugin_manager()
    for sheet in sheets:
        for complaint in plugins.tell(manager.hook.teststrip_sheet_written, path=sheet):
            tell(f"warning: {complaint}")
    if as_json:
        source = {"from_folder": str(pictures)} if pictures is not None else {"run": str(shown.folder)}
        say_json({**source, "sheets": [str(sheet) for sheet in sheets]})
        return
    for sheet in sheets:
        say(f"sheet: {where_from_here(sheet)}")


def _of_folder(
    pictures: Path, pattern: str | None, output: Path | None, wishes: dict[str, Any]
) -> tuple[Run, tuple[SheetSpec, ...], Path]:
    """Look at a folder's pictures; return them as a run, how they are shown, and where that goes."""
    here = pictures.absolute()
    folder = output or Path(f"{here.name or 'pictures'}-sheet")
    if folder.absolute() == here:
        raise UsageError("-o is the folder of the pictures: sheets would pass for pictures there; name another")
    spec = wished(SheetSpec(), wishes)
    shots, strangers = find_shots(pictures, name_pattern(pattern) if pattern else None, apart=folder)
    if strangers:
        tell(f"{counted(strangers, 'picture')} left out: their names do not have the form {pattern}")
    return folder_run(shots, here.name or "pictures", spec, folder), (spec,), folder
