"""`teststrip sheet`: draw a run's sheets again, or those of a folder of pictures; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from teststrip.base.sheets import FORMATS
from teststrip.cli.listening import Hearing
from teststrip.cli.loaded import load
from teststrip.cli.marking import marks_of
from teststrip.cli.options import DEFAULT_RUNS, json_option
from teststrip.cli.report import counted, first_of, say, say_json, tell, where_from_here
from teststrip.cli.sheet_options import spec_options, wished
from teststrip.errors import UsageError
from teststrip.exchange.marks import Marks
from teststrip.recipe.model import SheetSpec
from teststrip.run.catalogue import find_run
from teststrip.run.folder import load_run
from teststrip.run.model import Run
from teststrip.sheet.from_folder import find_shots, folder_run
from teststrip.sheet.marked import only_picked, renumbered
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
@click.option("--pattern", help="How the names of these say what they are: '{sampler}_{seed}', no suffix.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="The folder; the run's own else."
)
@spec_options
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
def command(  # noqa: PLR0913, PLR0917  click hands over each option by name
    ctx: click.Context,
    run: Path | None,
    pictures: Path | None,
    pattern: str | None,
    output: Path | None,
    formats: tuple[str, ...],
    marks_file: Path | None,
    *,
    wishes: dict[str, Any],
    picked: bool,
    as_json: bool,
) -> None:
    """Draw the contact sheets of RUN, a run's folder or its name (or the beginning of it) under `runs`, again.

    With options for what a sheet shows, all its sheets are drawn as these say. With --from-folder, the pictures
    of a folder are drawn by what they say of themselves, or their names do, into `DIR-sheet`.
    """
    _check(run, pictures, pattern, marks_file, picked=picked)
    loaded = load()
    if run is None:
        order = _of_folder(pictures or Path(), pattern, output, wishes, formats)
    else:
        order = _of_run(find_run(run, DEFAULT_RUNS), output, wishes, formats)
        if marks_file is not None:
            order = _marked(order, marks_file, output, picked=picked)
    faults = first_of(order.run.damage)
    sheets = write_sheets(
        order.run,
        order.folder,
        specs=order.specs,
        extensions=loaded.extensions,
        on_fault=faults.append,
        marks=order.marks,
    )
    with Hearing(loaded.manager) as hearing:
        for sheet in sheets:
            hearing.sheet_written(sheet)
    for fault in faults:
        tell(f"error: {fault}")
    if as_json:
        source = {"from_folder": str(pictures)} if run is None else {"run": str(order.place)}
        say_json({**source, "sheets": [str(sheet) for sheet in sheets]})
    for sheet in () if as_json else sheets:
        say(f"sheet: {where_from_here(sheet)}")
    ctx.exit(1 if faults else 0)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be drawn: a run, how, and into which folder; `place` is where the run lies."""

    run: Run
    specs: tuple[SheetSpec, ...]
    folder: Path
    place: Path
    marks: Marks | None = None


def _check(
    run: Path | None, pictures: Path | None, pattern: str | None, marks_file: Path | None, *, picked: bool
) -> None:
    """Refuse options that do not go together. Raises UsageError."""
    if (run is None) == (pictures is None):
        raise UsageError("name a run (`teststrip runs list` tells them), or give --from-folder DIR: one of them")
    if pictures is None and pattern is not None:
        raise UsageError("--pattern is about --from-folder DIR")
    if pictures is not None and marks_file is not None:
        raise UsageError("--marks are those of a run; a folder of pictures has none")
    if picked and marks_file is None:
        raise UsageError("--picked needs --marks FILE, which says what is picked")


def _of_run(place: Path, output: Path | None, wishes: dict[str, Any], formats: tuple[str, ...]) -> _Order:
    found = load_run(place)
    specs = tuple(
        wished(replace(spec, formats=tuple(dict.fromkeys((*spec.formats, *formats)))), wishes)
        for spec in found.plan.sheets or (SheetSpec(),)
    )
    return _Order(found, specs, output or place, place)


def _marked(order: _Order, marks_file: Path, output: Path | None, *, picked: bool) -> _Order:
    """Let a run's sheets say marks, or show only what is picked in them."""
    marks = marks_of(order.run.plan, marks_file)
    if not picked:
        return replace(order, marks=marks)
    if not marks.of("pick"):
        raise UsageError(f"{marks_file}: no cell of this run is picked in it")
    chosen = only_picked(order.run, marks)
    return replace(order, run=chosen, marks=renumbered(marks), folder=output or order.place / "picked")


def _of_folder(
    pictures: Path, pattern: str | None, output: Path | None, wishes: dict[str, Any], formats: tuple[str, ...]
) -> _Order:
    """Look at a folder's pictures, and make a run of them."""
    here = pictures.absolute()
    folder = output or Path(f"{here.name or 'pictures'}-sheet")
    if folder.absolute() == here:
        raise UsageError("-o is the folder of the pictures: sheets would pass for pictures there; name another")
    spec = wished(SheetSpec(formats=tuple(dict.fromkeys(formats)) or ("png",)), wishes)
    shots, strangers = find_shots(pictures, name_pattern(pattern) if pattern else None, apart=folder)
    if strangers:
        tell(f"{counted(strangers, 'picture')} left out: their names do not have the form {pattern}")
    return _Order(folder_run(shots, here.name or "pictures", spec, folder), (spec,), folder, folder)
