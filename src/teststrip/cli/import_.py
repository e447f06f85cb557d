"""`teststrip import`: a grid definition of another tool to a recipe, and what has no counterpart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.recipe_output import find_target, hand_out, model_option, output_option
from teststrip.errors import RecipeError, UsageError
from teststrip.provider.places import typed_name

_MOST_BYTES: Final = 8 * 1024 * 1024


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@output_option
@model_option
@click.option(
    "--from",
    "importer",
    metavar="NAME",
    help="Whose file it is: grid, or a plugin's importer; else it is told by the file.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    output: Path | None,
    wanted: str | None,
    importer: str | None,
    *,
    as_json: bool,
) -> None:
    """Turn FILE, a grid definition of sd-infinity-grid-generator or SwarmUI, into a recipe.

    Plugins read the files of other tools. Names and values become those of the model's page. What has no
    counterpart is listed, with its place, and stands in the recipe as a comment. Exit code 0: all is carried over;
    1: something is not; 2: FILE is no grid definition.
    """
    # Imported late: schemas and templates are not needed to print the help.
    from teststrip.exchange.brought import OWN, importer_for, read_brought  # noqa: PLC0415  see above
    from teststrip.exchange.grid.convert import draft_grid, model_in, names_in  # noqa: PLC0415  see above
    from teststrip.exchange.grid.read import read_grid  # noqa: PLC0415  see above

    loaded, text, name = load(), _text(file), typed_name(file)
    reader = importer_for(text, name, loaded.extensions, importer)
    if reader == OWN:
        grid, problems = read_grid(text, name)
        if grid is None:
            raise RecipeError(problems)
    else:
        grid = read_brought(reader, text, name, loaded.extensions)
    target, chosen = find_target(loaded.catalogue, wanted, model_in(grid), names_in(grid))
    draft = draft_grid(grid, target, chosen=wanted is not None)
    if chosen:
        draft = replace(draft, notes=(*draft.notes, chosen))
    ctx.exit(hand_out(draft, target, output, as_json=as_json))


def _text(file: Path) -> str:
    """Read the definition; raises UsageError for what is no text file of a size that one has."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{file}: larger than {_MOST_BYTES // 2**20} MiB; no grid definition is")
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 text (byte {error.start} is no part of any character)") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from error
