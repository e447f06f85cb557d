"""The sheets of a run on disk: every spec, every page, every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from teststrip.base.sheets import FORMATS
from teststrip.errors import UsageError
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.model import SheetSpec
from teststrip.run.costs import Costs, costs_of
from teststrip.run.model import Run
from teststrip.run.redact import REDACTED
from teststrip.sheet.arrange import parts_of
from teststrip.sheet.brought import write_brought
from teststrip.sheet.build import each_sheet
from teststrip.sheet.draw import Studio, make_threads
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.html import (
    INDEX,
    PageOptions,
    page_folder_files,
    remove_page_folder,
    write_page,
    write_page_folder,
)
from teststrip.sheet.html_facts import Facts
from teststrip.sheet.jpeg import write_jpeg
from teststrip.sheet.layout import lay_out
from teststrip.sheet.leaf import Leaf
from teststrip.sheet.model import Added, Sheet
from teststrip.sheet.pages import each_page, numbered_as
from teststrip.sheet.pdf import write_pdf
from teststrip.sheet.placed import Layout, Measure
from teststrip.sheet.png import write_png
from teststrip.sheet.themes import THEMES
from teststrip.sheet.webp import write_webp
from teststrip.sheet.wishes import MOST_BOXES, wishes_of

PageWriter = Callable[[Layout, Path, Studio], Path]
"""Draws a layout into a file, in a studio whose typeface the layout was measured by."""

PAGE_WRITERS: Final[Mapping[str, PageWriter]] = {"png": write_png, "jpg": write_jpeg, "webp": write_webp}
RunWriter = Callable[[Run, SheetSpec, Path, PageOptions], Path]
"""Writes a whole run into one file or folder, and returns the file to open."""

RUN_WRITERS: Final[Mapping[str, RunWriter]] = {"html": write_page, "html-folder": write_page_folder}
RUN_SUFFIXES: Final[Mapping[str, str]] = {"html": ".html", "html-folder": "-html"}
_KEPT_BOXES: Final = 8_000  # of pages that are remembered from counting them, and not laid out a second time


def write_sheets(  # noqa: PLR0913  a run, what is wanted of it, and who else has a say
    run: Run,
    folder: Path,
    *,
    specs: tuple[SheetSpec, ...] = (),
    options: LayoutOptions | None = None,
    added: Mapping[str, Added] | None = None,
    extensions: Extensions = BUILT_IN,
    on_fault: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the sheets that the plan asks for (or `specs`) into a folder, and return the files in page order.

    A single page is `sheet.png`, the pages of one sheet are `sheet-01.png` and so on; several sheets are
    `sheet-01.png` and so on themselves, and the pages of the second one `sheet-02-01.png` and so on. Files of
    those names that an earlier call left and this one does not write are removed, lest an old page pass for a new
    one. `added` has by digest what steps made of cells. Memory is bounded, whatever the number of cells.

    `extensions` has the formats of plugins, and what captions may call. Raises UsageError for an unknown format or
    axis, before anything is written, and for a plugin that fails, which `on_fault` is told instead, if given.
    """
    wanted = specs or run.plan.sheets or (SheetSpec(),)
    for spec in wanted:
        _check(run, spec, extensions)
    typeface = Typeface()
    files: list[Path] = []
    known = _facts(run, wanted, added, extensions)
    with make_threads() as threads:
        for number, spec in enumerate(wanted, 1):
            stem = "sheet" if len(wanted) == 1 else f"sheet-{_numbered(number, len(wanted))}"
            files += [
                RUN_WRITERS[form](run, spec, folder / f"{stem}{RUN_SUFFIXES[form]}", known)
                for form in spec.formats
                if form in RUN_WRITERS
            ]
            if all(form in RUN_WRITERS for form in spec.formats):
                continue
            studio = Studio(typeface, threads, THEMES[spec.theme])
            leaves = partial(each_leaf, run, spec, stem, typeface.measure, options, added, extensions)
            still = [form for form in spec.formats if form in PAGE_WRITERS]
            brought = [form for form in spec.formats if form in extensions.writers]
            for leaf in leaves() if still or brought else ():
                files += [
                    PAGE_WRITERS[form](leaf.layout, folder / f"{leaf.stem}.{form}", studio) for form in still
                ]
                files += write_brought(leaf, folder, brought, extensions, on_fault)
            if "pdf" in spec.formats:
                own = folder.absolute() == run.folder.absolute()
                files.append(write_pdf(leaves(), folder / f"{stem}.pdf", studio, links=own))
    _remove_stale(folder, frozenset(files), (*FORMATS, *extensions.writers))
    return tuple(files)


def sheet_files(sheets: Sequence[Path], folder: Path) -> dict[str, Path]:
    """Return all files of what `write_sheets` wrote into a folder, by their names from there, with `/`."""
    files = [file for sheet in sheets for file in (page_folder_files(sheet) if sheet.name == INDEX else [sheet])]
    return {file.relative_to(folder).as_posix(): file for file in files}


def each_leaf(  # noqa: PLR0913, PLR0917  a sheet, and all that lays it out
    run: Run,
    spec: SheetSpec,
    stem: str,
    measure: Measure,
    options: LayoutOptions | None,
    added: Mapping[str, Added] | None,
    extensions: Extensions = BUILT_IN,
) -> Iterator[Leaf]:
    """Yield the pages of a sheet one by one, numbered. They are counted first, and only a few remembered."""
    wishes = wishes_of(spec, options)

    def each() -> Iterator[tuple[Sheet, LayoutOptions, Layout]]:
        return each_page(
            each_sheet(run, spec, added=added, most=MOST_BOXES, extensions=extensions), measure, wishes
        )

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


def _facts(
    run: Run, wanted: tuple[SheetSpec, ...], added: Mapping[str, Added] | None, extensions: Extensions
) -> PageOptions:
    """Gather what a page says of cells besides the run, if one is written at all."""
    if not any(form in RUN_WRITERS for spec in wanted for form in spec.formats):
        return PageOptions()
    costs = Costs() if run.plan.digest == REDACTED else costs_of(run.folder)
    return PageOptions(Facts(added or {}, costs.amounts, costs.unit, extensions))


def _check(run: Run, spec: SheetSpec, extensions: Extensions) -> None:
    """Refuse a sheet of which something is not there. Raises UsageError."""
    parts_of(run.plan, spec)
    for form in spec.formats:
        if form not in FORMATS and form not in extensions.writers:
            there = ", ".join((*FORMATS, *extensions.writers))
            raise UsageError(f"{form!r} is no format of sheets; there are: {there}")


def _remove_stale(folder: Path, files: frozenset[Path], formats: Sequence[str]) -> None:
    name = re.compile(rf"sheet(-\d{{2,}}){{0,2}}\.({'|'.join(formats)})")
    for index in sorted(folder.glob(f"sheet*-html/{INDEX}")):
        if index not in files:
            remove_page_folder(index.parent)
    for path in sorted(folder.glob("sheet*")):
        if name.fullmatch(path.name) and path not in files:
            path.unlink()
