"""Too large a page becomes several: split between rows or columns, never refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.layout import lay_out
from teststrip.sheet.model import Header, Label, Sheet
from teststrip.sheet.placed import Layout, Measure


def lay_out_pages(
    sheets: Sequence[Sheet], measure: Measure, options: LayoutOptions | None = None
) -> tuple[tuple[Sheet, Layout], ...]:
    """Lay all pages out; one beyond the limits of `options` is halved until its parts are within them.

    The parts are numbered anew. A single box is as large as it is.
    """
    wishes = options or LayoutOptions()
    parts = [part for sheet in sheets for part in split(sheet, measure, wishes)]
    numbered = [replace(part, page=number, pages=len(parts)) for number, part in enumerate(parts, 1)]
    return tuple((part, lay_out(part, measure, wishes)) for part in numbered)


def split(sheet: Sheet, measure: Measure, options: LayoutOptions) -> tuple[Sheet, ...]:
    """Halve a page between rows (or columns, where there are more pixels that way) until it is small enough."""
    layout = lay_out(sheet, measure, options)
    small = layout.pixels <= options.most_pixels and max(layout.width, layout.height) <= options.longest_side
    if small or sheet.row_count * sheet.column_count == 1:
        return (sheet,)
    by_rows = sheet.row_count > 1 and (layout.height >= layout.width or sheet.column_count == 1)
    count = sheet.row_count if by_rows else sheet.column_count
    halves = ((0, count // 2), (count // 2, count))
    return tuple(
        part
        for start, stop in halves
        for part in split(_slice(sheet, start, stop, by_rows=by_rows), measure, options)
    )


def _slice(sheet: Sheet, start: int, stop: int, *, by_rows: bool) -> Sheet:
    if by_rows:
        boxes = [replace(box, row=box.row - start) for box in sheet.boxes if start <= box.row < stop]
        sliced = replace(sheet, rows=_headers(sheet.rows, start, stop), row_count=stop - start, boxes=tuple(boxes))
    else:
        boxes = [replace(box, column=box.column - start) for box in sheet.boxes if start <= box.column < stop]
        sliced = replace(
            sheet, cols=_headers(sheet.cols, start, stop), column_count=stop - start, boxes=tuple(boxes)
        )
    return sliced


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
