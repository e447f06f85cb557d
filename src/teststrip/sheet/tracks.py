"""Where the columns and rows of a page stand, with room for the words over and under the boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from teststrip.sheet.blocks import block
from teststrip.sheet.grid import Grid
from teststrip.sheet.labels import Tools, set_short
from teststrip.sheet.model import Box, Sheet
from teststrip.sheet.placed import Area, Block, Type


@dataclass(frozen=True, slots=True)
class Words:
    """The lines over (labels) and under (captions) every box, and the pixels that each row keeps for them."""

    labels: tuple[tuple[str, ...], ...]
    captions: tuple[tuple[str, ...], ...]
    over: tuple[int, ...]
    under: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tracks:
    """Left and width of each column; top and height of each row, and where its words start and end."""

    lefts: tuple[int, ...]
    widths: tuple[int, ...]
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def bottom(self) -> int:
        """First pixel row below the grid and its words."""
        return self.ends[-1]

    def columns(self, start: int, span: int) -> tuple[int, int]:
        """Left and width of neighbouring columns together."""
        last = start + span - 1
        return self.lefts[start], self.lefts[last] + self.widths[last] - self.lefts[start]

    def area(self, box: Box) -> Area:
        """Return the place of a box."""
        return Area(self.lefts[box.column], self.tops[box.row], self.widths[box.column], self.heights[box.row])


def make_tracks(grid: Grid, words: Words, left: int, top: int) -> Tracks:
    """Place columns from `left` on and rows from `top` on."""
    outer = [over + height + under for over, height, under in zip(words.over, grid.rows, words.under, strict=True)]
    starts = _starts(top, outer, _row_gaps(grid, words))
    return Tracks(
        lefts=_starts(left, grid.columns, grid.column_gaps),
        widths=grid.columns,
        tops=tuple(start + over for start, over in zip(starts, words.over, strict=True)),
        heights=grid.rows,
        starts=starts,
        ends=tuple(start + size for start, size in zip(starts, outer, strict=True)),
    )


def make_words(sheet: Sheet, grid: Grid, kind: Type, tools: Tools) -> Words:
    """Break the labels and captions of all boxes to the widths of their columns."""
    labels = tuple(set_short(box.label, grid.columns[box.column], kind.label, tools) for box in sheet.boxes)
    captions = tuple(set_short(box.caption, grid.columns[box.column], kind.caption, tools) for box in sheet.boxes)
    over, under = [0] * sheet.row_count, [0] * sheet.row_count
    for box, label, caption in zip(sheet.boxes, labels, captions, strict=True):
        over[box.row] = max(over[box.row], len(label))
        under[box.row] = max(under[box.row], len(caption))
    return Words(
        labels=labels,
        captions=captions,
        over=tuple(_room(count, kind.label.leading, kind.base) for count in over),
        under=tuple(_room(count, kind.caption.leading, kind.base) for count in under),
    )


def set_words(sheet: Sheet, words: Words, tracks: Tracks, kind: Type) -> list[Block]:
    """Place the words over and under the boxes."""
    blocks = []
    air = _air(kind.base)
    for box, label, caption in zip(sheet.boxes, words.labels, words.captions, strict=True):
        place = tracks.area(box)
        over, under = words.over[box.row], words.under[box.row]
        if label:
            area = Area(place.x, place.y - over, place.width, over - air)
            blocks.append(
                block("label", area, [(line, kind.label) for line in label], align="middle", stand="bottom")
            )
        if caption:
            area = Area(place.x, place.bottom + air, place.width, under - air)
            blocks.append(block("caption", area, [(line, kind.caption) for line in caption], align="middle"))
    return blocks


def _row_gaps(grid: Grid, words: Words) -> tuple[int, ...]:
    """Keep a row's words away from the next row's pictures, so that each is read with its own."""
    before = (0, *words.under[:-1])
    return tuple(
        gap + (grid.row_gaps[-1] * 2 if row and (words.over[row] or before[row]) else 0)
        for row, gap in enumerate(grid.row_gaps)
    )


def _room(lines: int, leading: int, base: int) -> int:
    return lines * leading + _air(base) if lines else 0


def _air(base: int) -> int:
    return base // 4


def _starts(first: int, sizes: Sequence[int], gaps: Sequence[int]) -> tuple[int, ...]:
    ends = accumulate(size + gap for size, gap in zip(sizes, gaps, strict=True))
    return tuple(first + end - size for end, size in zip(ends, sizes, strict=True))
