"""The geometry of a sheet, pure: every box, picture, line and rule of a page in pixels.

From top to bottom: title, page label, column headers (outermost axis first, each under its axis's name), the
grid with the row headers at its left, the foot. All pictures of a page share one scale and keep their aspect;
a column is as wide as its widest box and a row as high as its highest, so pictures of different sizes stand
centred in them, uncut. A text that does not fit its place stands in the legend, whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from teststrip.sheet.blocks import block, set_reason, wrapped
from teststrip.sheet.foot import set_foot
from teststrip.sheet.grid import Grid, LayoutOptions, make_grid, nup, scaled
from teststrip.sheet.headers import names_height, set_above, set_beside
from teststrip.sheet.labels import SetHeader, Tools, set_row_header
from teststrip.sheet.legend import Legend
from teststrip.sheet.model import Box, Sheet
from teststrip.sheet.placed import Area, Block, Layout, Mat, Measure, Print, Type
from teststrip.sheet.readable import readable
from teststrip.sheet.tracks import make_tracks, make_words, set_words

_TRIES = 8  # after which the width is met within a few pixels, and not passed
_LEAST_SCALE = 0.01
_SIDE_LIMITS = (200, 420)  # pixels: the widest column of row labels, by the width of the grid


def lay_out(sheet: Sheet, measure: Measure, options: LayoutOptions | None = None) -> Layout:
    """Lay one page out. `measure` tells the width of a line of text; nothing is read or drawn."""
    sheet = readable(sheet)
    wishes = settled(sheet, measure, options or LayoutOptions())
    grid = make_grid(sheet, wishes)
    kind = _type(grid)
    tools = measure, Legend()
    margin = wishes.margin
    words = make_words(sheet, grid, kind, tools)
    sides = _sides(sheet, grid, kind, tools)
    left = margin + _width(sides, kind)
    width = max(wishes.page_width or wishes.least_width, left + grid.width + margin)
    title = _title(sheet, Area(margin, margin, width - 2 * margin, 0), kind, measure)
    top = max((placed.area.bottom + round(kind.base * 0.8) for placed in title), default=margin)
    above = set_above(sheet, make_tracks(grid, words, left, 0), top, width - margin, kind, tools)
    names_bottom = max(above.bottom, top + names_height(sides, kind))
    tracks = make_tracks(grid, words, left, names_bottom + (round(kind.base * 0.4) if names_bottom > top else 0))
    beside = set_beside(sides, tracks, margin, names_bottom, kind)
    areas = tuple(tracks.area(box) for box in sheet.boxes)
    reasons, mats = _reasons(sheet, areas, kind, tools)
    foot_area = Area(margin, tracks.bottom + round(kind.base * 1.5), width - 2 * margin, 0)
    foot = set_foot(sheet, foot_area, kind, tools)
    return Layout(
        width=width,
        height=foot.bottom + round(margin * 0.8),
        title=sheet.title,
        type=kind,
        scale=grid.scale,
        boxes=areas,
        prints=tuple(
            done for box, area in zip(sheet.boxes, areas, strict=True) for done in _prints(box, area, grid)
        ),
        mats=tuple(mats),
        rules=(*above.rules, *beside.rules, *foot.rules),
        blocks=(
            *title,
            *above.blocks,
            *beside.blocks,
            *set_words(sheet, words, tracks, kind),
            *reasons,
            *foot.blocks,
        ),
    )


def settled(sheet: Sheet, measure: Measure, options: LayoutOptions) -> LayoutOptions:
    """Turn the width of a page, where one is asked for, into the scale of its pictures; none is enlarged.

    The labels at the side take room by the height of their rows, which the scale decides: so it is tried, and
    tried again with what was left.
    """
    if options.page_width is None or options.scale is not None or options.cell_width is not None:
        return options
    scale, best = 1.0, 0.0
    for _ in range(_TRIES):
        grid = make_grid(sheet, replace(options, scale=scale))
        kind = _type(grid)
        beside = _width(_sides(sheet, grid, kind, (measure, Legend())), kind) + 2 * options.margin
        over = beside + grid.width - options.page_width
        if over <= 0:
            best = max(best, scale)
        if over == 0 or (over < 0 and scale == 1.0):
            break
        scale = max(_LEAST_SCALE, min(1.0, scale - scale * over / sum(grid.columns)))
    return replace(options, scale=best or scale)


def _type(grid: Grid) -> Type:
    return Type(max(15, min(22, round(12 + max(grid.columns) / 32))))


def _width(sides: Sequence[SetHeader], kind: Type) -> int:
    return sum(side.width + kind.base for side in sides)


def _title(sheet: Sheet, room: Area, kind: Type, measure: Measure) -> list[Block]:
    page = "   ".join([*(f"{said.name}: {said.value}" for said in sheet.page_label), sheet.part]).strip()
    lines = [
        (line, style)
        for text, style in ((sheet.title, kind.title), (page, kind.page))
        if text
        for line in wrapped(text, room.width, style, measure)
    ]
    height = sum(style.leading for _, style in lines)
    return [block("title", Area(room.x, room.y, room.width, height), lines)] if lines else []


def _sides(sheet: Sheet, grid: Grid, kind: Type, tools: Tools) -> list[SetHeader]:
    low, high = _SIDE_LIMITS
    limit = max(low, min(high, grid.width * 3 // 10))
    return [
        set_row_header(header, [grid.rows[label.start] for label in header.labels], limit, kind, tools)
        for header in sheet.rows
    ]


def _prints(box: Box, area: Area, grid: Grid) -> list[Print]:
    """Place a box's pictures: n-up, the whole centred in its box and each picture centred in its slot."""
    if not box.pictures:
        return []
    sizes = [scaled((picture.width, picture.height), grid.scale) for picture in box.pictures]
    if len(sizes) == 1:
        width, height = sizes[0]
        x, y = area.x + (area.width - width) // 2, area.y + (area.height - height) // 2
        return [Print(Area(x, y, width, height), box.pictures[0])]
    plan = nup([(picture.width, picture.height) for picture in box.pictures])
    slot_width, slot_height = max(w for w, _ in sizes), max(h for _, h in sizes)
    step_x, step_y = slot_width + grid.slot_gap, slot_height + grid.slot_gap
    left = area.x + (area.width - plan.across * step_x + grid.slot_gap) // 2
    top = area.y + (area.height - plan.down * step_y + grid.slot_gap) // 2
    prints = []
    for position, (picture, (width, height)) in enumerate(zip(box.pictures, sizes, strict=True)):
        x = left + position % plan.across * step_x + (slot_width - width) // 2
        y = top + position // plan.across * step_y + (slot_height - height) // 2
        prints.append(Print(Area(x, y, width, height), picture))
    return prints


def _reasons(sheet: Sheet, areas: Sequence[Area], kind: Type, tools: Tools) -> tuple[list[Block], list[Mat]]:
    """Say in every box without a picture why it has none; a reason that does not fit goes to the legend."""
    measure, legend = tools
    blocks, mats = [], []
    for box, area in zip(sheet.boxes, areas, strict=True):
        if box.pictures:
            continue
        mats.append(Mat(area, box.status))
        whole = set_reason(area, (box.status.value, box.reason), box.status, kind, measure)
        blocks.append(whole or _referred(box, area, kind, (measure, legend)))
    return blocks, mats


def _referred(box: Box, area: Area, kind: Type, tools: Tools) -> Block:
    measure, legend = tools
    if box.reason:
        under_word = set_reason(area, (box.status.value, legend.mark(box.reason)), box.status, kind, measure)
        if under_word:
            legend.refer(box.reason)
            return under_word
    told = f"{box.status.value}: {box.reason}" if box.reason else box.status.value
    bare = set_reason(area, (legend.refer(told), ""), box.status, kind, measure)
    return bare or block("reason", area, [(legend.refer(told), kind.reason)], align="middle", stand="middle")
