"""`teststrip inspect`: what pictures say of how they were made, for people, as JSON, or as a recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teststrip.base.json import Json
from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.recipe_output import find_target, hand_out, model_option, output_option
from teststrip.cli.report import say, say_json, tell
from teststrip.errors import UsageError
from teststrip.provider.places import typed_name

if TYPE_CHECKING:
    from teststrip.exchange.picture.model import Found
    from teststrip.exchange.picture.read import Picture

_NAMES: Final = 24  # columns for the names of settings
_LONGEST: Final = 2_000  # characters of a setting that are shown; prompts are shown whole


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, metavar="PICTURE...", type=click.Path(path_type=Path))
@click.option("--as-recipe", is_flag=True, help="Write a recipe that makes the picture again.")
@output_option
@model_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    output: Path | None,
    wanted: str | None,
    *,
    as_recipe: bool,
    as_json: bool,
) -> None:
    """Show what PICTURE says of how it was made: NovelAI, AUTOMATIC1111, ComfyUI, SwarmUI, and our own.

    PNG, JPEG and WebP files are read; nothing in them is executed or trusted. Exit code 0: every picture says
    something (and, with --as-recipe, all of it is carried over); 1: some do not; 2: none does.
    """
    # Imported late: nothing of it is needed to print the help.
    from teststrip.exchange.picture.read import read_picture  # noqa: PLC0415  see above

    if as_recipe and len(files) > 1:
        raise UsageError("--as-recipe makes one recipe: give one picture")
    if not as_recipe and (output is not None or wanted is not None):
        raise UsageError("-o and --model are about the recipe: give --as-recipe too")
    pictures = [read_picture(file, typed_name(file)) for file in files]
    if as_recipe and pictures[0].found is not None:
        ctx.exit(_recipe(pictures[0], pictures[0].found, output, wanted, as_json=as_json))
    if as_json:
        say_json({"pictures": [_document(picture) for picture in pictures]})
    for picture in pictures:
        if as_json:
            continue
        if picture.found is None:
            tell(f"{picture.file}: {picture.problem}")
        else:
            for line in _lines(picture, picture.found):
                say(line)
    silent = sum(picture.found is None for picture in pictures)
    ctx.exit(0 if not silent else 2 if silent == len(pictures) else 1)


def _recipe(picture: Picture, found: Found, output: Path | None, wanted: str | None, *, as_json: bool) -> int:
    from teststrip.exchange.picture.convert import draft_picture, names_in  # noqa: PLC0415  see `command`

    target, chosen = find_target(load().catalogue, wanted, found.model, names_in(found))
    draft = draft_picture(found, target, picture.file, chosen=wanted is not None)
    if chosen:
        draft = replace(draft, notes=(*draft.notes, chosen))
    return hand_out(draft, target, output, as_json=as_json)


def _lines(picture: Picture, found: Found) -> Iterator[str]:
    model = f", {found.model}" if found.model else ""
    width, height = picture.size
    yield f"{picture.file}: {found.tool}{model} ({picture.format} {width}x{height}, {found.place})"
    for name, text in _settings(found):
        yield f"  {name:<{_NAMES}} {_indented(text[:_LONGEST])}"
    for name, why in found.lost:
        yield f"  {name:<{_NAMES}} {_indented(why)}"
    yield f"  {'prompt':<{_NAMES}} {_indented(found.prompt)}"
    if found.negative:
        yield f"  {'negative prompt':<{_NAMES}} {_indented(found.negative)}"
    for fault in picture.faults:
        yield f"  not read: {fault}"


def _indented(text: str) -> str:
    """Indent what goes over several lines, so that no line of a picture's looks like one of ours."""
    return text.replace("\r\n", "\n").replace("\n", "\n" + " " * (_NAMES + 3))


def _settings(found: Found) -> list[tuple[str, str]]:
    from teststrip.exchange.picture.model import as_text  # noqa: PLC0415  see `command`

    kept = [(name, as_text(value)) for name, value in found.request.items()]
    return [*found.settings, *(pair for pair in kept if pair[0] not in ("prompt", "negative_prompt"))]


def _document(picture: Picture) -> Json:
    found = picture.found
    document: dict[str, Json] = {
        "file": picture.file,
        "format": picture.format,
        "width": picture.size[0],
        "height": picture.size[1],
        "problem": picture.problem or None,
        "not_read": list(picture.faults),
    }
    if found is not None:
        document |= {
            "tool": found.tool,
            "place": found.place,
            "model": found.model or None,
            "prompt": found.prompt,
            "negative_prompt": found.negative,
            "settings": dict(_settings(found)),
            "lost": dict(found.lost),
        }
    return document
