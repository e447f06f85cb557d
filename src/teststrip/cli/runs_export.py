"""`teststrip runs export`: a run as a folder or a zip that needs nothing else."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import click

from teststrip.base.archive import write_folder, write_zip
from teststrip.cli.loaded import load
from teststrip.cli.options import json_option, runs_option
from teststrip.cli.report import counted, first_of, say, say_json, tell, where_from_here
from teststrip.errors import UsageError
from teststrip.run.catalogue import find_run
from teststrip.run.export import Export, export_run
from teststrip.run.folder import STORE_NAME, load_run, run_folder
from teststrip.run.redact import redacted
from teststrip.run.store import Store
from teststrip.sheet.write import sheet_files, write_sheets


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR|FILE.zip",
    type=click.Path(path_type=Path),
    help="Where to write it; nothing that is there is written over.",
)
@click.option("--redact", is_flag=True, help="Without prompts, requests, reasons, and what pictures say of them.")
@click.option("--metadata", is_flag=True, help="Let the copies of PNG pictures say how they were made.")
@runs_option
@json_option
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context, run: Path, runs_dir: Path, *, output: Path, redact: bool, metadata: bool, as_json: bool
) -> None:
    """Write RUN with its lock, sheets, pictures under readable names, and a manifest (JSON and CSV).

    Exit code 1: a picture is missing or cannot be redacted, or what steps made of it cannot be read; it is listed,
    and the rest is written.
    """
    if redact and metadata:
        raise UsageError("--metadata writes into pictures what --redact takes out of them; give one")
    _refuse_taken(output)
    folder = find_run(run, runs_dir)
    found = load_run(folder)
    shown = redacted(found) if redact else found
    extensions = load().extensions
    with tempfile.TemporaryDirectory() as drawn:
        sheets = sheet_files(write_sheets(shown, Path(drawn), extensions=extensions, on_fault=tell), Path(drawn))
        store = Store(folder.parent / STORE_NAME)
        export = export_run(shown, store, sheets, redact=redact, metadata=metadata)
        if _is_zip(output):
            write_zip(output, export.members, run_folder(Path(), shown.plan).name)
        else:
            write_folder(output, export.members)
    export = replace(export, notes=(*first_of(found.damage), *export.notes))
    for note in export.notes:
        tell(note)
    _report(export, folder, output, as_json=as_json)
    ctx.exit(1 if export.notes else 0)


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _refuse_taken(path: Path) -> None:
    """Refuse to write over anything; an empty folder may be filled."""
    empty = not _is_zip(path) and path.is_dir() and not path.is_symlink() and next(path.iterdir(), None) is None
    if (path.exists() or path.is_symlink()) and not empty:
        raise UsageError(f"{path} is there already; choose another name, or remove it first")


def _report(export: Export, folder: Path, output: Path, *, as_json: bool) -> None:
    names = [member.name for member in export.members]
    if as_json:
        say_json({"run": str(folder), "output": str(output), "files": names, "left_out": list(export.notes)})
        return
    pictures = sum(name.startswith("pictures/") for name in names)
    say(f"{where_from_here(output)}: {counted(len(names), 'file')}, {counted(pictures, 'picture')} among them")
