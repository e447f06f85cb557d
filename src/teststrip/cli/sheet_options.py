"""The options that say how a sheet is laid out and written, and the spec that they make."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar, cast

import click

from teststrip.base.sheets import CELL_WIDTHS, SHEET_WIDTHS, THEMES
from teststrip.recipe.model import SheetSpec

_Command = TypeVar("_Command", bound=Callable[..., object])
_PLACES: Final = ("rows", "cols", "super_rows", "super_cols", "pages")
_OTHERS: Final = ("animate", "theme", "cell_width", "width", "title", "caption", "author", "notes")


def spec_options(command: _Command) -> _Command:
    """Add the options of a sheet; the command gets them together, as `wishes`: what was given, by name."""

    @functools.wraps(command)
    def changed(*arguments: object, **options: Any) -> object:
        wishes = {name: options.pop(name) for name in (*_PLACES, *_OTHERS)}
        given = {name: value for name, value in wishes.items() if value not in (None, ())}
        return command(*arguments, wishes=given, **options)

    wrapped: Callable[..., object] = changed
    for option in reversed(_options()):
        wrapped = option(wrapped)
    return cast("_Command", wrapped)


def _options() -> list[Callable[[Callable[..., object]], Callable[..., object]]]:
    return [
        *(_axes(name) for name in _PLACES),
        click.option("--animate", metavar="AXIS", help="The axis that a GIF, or an animated WebP, runs along."),
        click.option("--theme", type=click.Choice(THEMES)),
        click.option("--cell-width", type=click.IntRange(*CELL_WIDTHS), help="Of the widest picture, in pixels."),
        click.option("--width", type=click.IntRange(*SHEET_WIDTHS), help="Of a page, in pixels."),
        click.option("--title"),
        click.option("--caption", help="Under every picture; ${{ name }} has an axis or a parameter."),
        click.option("--author"),
        click.option("--note", "notes", multiple=True, help="A remark for the foot; may be given again."),
    ]


def _axes(name: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    said = {"rows": "down", "cols": "across", "pages": "a page for each value"}.get(name, "groups of them")
    return click.option(
        f"--{name.replace('_', '-')}",
        name,
        multiple=True,
        metavar="AXIS",
        help=f"Axes, the outermost first ({said}); may be given again.",
    )


def wished(spec: SheetSpec, wishes: dict[str, Any]) -> SheetSpec:
    """Change a spec by what was given; places of axes replace all those that it had."""
    if any(name in wishes for name in (*_PLACES, "animate")):
        spec = replace(spec, rows=(), cols=(), super_rows=(), super_cols=(), pages=(), animate=None)
    if "width" in wishes:
        spec = replace(spec, cell_width=None)
    if "cell_width" in wishes:
        spec = replace(spec, width=None)
    return replace(spec, **wishes)
