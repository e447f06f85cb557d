"""The sheets of a run on disk: every spec, every page, every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from teststrip.base.sheets import FORMATS
from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.run.costs import Cost, costs_of
from teststrip.run.model import Run
from teststrip.sheet.arrange import parts_of
from teststrip.sheet.build import each_sheet
from teststrip.sheet.draw import Studio, make_threads
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.jpeg import write_jpeg
from teststrip.sheet.layout import lay_out
from teststrip.sheet.leaf import Leaf
from teststrip.sheet.model import Added, Sheet
from teststrip.sheet.pages import each_page, numbered_as
from teststrip.sheet.pdf import write_pdf
from teststrip.sheet.placed import Layout, Measure
from teststrip.sheet.png import write_png
from teststrip.sheet.table import TABLES, Told, write_table
from teststrip.sheet.themes import THEMES
from teststrip.sheet.webp import write_webp
from teststrip.sheet.wishes import MOST_BOXES, wishes_of

PageWriter = Callable[[Layout, Path, Studio], Path]
"""Draws a layout into a file, in a studio whose typeface the layout was measured by."""

PAGE_WRITERS: Final[Mapping[str, PageWriter]] = {"png": write_png, "jpg": write_jpeg, "webp": write_webp}
_KEPT_BOXES: Final = 8_000  # of pages that are remembered from counting them, and not laid out a second time


def write_sheets(
    run: Run,
    folder: Path,
    *,
    specs: tuple[SheetSpec, ...] = (),
    options: LayoutOptions | None = None,
    added: Mapping[str, Added] | None = None,
    costs: Callable[[Run], Mapping[str, Cost]] = costs_of,
) -> tuple[Path, ...]:
    """Write the sheets that the plan asks for (or `specs`) into a folder, and return the files in page order.

    A single page is `sheet.png`, the pages of one sheet are `sheet-01.png` and so on; several sheets are
    `sheet-01.png` and so on themselves, and the pages of the second one `sheet-02-01.png` and so on. Files of
    those names that an earlier call left and this one does not write are removed, lest an old page pass for a new
    one. `added` has by digest what steps made of cells. Memory is bounded, whatever the number of cells.
    Raises UsageError for an unknown format or axis, before anything is written.
    """
    wanted = specs or run.plan.sheets or (SheetSpec(),)
    for spec in wanted:
        _check(run, spec)
    own = folder.absolute() == run.folder.absolute()  # elsewhere, ways to the pictures would tell of this machine
    typeface = Typeface()
    files: list[Path] = []
    with make_threads() as threads:
        for number, spec in enumerate(wanted, 1):
            stem = "sheet" if len(wanted) == 1 else f"sheet-{_numbered(number, len(wanted))}"
            studio = Studio(typeface, threads, THEMES[spec.theme])
            leaves = partial(each_leaf, run, spec, stem, typeface.measure, options, added)
            still = [form for form in spec.formats if form in PAGE_WRITERS]
            for leaf in leaves() if still else ():
                files += [
                    PAGE_WRITERS[form](leaf.layout, folder / f"{leaf.stem}.{form}", studio) for form in still
                ]
            if "pdf" in spec.formats:
                files.append(write_pdf(leaves(), folder / f"{stem}.pdf", studio, links=own))
            if any(form in TABLES for form in spec.formats):
                told = Told(run, costs(run), added or {}, folder if own else None)
                files += [
                    write_table(form, told, folder / f"{stem}.{form}") for form in spec.formats if form in TABLES
                ]
    _remove_stale(folder, frozenset(files))
    return tuple(files)


def each_leaf(
    run: Run,
    spec: SheetSpec,
    stem: str,
    measure: Measure,
    options: LayoutOptions | None,
    added: Mapping[str, Added] | None,
) -> Iterator[Leaf]:
    """Yield the pages of a sheet one by one, numbered. They are counted first, and only a few remembered."""
    wishes = wishes_of(spec, options)

    def each() -> Iterator[tuple[Sheet, LayoutOptions, Layout]]:
        return each_page(each_sheet(run, spec, added=added, most=MOST_BOXES), measure, wishes)

    kept: list[tuple[Sheet, LayoutOptions, Layout]] = []
    pages = boxes = 0
    for page in each():
        pages += 1
        boxes += len(page[0].boxes)
        kept.append(page)
        if boxes > _KEPT_BOXES:
            kept.clear()
    for number, (sheet, own, layout) in enumerate(kept if boxes <= _KEPT_BOXES else each(), 1):
        numbered = numbered_as(sheet, number, pages)
        final = layout if numbered is sheet else lay_out(numbered, measure, own)
        yield Leaf(numbered, final, stem if pages == 1 else f"{stem}-{_numbered(number, pages)}")


def _numbered(number: int, count: int) -> str:
    """Write a number so that names sort: at least two digits."""
    return f"{number:0{max(2, len(str(count)))}}"


def _check(run: Run, spec: SheetSpec) -> None:
    """Refuse a sheet of which something is not there. Raises UsageError."""
    parts_of(run.plan, spec)
    for form in spec.formats:
        if form not in FORMATS:
            raise UsageError(f"{form!r} is no format of sheets; there are: {', '.join(FORMATS)}")


def _remove_stale(folder: Path, files: frozenset[Path]) -> None:
    name = re.compile(rf"sheet(-\d{{2,}}){{0,2}}\.({'|'.join(FORMATS)})")
    for path in sorted(folder.glob("sheet*")):
        if name.fullmatch(path.name) and path not in files:
            path.unlink()
