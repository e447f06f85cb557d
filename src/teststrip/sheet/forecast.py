"""What a plan's sheets will be, told before anything is sent: a limit met after paying is met too late.

Pages that are too large are split between rows or columns, so what cannot be drawn is what cannot be split: the
texts of a single cell that fill a page by themselves, and more pages than anybody looks at. Both are told from a
few cells and the axes' sizes, without a font and without building the boxes, whatever the number of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Final

from teststrip.base.sheets import UNPAGED
from teststrip.base.where import Path as Place
from teststrip.plan.model import Cell, Plan
from teststrip.provider.model import Provider
from teststrip.provider.price import size_of
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.arrange import WRAP_AT, Arrangement, Part, arrange, parts_of
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.layout import lay_out
from teststrip.sheet.model import Box, Header, Label, Picture, Setting, Sheet, Status
from teststrip.sheet.placed import Style
from teststrip.sheet.settings import say
from teststrip.sheet.wishes import format_fault, wishes_of

MOST_PAGES: Final = 10_000
_PROBES: Final = 1_000
_STEP: Final = 7_368_787  # a prime: its multiples meet the cells of a sweep in no rhythm of its axes
_MOST_TEXT: Final = 2_000_000  # characters: far beyond any page, and too long to break into lines for a forecast
_ACROSS: Final = 24  # columns: a page's lines of text get no longer beyond
_MOST_PICTURES: Final = 1_000
_GAP: Final = 10  # pixels: the widest between plain columns and rows
_SQUARE: Final = (512, 512)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A page as a grid: how many rows and columns, and the size of a picture in pixels."""

    rows: int
    columns: int
    width: int
    height: int


def sheet_faults(plan: Plan, provider: Provider) -> Iterator[tuple[Place, str]]:
    """Yield what would be wrong with the sheets of a plan, each with its place in the recipe."""
    for index, spec in enumerate(plan.sheets or (SheetSpec(),)):
        path: Place = ("sheets", index) if plan.sheets else ("axes",)
        for message in foresee(plan, spec, provider):
            yield path, message


def foresee(
    plan: Plan, spec: SheetSpec, provider: Provider, options: LayoutOptions | None = None
) -> Iterator[str]:
    """Yield what would be wrong with a sheet of a plan, each with what to do.

    The spec names axes of the plan only, each once.
    """
    if not plan.cells:
        return
    fault = (
        format_fault(spec) if spec.animate is not None or "gif" not in spec.formats else None
    )  # else told before
    if fault is not None:
        yield fault
    if UNPAGED.issuperset(spec.formats):
        return
    wishes = wishes_of(spec, options)
    arrangement = arrange(plan, spec)
    probes = _probes(plan.cells)
    width, height = _largest(provider, probes)
    shape = _shape(plan, arrangement, width, height)
    # Of several grids without a layout of their own, each has about a page where together they would have many.
    turned = min(sum(_turned(plan, part) for part in parts_of(plan, spec)), len(plan.cells))
    pages = turned * _parts(shape, wishes, {})
    if pages > MOST_PAGES:
        yield (
            f"this sheet would have about {pages:,} pages, and at most {MOST_PAGES:,} are drawn: "
            "put more axes into rows and cols, or sweep less"
        )
    cell = max(probes, key=lambda cell: sum(_words(plan, cell).values()))
    short = sum(_words(plan, cell).values()) <= _MOST_TEXT
    shown = (Picture(Path(), "", width, height),) * _count(cell, provider)
    line = _line_of(plan, spec, cell, min(shape.columns, _ACROSS), shown) if short else None
    yield from _too_long(plan, cell, line, wishes)


def _turned(plan: Plan, part: Part) -> int:
    """Return how many pages the axes of a part turn, at most."""
    return prod(len(plan.axes[axis].values) for axis in part.turning if axis or part.grid is None)


def _too_long(plan: Plan, cell: Cell, line: Sheet | None, wishes: LayoutOptions) -> Iterator[str]:
    """Tell of a cell whose words, together with one line of pictures, are more than a page."""
    words = _words(plan, cell)
    name, longest = max(words.items(), key=lambda word: word[1], default=("", 0))
    said = f"{name} has {longest:,} characters: shorten it"
    total = sum(words.values())
    if line is None:
        yield f"the texts of one cell, {total:,} characters, are more than a page of a sheet can hold; {said}"
        return
    layout = lay_out(line, _typewriter, wishes)
    if layout.pixels > wishes.most_pixels or max(layout.width, layout.height) > wishes.longest_side:
        yield (
            f"a page with one line of this sheet would be {layout.width:,} x {layout.height:,} pixels, and a page "
            f"has at most {wishes.longest_side:,} a side and {wishes.most_pixels:,} in all; {said}"
        )


def _probes(cells: Sequence[Cell]) -> list[Cell]:
    """Take some cells from all over a plan, the first and the last among them."""
    count = len(cells)
    if count <= _PROBES:
        return list(cells)
    places = {0, count - 1, *(number * _STEP % count for number in range(_PROBES))}
    return [cells[place] for place in sorted(places)]


def _words(plan: Plan, cell: Cell) -> dict[str, int]:
    """Count the characters of a cell's texts, by parameter, and by axis for the labels."""
    words = {name: len(value) for name, value in cell.request.items() if isinstance(value, str)}
    for position, axis in enumerate(plan.axes):
        name = axis.name if axis.name not in words else f"the label of {axis.name}"
        words[name] = len(plan.label(cell, position))
    words["title"] = len(plan.title)
    return words


def _largest(provider: Provider, probes: Sequence[Cell]) -> tuple[int, int]:
    """Find the largest width and height of pictures that requests ask for."""
    sizes = [size for cell in probes if (size := size_of(provider, cell.request))] or [_SQUARE]
    return max(1, *(width for width, _ in sizes)), max(1, *(height for _, height in sizes))


def _shape(plan: Plan, arrangement: Arrangement, width: int, height: int) -> _Shape:
    count = len(plan.cells)
    rows = min(prod(len(plan.axes[axis].values) for axis in arrangement.rows), count)
    columns = min(prod(len(plan.axes[axis].values) for axis in arrangement.cols), count)
    if arrangement.wraps and columns > WRAP_AT:
        rows = -(-columns // WRAP_AT)
        columns = -(-columns // rows)
    return _Shape(rows, columns, width, height)


def _parts(shape: _Shape, wishes: LayoutOptions, known: dict[tuple[int, int], int]) -> int:
    """Count the pages that a grid is split into: halved where it is longest until it is small enough."""
    if not known:
        shape = _scaled(shape, wishes)
    place = shape.rows, shape.columns
    if place in known:
        return known[place]
    width = shape.columns * (shape.width + _GAP) + 2 * wishes.margin
    height = shape.rows * (shape.height + _GAP) + 2 * wishes.margin
    small = width * height <= wishes.most_pixels and max(width, height) <= wishes.longest_side
    known[place] = 1  # a single box is as large as it is
    if not small and place != (1, 1):
        by_rows = shape.rows > 1 and (height >= width or shape.columns == 1)
        side = shape.rows if by_rows else shape.columns
        sides = side // 2, -(-side // 2)
        halves = [replace(shape, rows=half) if by_rows else replace(shape, columns=half) for half in sides]
        known[place] = sum(_parts(half, wishes, known) for half in halves)
    return known[place]


def _scaled(shape: _Shape, wishes: LayoutOptions) -> _Shape:
    """Return the shape with its pictures as large as the grid will show them (see `grid.make_grid`)."""
    wish = min(wishes.grid_width / (shape.columns * shape.width), wishes.grid_height / (shape.rows * shape.height))
    scale = min(1.0, max(wishes.narrowest / shape.width, min(wishes.widest / shape.width, wish)))
    if wishes.cell_width is not None:
        scale = min(1.0, wishes.cell_width / shape.width)
    elif wishes.page_width is not None:
        scale = min(1.0, max(1, wishes.page_width - 2 * wishes.margin) / (shape.columns * shape.width))
    width, height = max(wishes.narrowest, round(shape.width * scale)), max(1, round(shape.height * scale))
    return replace(shape, width=width, height=height)


def _line_of(plan: Plan, spec: SheetSpec, cell: Cell, across: int, pictures: tuple[Picture, ...]) -> Sheet:
    """Make a page of one line of boxes, all like the cell, with all the words that the cell brings along."""
    arrangement = arrange(plan, spec)
    wrapped = arrangement.wraps and len(plan.axes[arrangement.cols[0]].values) > WRAP_AT
    turning = tuple(axis for axis in arrangement.pages if len(plan.axes[axis].values) > 1)
    said = say(plan, [cell], (*arrangement.rows, *arrangement.cols, *turning))
    label = plan.label(cell, arrangement.cols[0]) if wrapped else ""
    return Sheet(
        title=spec.title or plan.title,
        rows=_headers(plan, arrangement.rows, cell),
        cols=() if wrapped else _headers(plan, arrangement.cols, cell),
        row_count=1,
        column_count=across,
        boxes=tuple(Box(0, column, Status.DONE, pictures, label=label) for column in range(across)),
        page_label=tuple(Setting(plan.axes[axis].name, plan.label(cell, axis)) for axis in turning),
        settings=said.settings,
        meanings=said.meanings,
    )


def _headers(plan: Plan, axes: Sequence[int], cell: Cell) -> tuple[Header, ...]:
    return tuple(Header(plan.axes[axis].name, (Label(plan.label(cell, axis) or "-", 0, 1),)) for axis in axes)


def _count(cell: Cell, provider: Provider) -> int:
    """Return how many pictures a request asks for."""
    wanted = cell.request.get(provider.roles.count or "")
    return max(1, min(wanted, _MOST_PICTURES)) if isinstance(wanted, int) else 1


def _typewriter(text: str, style: Style, /) -> float:
    """Measure as if all letters were equally wide: half their size, those of scripts without spaces all of it."""
    narrow = len(text) if text.isascii() else sum(sign < "\u1100" for sign in text)
    return style.size * (0.52 * narrow + (len(text) - narrow))
