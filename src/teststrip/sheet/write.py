"""The sheets of a run on disk: every spec, every page, every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teststrip.base.sheets import ANIMATED, FORMATS
from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.run.costs import Cost, costs_of
from teststrip.run.model import Run
from teststrip.sheet.animate import bare, films, frame_options, write_film
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
from teststrip.sheet.wishes import MOST_BOXES, format_fault, wishes_of

PageWriter = Callable[[Layout, Path, Studio], Path]
"""Draws a layout into a file, in a studio whose typeface the layout was measured by."""

PAGE_WRITERS: Final[Mapping[str, PageWriter]] = {"png": write_png, "jpg": write_jpeg, "webp": write_webp}
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
    added: Mapping[str, Added]
    costs: Callable[[Run], Mapping[str, Cost]]

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
        return each_leaf(self.run, self.spec, self.studio.typeface.measure, wishes, self.added)


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
    Raises UsageError for an unknown format or axis, or one whose extra is missing, before anything is written.
    """
    wanted = specs or run.plan.sheets or (SheetSpec(),)
    for spec in wanted:
        _check(run, spec)
    typeface = Typeface()
    files: list[Path] = []
    with make_threads() as threads:
        for number, spec in enumerate(wanted, 1):
            stem = "sheet" if len(wanted) == 1 else f"sheet-{_numbered(number, len(wanted))}"
            studio = Studio(typeface, threads, THEMES[spec.theme])
            files += _written(_Desk(run, folder, spec, stem, studio, options, added or {}, costs))
    _remove_stale(folder, frozenset(files))
    return tuple(files)


def _written(desk: _Desk) -> Iterator[Path]:
    """Write one sheet in all its formats: pages, then documents, animations, tables."""
    formats = desk.spec.formats
    moving = [form for form in formats if desk.spec.animate is not None and form in ANIMATED]
    still = [form for form in formats if form in PAGE_WRITERS and form not in moving]
    for number, leaf in enumerate(desk.leaves() if still else (), 1):
        for form in still:
            yield PAGE_WRITERS[form](leaf.layout, desk.path(form, number, leaf.sheet.pages), desk.studio)
    if "pdf" in formats:
        yield write_pdf(desk.leaves(), desk.path("pdf"), desk.studio, links=desk.own)
    if moving:
        yield from _films(desk, moving)
    tables = [form for form in formats if form in TABLES]
    if tables:
        told = Told(desk.run, desk.costs(desk.run), desk.added, desk.folder if desk.own else None)
        for form in tables:
            yield write_table(form, told, desk.path(form))


def _films(desk: _Desk, moving: Sequence[str]) -> Iterator[Path]:
    """Write the animations of a sheet."""
    pages = map(bare, each_sheet(desk.run, desk.spec, added=desk.added, most=MOST_BOXES))
    laid = each_page(pages, desk.studio.typeface.measure, frame_options(desk.spec))
    made = films((Leaf(sheet, layout) for sheet, _, layout in laid), desk.spec.animate or "")
    for number, film in enumerate(made, 1):
        for form in moving:
            yield write_film(form, film, desk.path(form, number, len(made)), desk.studio)


def each_leaf(
    run: Run, spec: SheetSpec, measure: Measure, options: LayoutOptions, added: Mapping[str, Added]
) -> Iterator[Leaf]:
    """Yield the pages of a sheet one by one, numbered. They are counted first, and only a few remembered."""

    def each() -> Iterator[tuple[Sheet, LayoutOptions, Layout]]:
        return each_page(each_sheet(run, spec, added=added, most=MOST_BOXES), measure, options)

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


def _check(run: Run, spec: SheetSpec) -> None:
    """Refuse a sheet of which something is not there. Raises UsageError."""
    parts_of(run.plan, spec)
    for form in spec.formats:
        if form not in FORMATS:
            raise UsageError(f"{form!r} is no format of sheets; there are: {', '.join(FORMATS)}")
    fault = format_fault(spec)
    if fault is not None:
        raise UsageError(fault)


def _remove_stale(folder: Path, files: frozenset[Path]) -> None:
    name = re.compile(rf"sheet(-\d{{2,}}){{0,2}}\.({'|'.join(FORMATS)})")
    for path in sorted(folder.glob("sheet*")):
        if name.fullmatch(path.name) and path not in files:
            path.unlink()
