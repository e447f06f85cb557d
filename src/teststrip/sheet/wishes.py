"""How large pages may be and pictures are shown: what a sheet asks for, and what its formats can hold."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Final

from teststrip.base.sheets import WEBP_LONGEST_SIDE, WEBP_MOST_PIXELS
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.grid import LayoutOptions

MOST_BOXES: Final = 4_000  # of a page at once in memory; at the least width of a box, few pages have as many


def wishes_of(spec: SheetSpec, options: LayoutOptions | None = None) -> LayoutOptions:
    """Return the options to lay a sheet out with; those given are where they say nothing of it.

    A page that is wanted wider than its formats can hold is as wide as they can.
    """
    wishes = options or LayoutOptions()
    if spec.cell_width is not None:
        wishes = replace(wishes, cell_width=spec.cell_width)
    if spec.width is not None:
        wishes = replace(wishes, page_width=spec.width)
    if "webp" in spec.formats:
        wishes = replace(
            wishes,
            longest_side=min(wishes.longest_side, WEBP_LONGEST_SIDE),
            most_pixels=min(wishes.most_pixels, WEBP_MOST_PIXELS),
        )
    return within(wishes)


def within(wishes: LayoutOptions) -> LayoutOptions:
    """Return the options with a page that is no wider than any page may be."""
    if wishes.page_width is None:
        return wishes
    return replace(wishes, page_width=min(wishes.page_width, wishes.longest_side))


def format_fault(spec: SheetSpec) -> str | None:
    """Say what keeps a format from being written here; None if nothing does."""
    if "gif" in spec.formats and spec.animate is None:
        return "a gif needs `animate`, the axis that it runs along"
    if "parquet" in spec.formats and find_spec("duckdb") is None:
        return "parquet needs DuckDB: pip install 'teststrip[parquet]', or leave it out of the formats"
    return None
