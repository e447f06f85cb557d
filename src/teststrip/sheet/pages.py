"""Too large a page becomes several: split between rows or columns, never refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from teststrip.sheet.grid import LayoutOptions, make_grid
from teststrip.sheet.layout import lay_out
from teststrip.sheet.model import Box, Header, Label, Meaning, Sheet
from teststrip.sheet.placed import Layout, Measure


def lay_out_pages(
    sheets: Sequence[Sheet], measure: Measure, options: LayoutOptions | None = None
) -> tuple[tuple[Sheet, Layout], ...]:
    """Lay all pages out; one beyond the limits of `options` is halved until its parts are within them.

    The pages are numbered anew where one was split. A single box is as large as it is.
    """
    wishes = options or LayoutOptions()
    parts = [part for sheet in sheets for part in split(sheet, measure, wishes)]
    numbered = [
        (replace(part, page=number, pages=len(parts)), wish) for number, (part, wish) in enumerate(parts, 1)
    ]
    return tuple((part, lay_out(part, measure, wish)) for part, wish in numbered)


def split(sheet: Sheet, measure: Measure, options: LayoutOptions) -> tuple[tuple[Sheet, LayoutOptions], ...]:
    """Halve a page between rows or columns, where it is longest, until it is small enough.

    Each part says which rows and columns of the whole it has, and comes with the options to lay it out with:
    all parts show their pictures at the scale that the whole would have had.
    """
    if _is_small(lay_out(sheet, measure, options), options):
        return ((sheet, options),)
    kept = replace(options, scale=make_grid(sheet, options).scale)
    whole = _Window(0, sheet.row_count, 0, sheet.column_count)
    return tuple((_cut(sheet, window), kept) for window in _windows(sheet, whole, measure, kept))


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


def _windows(sheet: Sheet, window: _Window, measure: Measure, options: LayoutOptions) -> list[_Window]:
    layout = lay_out(_cut(sheet, window), measure, options)
    rows, columns = window.bottom - window.top, window.right - window.left
    if _is_small(layout, options) or rows * columns == 1:
        return [window]
    by_rows = rows > 1 and (layout.height >= layout.width or columns == 1)
    return [part for half in window.halves(by_rows=by_rows) for part in _windows(sheet, half, measure, options)]


def _cut(sheet: Sheet, window: _Window) -> Sheet:
    boxes = tuple(
        replace(box, row=box.row - window.top, column=box.column - window.left)
        for box in sheet.boxes
        if window.top <= box.row < window.bottom and window.left <= box.column < window.right
    )
    said = [
        f"{name} {start + 1}–{stop} of {count}"
        for name, start, stop, count in (
            ("rows", window.top, window.bottom, sheet.row_count),
            ("columns", window.left, window.right, sheet.column_count),
        )
        if stop - start < count
    ]
    rows = _headers(sheet.rows, window.top, window.bottom)
    cols = _headers(sheet.cols, window.left, window.right)
    return replace(
        sheet,
        rows=rows,
        cols=cols,
        meanings=_meanings(sheet, (*rows, *cols), boxes),
        row_count=window.bottom - window.top,
        column_count=window.right - window.left,
        boxes=boxes,
        part=", ".join(said),
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
