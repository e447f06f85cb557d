"""The sheets of a run on disk: every spec, every page, every format."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from teststrip.base.sheets import ANIMATED, FORMATS
from teststrip.errors import UsageError
from teststrip.exchange.marks import Marks
from teststrip.plan.lock import LOCK_NAME
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.model import SheetSpec
from teststrip.run.costs import Cost, costs_of, priced
from teststrip.run.model import Run
from teststrip.run.redact import REDACTED
from teststrip.sheet.animate import bare, films, frame_options, steady, write_film
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
from teststrip.sheet.marked import captioned, with_marks
from teststrip.sheet.model import Sheet
from teststrip.sheet.pages import each_page, numbered_as
from teststrip.sheet.pdf import write_pdf
from teststrip.sheet.placed import Layout, Measure
from teststrip.sheet.png import write_png
from teststrip.sheet.table import TABLES, Told, write_table
from teststrip.sheet.themes import THEMES
from teststrip.sheet.webp import write_webp
from teststrip.sheet.wishes import MOST_BOXES, format_fault, wishes_of

PageWriter = Callable[[Layout, Path, Studio], Path]
"""Draws a layout into a file, in a studio whose typeface the layout was measured by."""

PAGE_WRITERS: Final[Mapping[str, PageWriter]] = {"png": write_png, "jpg": write_jpeg, "webp": write_webp}
RunWriter = Callable[[Run, SheetSpec, Path, PageOptions], Path]
"""Writes a whole run into one file or folder, and returns the file to open."""

RUN_WRITERS: Final[Mapping[str, RunWriter]] = {"html": write_page, "html-folder": write_page_folder}
RUN_SUFFIXES: Final[Mapping[str, str]] = {"html": ".html", "html-folder": "-html"}
_KEPT_BOXES: Final = 8_000  # of pages that are remembered from counting them, and not laid out a second time


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the sheets of a run are written with; `spec` is the one at hand, and its files begin with `stem`."""

    run: Run
    folder: Path
    spec: SheetSpec
    stem: str
    studio: Studio
    options: LayoutOptions | None
    costs: Callable[[], Mapping[str, Cost]]
    extensions: Extensions
    on_fault: Callable[[str], None] | None

    @property
    def own(self) -> bool:
        """Whether it lies in the run's own folder; elsewhere, ways to the pictures would tell of this machine."""
        return self.folder.absolute() == self.run.folder.absolute()

    def path(self, form: str, number: int = 1, count: int = 1) -> Path:
        """Name a file of the sheet, one of several of its kind."""
        stem = self.stem if count == 1 else f"{self.stem}-{_numbered(number, count)}"
        return self.folder / f"{stem}.{form}"

    def leaves(self) -> Iterator[Leaf]:
        """Yield the pages of the sheet one by one."""
        wishes = wishes_of(self.spec, self.options)
        measure = self.studio.typeface.measure
        return each_leaf(self.run, self.spec, measure, wishes, extensions=self.extensions)


def write_sheets(  # noqa: PLR0913  a run, what is wanted of it, and who else has a say
    run: Run,
    folder: Path,
    *,
    specs: tuple[SheetSpec, ...] = (),
    options: LayoutOptions | None = None,
    marks: Marks | None = None,
    extensions: Extensions = BUILT_IN,
    on_fault: Callable[[str], None] | None = None,
    costs: Callable[[Run], Mapping[str, Cost]] = costs_of,
) -> tuple[Path, ...]:
    """Write the sheets that the plan asks for (or `specs`) into a folder, and return the files in page order.

    A single page is `sheet.png`, the pages of one sheet are `sheet-01.png` and so on; several sheets are
    `sheet-01.png` and so on themselves, and the pages of the second one `sheet-02-01.png` and so on. Files of
    those names that an earlier call left and this one does not write are removed, lest an old page pass for a new
    one; in another folder than a run's, only those of formats that were asked for. `marks` are shown on pages, and
    said under the boxes of drawn sheets. Memory is bounded, whatever the number of cells.

    `extensions` has the formats of plugins, and what captions may call. Raises UsageError for an unknown format or
    axis, or one whose extra is missing, before anything is written, and for a plugin that fails, which `on_fault`
    is told instead, if given.
    """
    wanted = specs or run.plan.sheets or (SheetSpec(),)
    for spec in wanted:
        _check(run, spec, extensions)
    typeface = Typeface()
    files: list[Path] = []

    @functools.cache  # asked for by each table and page, and the ledger may be large
    def paid() -> Mapping[str, Cost]:
        return {} if run.plan.digest == REDACTED else costs(run)

    facts = Facts(marks=marks, extensions=extensions)
    drawn = run if marks is None else with_marks(run, marks)
    with make_threads() as threads:
        for number, spec in enumerate(wanted, 1):
            stem = "sheet" if len(wanted) == 1 else f"sheet-{_numbered(number, len(wanted))}"
            studio = Studio(typeface, threads, THEMES[spec.theme])
            told = spec if marks is None else captioned(spec)
            desk = _Desk(drawn, folder, told, stem, studio, options, paid, extensions, on_fault)
            files += _written(desk)
            files += _pages(replace(desk, run=run, spec=spec), facts)
    own = (folder / LOCK_NAME).exists()  # elsewhere a sheet.csv may be somebody's, who did not ask for one
    wrote = {form for spec in wanted for form in spec.formats}
    every = (*FORMATS, *extensions.writers)
    _remove_stale(folder, frozenset(files), [form for form in every if own or form in wrote])
    return tuple(files)


def sheet_files(sheets: Sequence[Path], folder: Path) -> dict[str, Path]:
    """Return all files of what `write_sheets` wrote into a folder, by their names from there, with `/`."""
    files = [file for sheet in sheets for file in (page_folder_files(sheet) if sheet.name == INDEX else [sheet])]
    return {file.relative_to(folder).as_posix(): file for file in files}


def _written(desk: _Desk) -> Iterator[Path]:
    """Write one sheet in all its formats: pages, then documents, animations, tables."""
    formats = desk.spec.formats
    moving = [form for form in formats if desk.spec.animate is not None and form in ANIMATED]
    still = [form for form in formats if form in PAGE_WRITERS and form not in moving]
    brought = [form for form in formats if form in desk.extensions.writers]
    for number, leaf in enumerate(desk.leaves() if still or brought else (), 1):
        for form in still:
            yield PAGE_WRITERS[form](leaf.layout, desk.path(form, number, leaf.sheet.pages), desk.studio)
        named = partial(desk.path, number=number, count=leaf.sheet.pages)
        yield from write_brought(leaf, named, brought, desk.extensions, desk.on_fault)
    if "pdf" in formats:
        yield write_pdf(desk.leaves(), desk.path("pdf"), desk.studio, links=desk.own)
    if moving:
        yield from _films(desk, moving)
    tables = [form for form in formats if form in TABLES]
    if tables:
        told = Told(desk.run, desk.costs(), desk.folder if desk.own else None)
        for form in tables:
            yield write_table(form, told, desk.path(form))


def _films(desk: _Desk, moving: Sequence[str]) -> Iterator[Path]:
    """Write the animations of a sheet."""
    made = each_sheet(desk.run, desk.spec, most=MOST_BOXES, extensions=desk.extensions)
    measure, options = desk.studio.typeface.measure, frame_options(desk.spec)
    laid = each_page(map(bare, made), measure, options)
    found = films((Leaf(sheet, layout) for sheet, _, layout in laid), desk.spec.animate or "")
    found = tuple(steady(film, measure, options) for film in found)
    for number, film in enumerate(found, 1):
        for form in moving:
            yield write_film(form, film, desk.path(form, number, len(found)), desk.studio)


def each_leaf(
    run: Run,
    spec: SheetSpec,
    measure: Measure,
    options: LayoutOptions,
    *,
    extensions: Extensions = BUILT_IN,
) -> Iterator[Leaf]:
    """Yield the pages of a sheet one by one, numbered. They are counted first, and only a few remembered."""

    def each() -> Iterator[tuple[Sheet, LayoutOptions, Layout]]:
        made = each_sheet(run, spec, most=MOST_BOXES, extensions=extensions)
        return each_page(made, measure, options)

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
        yield Leaf(numbered, layout if numbered is sheet else lay_out(numbered, measure, own))


def _numbered(number: int, count: int) -> str:
    """Write a number so that names sort: at least two digits."""
    return f"{number:0{max(2, len(str(count)))}}"


def _pages(desk: _Desk, facts: Facts) -> Iterator[Path]:
    """Write the run as pages; what cells cost is said there too."""
    formats = [form for form in desk.spec.formats if form in RUN_WRITERS]
    if not formats:
        return
    prices, unit = priced(desk.costs())
    told = PageOptions(replace(facts, prices=prices, unit=unit))
    for form in formats:
        yield RUN_WRITERS[form](desk.run, desk.spec, desk.folder / f"{desk.stem}{RUN_SUFFIXES[form]}", told)


def _check(run: Run, spec: SheetSpec, extensions: Extensions) -> None:
    """Refuse a sheet of which something is not there. Raises UsageError."""
    parts_of(run.plan, spec)
    for form in spec.formats:
        if form not in FORMATS and form not in extensions.writers:
            there = ", ".join((*FORMATS, *extensions.writers))
            raise UsageError(f"{form!r} is no format of sheets; there are: {there}")
    fault = format_fault(spec)
    if fault is not None:
        raise UsageError(fault)


def _remove_stale(folder: Path, files: frozenset[Path], formats: Sequence[str]) -> None:
    name = re.compile(rf"sheet(-\d{{2,}}){{0,2}}\.({'|'.join(formats)})")
    for index in sorted(folder.glob(f"sheet*-html/{INDEX}")):
        if index not in files:
            remove_page_folder(index.parent)
    for path in sorted(folder.glob("sheet*")):
        if name.fullmatch(path.name) and path not in files:
            path.unlink()
