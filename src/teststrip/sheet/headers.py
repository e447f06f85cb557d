"""The headers of a page in their places: above the grid, and at its left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teststrip.sheet.blocks import block
from teststrip.sheet.labels import SetHeader, Tools, set_column_header
from teststrip.sheet.model import Header, Sheet
from teststrip.sheet.placed import Align, Area, Block, Rule, Type
from teststrip.sheet.tracks import Tracks


@dataclass(frozen=True, slots=True)
class Headings:
    """Blocks and rules, and the first pixel row below them."""

    blocks: tuple[Block, ...]
    rules: tuple[Rule, ...]
    bottom: int


def set_above(sheet: Sheet, columns: Tracks, top: int, right: int, kind: Type, tools: Tools) -> Headings:
    """Set the column headers from `top` down, each axis's name over its labels; names end before `right`."""
    blocks: list[Block] = []
    rules: list[Rule] = []
    headers = sheet.cols or ((Header(sheet.over_boxes, ()),) if sheet.over_boxes else ())
    left = columns.lefts[0]
    for header in headers:
        spans = [columns.columns(label.start, label.span) for label in header.labels]
        done = set_column_header(header, [width for _, width in spans], right - left, kind, tools)
        name = [(line, kind.axis) for line in done.name]
        area = Area(left, top, right - left, len(name) * kind.axis.leading)
        blocks.append(block("axis", area, name))
        top = area.bottom
        for (x, width), lines in zip(spans, done.lines, strict=True):
            area = Area(x, top, width, done.height)
            blocks.append(
                block("column", area, [(line, done.style) for line in lines], align="middle", stand="bottom")
            )
        top += done.height
        if header is not headers[-1]:
            top += kind.base // 5
            rules += [Rule(Area(x, top, width, 1)) for x, width in spans]
            top += kind.base // 3
    return Headings(tuple(blocks), tuple(rules), top)


def names_height(sides: Sequence[SetHeader], kind: Type) -> int:
    """Height in pixels of the axes' names over the labels at the left."""
    return max((len(side.name) for side in sides), default=0) * kind.axis.leading


def set_beside(sides: Sequence[SetHeader], tracks: Tracks, left: int, bottom: int, kind: Type) -> Headings:
    """Set the row headers from `left` on, outermost first; the axes' names stand on `bottom`, above the grid.

    Numbers stand at the right of their column of labels. A label of several rows stands beside the first one,
    and a hairline over it tells where its rows begin.
    """
    blocks: list[Block] = []
    rules: list[Rule] = []
    height = names_height(sides, kind)
    grid_right = tracks.lefts[-1] + tracks.widths[-1]
    for level, side in enumerate(sides):
        align: Align = "right" if side.numeric else "left"
        name = [(line, kind.axis) for line in side.name]
        area = Area(left, bottom - height, side.width, height)
        blocks.append(block("axis", area, name, align=align, stand="bottom"))
        innermost = level == len(sides) - 1
        for label, lines in zip(side.header.labels, side.lines, strict=True):
            area = Area(left, tracks.tops[label.start], side.width, tracks.heights[label.start])
            text = [(line, side.style) for line in lines]
            blocks.append(block("row", area, text, align=align, stand="middle"))
            if not innermost and label.start:
                middle = (tracks.ends[label.start - 1] + tracks.starts[label.start]) // 2
                rules.append(Rule(Area(left, middle, grid_right - left, 1)))
        left += side.width + kind.base
    return Headings(tuple(blocks), tuple(rules), bottom)
