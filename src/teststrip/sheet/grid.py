"""How large the boxes are: one scale for all pictures of a page, columns and rows as large as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from teststrip.sheet.model import Box, Header, Sheet

_SQUARE = (512, 512)  # natural size of a box that neither shows nor expects a picture, on a page without any
_LOWEST_ROW = 48  # pixels: three lines of small text


@dataclass(frozen=True, slots=True)
class LayoutOptions:
    """Wishes in pixels. A page is made to fill `grid_width` by `grid_height` with its boxes, within the clamps.

    `cell_width` settles the width of the widest column, `page_width` that of a page; they override these, and
    `scale`, by which every picture is multiplied, overrides all. `most_pixels` and `longest_side` are where a page
    is split in two. `columns` and `rows` are the least widths and heights of these, one by one, and `gap` the
    least room between them: those of the other frames of an animation.
    """

    scale: float | None = None
    cell_width: int | None = None
    page_width: int | None = None
    grid_width: int = 1560
    grid_height: int = 3200
    narrowest: int = 96
    widest: int = 512
    alone: int = 768
    margin: int = 44
    least_width: int = 640
    most_pixels: int = 60_000_000
    longest_side: int = 30_000
    columns: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Nup:
    """How the pictures of one box stand: `across` in a line, each slot as large as the largest of them needs."""

    across: int
    down: int
    slot_width: int
    slot_height: int

    def size(self, gap: int) -> tuple[int, int]:
        """Width and height in pixels with `gap` between slots."""
        return (
            self.across * self.slot_width + (self.across - 1) * gap,
            self.down * self.slot_height + (self.down - 1) * gap,
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """Sizes in pixels: `scale` multiplies every picture; gaps stand before each column and row; the first is 0."""

    scale: float
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    column_gaps: tuple[int, ...]
    row_gaps: tuple[int, ...]
    gap: int
    slot_gap: int

    @property
    def width(self) -> int:
        """Width of all columns with their gaps."""
        return sum(self.columns) + sum(self.column_gaps)


def make_grid(sheet: Sheet, options: LayoutOptions) -> Grid:
    """Choose the scale and size the columns and rows of a sheet."""
    usual = _usual_size(sheet.boxes)
    known: dict[tuple[tuple[int, int], ...], Nup] = {}  # of thousands of boxes most are alike
    sizes = [_sizes(box, usual) for box in sheet.boxes]
    natural = [known.get(one) or known.setdefault(one, nup(one)) for one in sizes]
    at_columns, at_rows = [box.column for box in sheet.boxes], [box.row for box in sheet.boxes]
    column_widths = _largest(sheet.column_count, at_columns, [n.size(0)[0] for n in natural])
    row_heights = _largest(sheet.row_count, at_rows, [n.size(0)[1] for n in natural])
    most_across = max(n.across for n in known.values())
    scale = _scale(column_widths, row_heights, most_across, options)
    gap = _clamp(round(max(max(column_widths) * scale, *options.columns, 0) / 36), 4, 10)
    slot_gap = gap // 2
    if any(n.across * n.down > 1 for n in known.values()):
        gap *= 2
    gap = max(gap, options.gap)
    measured = {one: _shown(whole, one, scale).size(slot_gap) for one, whole in known.items()}
    shown = [measured[one] for one in sizes]
    columns = _largest(sheet.column_count, at_columns, [size[0] for size in shown])
    rows = _largest(sheet.row_count, at_rows, [size[1] for size in shown])
    return Grid(
        scale=scale,
        columns=tuple(max(options.narrowest, *sizes) for sizes in _at_least(columns, options.columns)),
        rows=tuple(max(_LOWEST_ROW, *sizes) for sizes in _at_least(rows, options.rows)),
        column_gaps=_gaps(sheet.cols, sheet.column_count, gap),
        row_gaps=_gaps(sheet.rows, sheet.row_count, gap),
        gap=gap,
        slot_gap=slot_gap,
    )


def nup(sizes: Sequence[tuple[int, int]]) -> Nup:
    """Arrange pictures in lines so that the whole is near to a square, and few slots stay empty."""
    if len(sizes) == 1:
        return Nup(1, 1, *sizes[0])
    width, height = max(w for w, _ in sizes), max(h for _, h in sizes)
    choices = [Nup(across, -(-len(sizes) // across), width, height) for across in range(1, len(sizes) + 1)]
    return min(
        choices, key=lambda choice: _oblongness(choice.size(0)) * (choice.across * choice.down / len(sizes)) ** 2
    )


def _shown(whole: Nup, sizes: Sequence[tuple[int, int]], scale: float) -> Nup:
    """Scale an arrangement as it is: arranged anew, sizes rounded to pixels might stand in other lines."""
    slots = [scaled(size, scale) for size in sizes]
    return replace(whole, slot_width=max(w for w, _ in slots), slot_height=max(h for _, h in slots))


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """Scale a picture's size; no side vanishes."""
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _oblongness(size: tuple[int, int]) -> float:
    return max(size) / min(size)


def _sizes(box: Box, usual: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    if box.pictures:
        return tuple((picture.width, picture.height) for picture in box.pictures)
    return (box.expected or usual,)


def _usual_size(boxes: Sequence[Box]) -> tuple[int, int]:
    """Find the size that most pictures have, the first of equals: what an excluded cell is taken to be."""
    sizes = [(picture.width, picture.height) for box in boxes for picture in box.pictures]
    sizes = sizes or [box.expected for box in boxes if box.expected] or [_SQUARE]
    counts: dict[tuple[int, int], int] = {}
    for size in sizes:
        counts[size] = counts.get(size, 0) + 1
    return max(counts, key=lambda size: counts[size])


def _scale(columns: Sequence[int], rows: Sequence[int], across: int, options: LayoutOptions) -> float:
    """Fill the wished-for area; keep the widest column within its clamps; never enlarge a picture."""
    if options.scale is not None:
        return options.scale
    if options.cell_width is not None:
        return min(1.0, options.cell_width / max(columns))
    alone = len(columns) == len(rows) == 1
    wish = options.alone if alone else options.grid_width * sqrt(across)
    fill = min(wish / sum(columns), options.grid_height / sum(rows))
    widest = (options.alone if alone else options.widest * sqrt(across)) / max(columns)
    narrowest = options.narrowest * across / max(columns)
    return min(1.0, max(narrowest, min(widest, fill)))


def _largest(count: int, places: Sequence[int], sizes: Sequence[int]) -> list[int]:
    largest = [1] * count
    for place, size in zip(places, sizes, strict=True):
        largest[place] = max(largest[place], size)
    return largest


def _at_least(sizes: Sequence[int], least: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(sizes, least or [0] * len(sizes), strict=True))


def _gaps(headers: Sequence[Header], count: int, gap: int) -> tuple[int, ...]:
    """Set apart what outer axes divide: the further out, the wider the gap before its groups."""
    gaps = [0] + [gap] * (count - 1)
    for level, header in enumerate(headers[:-1]):
        wide = round(gap * (1 + 2.5 * (len(headers) - 1 - level)))
        for label in header.labels:
            if label.start:
                gaps[label.start] = max(gaps[label.start], wide)
    return tuple(gaps)


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))
