"""Too large a page becomes several: split between rows or columns, never refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from teststrip.sheet.grid import Grid, LayoutOptions, make_grid
from teststrip.sheet.layout import lay_out, settled
from teststrip.sheet.model import Box, Header, Label, Meaning, Sheet, Whole
from teststrip.sheet.placed import Layout, Measure
from teststrip.sheet.readable import readable


def lay_out_pages(
    sheets: Iterable[Sheet], measure: Measure, options: LayoutOptions | None = None
) -> tuple[tuple[Sheet, Layout], ...]:
    """Lay all pages out; one beyond the limits of `options` is halved until its parts are within them.

    The pages are numbered anew where one was split. A single box is as large as it is.
    """
    parts = [(part, wishes) for part, wishes, _ in each_page(sheets, measure, options)]
    numbered = [numbered_as(part, number, len(parts)) for number, (part, _) in enumerate(parts, 1)]
    return tuple((part, lay_out(part, measure, parts[at][1])) for at, part in enumerate(numbered))


def numbered_as(sheet: Sheet, page: int, pages: int) -> Sheet:
    """Return a page with its number."""
    return sheet if (sheet.page, sheet.pages) == (page, pages) else replace(sheet, page=page, pages=pages)


def each_page(
    sheets: Iterable[Sheet], measure: Measure, options: LayoutOptions | None = None
) -> Iterator[tuple[Sheet, LayoutOptions, Layout]]:
    """Yield the pages one by one, split where need be, each with the options to lay it out with and as laid out.

    All parts of a page show their pictures at one scale. What is yielded has the page numbers of the whole.
    """
    wishes = options or LayoutOptions()
    scale: float | None = wishes.scale
    for sheet in sheets:
        continues = sheet.whole is not None and (sheet.whole.row or sheet.whole.column)
        if not continues:
            scale = wishes.scale
        for part, kept, layout in split(sheet, measure, replace(wishes, scale=scale)):
            scale = layout.scale
            yield part, kept, layout


def split(sheet: Sheet, measure: Measure, options: LayoutOptions) -> Iterator[tuple[Sheet, LayoutOptions, Layout]]:
    """Halve a page between rows or columns, where it is longest, until it is small enough.

    Each part says which rows and columns of the whole it has, and comes with the options to lay it out with:
    all parts show their pictures at the scale that the whole would have had.
    """
    options = settled(readable(sheet), measure, options)
    grid = make_grid(sheet, options)
    if _may_fit(grid, options):
        layout = lay_out(sheet, measure, options)
        if _is_small(layout, options):
            yield sheet, options, layout
            return
    kept = replace(options, scale=grid.scale)
    whole = _Window(0, sheet.row_count, 0, sheet.column_count)
    for part, layout in _windows(sheet, whole, measure, kept):
        yield part, kept, layout


def _may_fit(grid: Grid, options: LayoutOptions) -> bool:
    """Tell whether a page can be small enough, going by its pictures alone."""
    width, height = grid.width, sum(grid.rows) + sum(grid.row_gaps)
    return width * height <= options.most_pixels and max(width, height) <= options.longest_side


def _is_small(layout: Layout, options: LayoutOptions) -> bool:
    return layout.pixels <= options.most_pixels and max(layout.width, layout.height) <= options.longest_side


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows and columns of a sheet; the stops are the first ones beyond."""

    top: int
    bottom: int
    left: int
    right: int

    def halves(self, *, by_rows: bool) -> tuple[_Window, _Window]:
        if by_rows:
            middle = (self.top + self.bottom) // 2
            return replace(self, bottom=middle), replace(self, top=middle)
        middle = (self.left + self.right) // 2
        return replace(self, right=middle), replace(self, left=middle)


def _windows(
    sheet: Sheet, window: _Window, measure: Measure, options: LayoutOptions
) -> Iterator[tuple[Sheet, Layout]]:
    part = _cut(sheet, window)
    rows, columns = window.bottom - window.top, window.right - window.left
    grid = make_grid(part, options)
    width, height = grid.width, sum(grid.rows) + sum(grid.row_gaps)
    if _may_fit(grid, options) or rows * columns == 1:
        layout = lay_out(part, measure, options)
        if _is_small(layout, options) or rows * columns == 1:
            yield part, layout
            return
        width, height = layout.width, layout.height
    by_rows = rows > 1 and (height >= width or columns == 1)
    for half in window.halves(by_rows=by_rows):
        yield from _windows(sheet, half, measure, options)


def _cut(sheet: Sheet, window: _Window) -> Sheet:
    boxes = tuple(
        replace(box, row=box.row - window.top, column=box.column - window.left)
        for box in sheet.boxes
        if window.top <= box.row < window.bottom and window.left <= box.column < window.right
    )
    whole = sheet.whole or Whole(0, sheet.row_count, 0, sheet.column_count)
    whole = replace(whole, row=whole.row + window.top, column=whole.column + window.left)
    rows = _headers(sheet.rows, window.top, window.bottom)
    cols = _headers(sheet.cols, window.left, window.right)
    row_count, column_count = window.bottom - window.top, window.right - window.left
    return replace(
        sheet,
        rows=rows,
        cols=cols,
        meanings=_meanings(sheet, (*rows, *cols), boxes),
        row_count=row_count,
        column_count=column_count,
        boxes=boxes,
        part=whole.part(row_count, column_count),
        whole=whole,
    )


def _meanings(sheet: Sheet, headers: Sequence[Header], boxes: Sequence[Box]) -> tuple[Meaning, ...]:
    """Keep what is said of labels that stand on the part; of others it would only fill it."""
    standing = {header.axis: {label.text for label in header.labels} for header in headers}
    if sheet.over_boxes:
        standing[sheet.over_boxes] = {box.label.strip() or "(empty)" for box in boxes}
    return tuple(
        meaning
        for meaning in sheet.meanings
        if meaning.axis not in standing or (meaning.label.strip() or "(empty)") in standing[meaning.axis]
    )


def _headers(headers: Sequence[Header], start: int, stop: int) -> tuple[Header, ...]:
    return tuple(
        Header(
            header.axis,
            tuple(
                Label(
                    label.text,
                    max(label.start, start) - start,
                    min(label.start + label.span, stop) - max(label.start, start),
                )
                for label in header.labels
                if label.start < stop and label.start + label.span > start
            ),
        )
        for header in headers
    )
