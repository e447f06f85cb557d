"""The part of a recipe's schema that is about sheets: which axes go where, and how a sheet looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from teststrip.base.sheets import CELL_WIDTHS, FORMATS, SHEET_WIDTHS, THEMES
from teststrip.schema.parts import closed, text, whole
from teststrip.schema.rules import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence


def sheet(formats_brought: Sequence[str]) -> Schema:
    """Return what a sheet may say; `formats_brought` are those of plugins."""
    formats: Schema = {
        "title": "formats",
        "description": "The files to write.",
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"title": "format", "type": "string", "enum": [*FORMATS, *formats_brought]},
    }
    theme = text("theme", "Light, dark, or black on white for printing.") | {"enum": list(THEMES)}
    return closed(
        {
            "rows": _names("rows", "The axes that go down the sheet, the outermost first."),
            "cols": _names("cols", "The axes that go across the sheet, the outermost first."),
            "pages": _names("pages", "The axes that make a page for each of their values."),
            "super_rows": _names("super_rows", "The axes that part the rows into groups, the outermost first."),
            "super_cols": _names("super_cols", "The axes that part the columns into groups, the outermost first."),
            "animate": text("animate", "The axis that a GIF, or an animated WebP, runs along: a frame a value."),
            "title": text("title", "The heading; the recipe's title when absent."),
            "author": text("author", "Who made the sheet; it stands at the foot."),
            "notes": _texts("notes", "Remarks that stand at the foot."),
            "caption": text("caption", "What stands under each picture; ${{ name }} has an axis or a parameter."),
            "formats": formats,
            "theme": theme,
            "cell_width": {
                "title": "cell_width",
                **_between("The width of the widest picture, in pixels; none is enlarged.", CELL_WIDTHS),
            },
            "width": {"title": "width", **_between("The width of a page, in pixels.", SHEET_WIDTHS)},
        }
    )


def _between(description: str, bounds: tuple[int, int]) -> Schema:
    return whole(description, minimum=bounds[0], maximum=bounds[1])


def _texts(title: str, description: str) -> Schema:
    several = {"type": "array", "items": {"type": "string"}}
    return {
        "title": title,
        "description": description,
        "anyOf": [{"type": "string"}, {"description": description, **several}],
        "x-teststrip-expects": "a text or a list of texts",
    }


def _names(title: str, description: str) -> dict[str, Any]:
    several = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    return {
        "title": title,
        "description": description,
        # Branches without words of their own look the same to an editor, which then shows those of both.
        "anyOf": [{"type": "string"}, {"description": description, **several}],
        "x-teststrip-expects": "the name of an axis or a list of names",
    }
