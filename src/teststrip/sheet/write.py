"""The sheets of a run on disk: every spec, every page, every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Run
from teststrip.sheet.build import make_sheets
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.pages import lay_out_pages
from teststrip.sheet.placed import Layout
from teststrip.sheet.png import write_png

Writer = Callable[[Layout, Path, Typeface], Path]
"""Draws a layout into a file, with a typeface whose measure the layout was made by."""

WRITERS: Final[Mapping[str, Writer]] = {"png": write_png}


def write_sheets(
    run: Run, folder: Path, *, specs: tuple[SheetSpec, ...] = (), options: LayoutOptions | None = None
) -> tuple[Path, ...]:
    """Write the sheets that the plan asks for (or `specs`) into a folder, and return the files in page order.

    A single page is `sheet.png`, the pages of one sheet are `sheet-01.png` and so on; several sheets are
    `sheet-01.png` and so on themselves, and the pages of the second one `sheet-02-01.png` and so on. Files of
    those names that an earlier call left and this one does not write are removed, lest an old page pass for a new
    one.
    Raises UsageError for an unknown format or axis, before anything is written.
    """
    typeface = Typeface()
    wanted = specs or run.plan.sheets or (SheetSpec(),)
    laid = [
        [layout for _, layout in lay_out_pages(make_sheets(run, spec), typeface.measure, options)]
        for spec in wanted
    ]
    for spec in wanted:
        _check(spec.formats)
    files = []
    for number, (spec, layouts) in enumerate(zip(wanted, laid, strict=True), 1):
        sheet = "sheet" if len(wanted) == 1 else f"sheet-{_numbered(number, len(wanted))}"
        for page, layout in enumerate(layouts, 1):
            stem = sheet if len(layouts) == 1 else f"{sheet}-{_numbered(page, len(layouts))}"
            files += [WRITERS[form](layout, folder / f"{stem}.{form}", typeface) for form in spec.formats]
    _remove_stale(folder, frozenset(files))
    return tuple(files)


def _numbered(number: int, count: int) -> str:
    """Write a number so that names sort: at least two digits."""
    return f"{number:0{max(2, len(str(count)))}}"


def _check(formats: tuple[str, ...]) -> None:
    for form in formats:
        if form not in WRITERS:
            raise UsageError(f"{form!r} is no format of sheets; there are: {', '.join(WRITERS)}")


def _remove_stale(folder: Path, files: frozenset[Path]) -> None:
    name = re.compile(rf"sheet(-\d{{2,}}){{0,2}}\.({'|'.join(WRITERS)})")
    for path in sorted(folder.glob("sheet*")):
        if name.fullmatch(path.name) and path not in files:
            path.unlink()
