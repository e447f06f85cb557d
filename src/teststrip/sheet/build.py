"""From a run to the pages of a sheet: what its title, headers, boxes and foot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from teststrip.plan.model import Cell, Plan
from teststrip.plan.union import is_nowhere
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Run
from teststrip.sheet.arrange import Arrangement, Part, parts_of
from teststrip.sheet.boxes import Boxes, SizeOf, make_boxes
from teststrip.sheet.model import NO_CELL, Box, Header, Label, Setting, Sheet, Status, Whole
from teststrip.sheet.pictures import picture_size
from teststrip.sheet.places import Grid, Key, Window, boxes_across, grid_of, is_wrapped, leaves, windows
from teststrip.sheet.settings import say

_PROOF_NOTE: Final = (
    "Darkroom proof: drawn offline by a real sampler on a toy world. "
    "It shows what the settings do, not what the model would draw."
)


@dataclass(frozen=True, slots=True)
class _Order:
    """What sheets are made from: a plan, how its sheet is asked for, and what makes the boxes."""

    plan: Plan
    spec: SheetSpec
    boxes: Boxes


def make_sheets(run: Run, spec: SheetSpec, size_of: SizeOf = picture_size) -> tuple[Sheet, ...]:
    """Lay a run's cells out on pages as `spec` asks (or by the axes' sizes), one `Sheet` for each page.

    A row, column or page exists where at least one cell of the plan does, or one that was skipped, and no value
    is hidden. Reads nothing but the sizes of the pictures, through `size_of`. Raises UsageError when the
    spec names an axis that the plan does not have.
    """
    sheets = list(each_sheet(run, spec, size_of=size_of))
    return tuple(replace(sheet, page=number, pages=len(sheets)) for number, sheet in enumerate(sheets, 1))


def each_sheet(
    run: Run,
    spec: SheetSpec,
    *,
    size_of: SizeOf = picture_size,
    most: int | None = None,
    extensions: Extensions = BUILT_IN,
) -> Iterator[Sheet]:
    """Yield the pages of `make_sheets` one by one, without their numbers.

    One of more than `most` boxes comes in parts, so that no more than these are in memory at once. `extensions`
    has what captions may call.
    """
    order = _Order(run.plan, spec, make_boxes(run, spec.caption, size_of, extensions))
    for part in parts_of(run.plan, spec):
        for leaf in leaves(run.plan, part):
            grid = grid_of(run.plan, part.arrangement, leaf)
            for window in windows(run.plan, part.arrangement, grid, most):
                sheet = _make_page(order, part, grid, window)
                if sheet is not None:
                    yield sheet


def _make_page(order: _Order, part: Part, grid: Grid, window: Window) -> Sheet | None:
    """Make a page, or the part of one in a window; None where no cell stands."""
    plan, spec, arrangement, turning = order.plan, order.spec, part.arrangement, part.turning
    cells: dict[tuple[int, int], Cell] = {}
    for place in window.places():
        if (at := grid.cells.get(grid.number(place))) is not None:
            cells[place] = plan.cells[at]
    if not cells:
        return None
    first = next(iter(cells.values()))
    said = say(plan, list(cells.values()), (*arrangement.rows, *arrangement.cols, *turning))
    boxes, whole = _boxes(order, arrangement, grid, window, cells)
    wrapped = is_wrapped(arrangement, grid)
    rows, columns = boxes[-1].row + 1, max(box.column for box in boxes) + 1
    proof = plan.target.startswith("darkroom")
    return Sheet(
        title=spec.title or plan.title,
        rows=_headers(plan, arrangement.rows, [grid.rows[at] for at in window.rows]),
        cols=() if wrapped else _headers(plan, arrangement.cols, [grid.cols[at] for at in window.cols]),
        row_count=rows,
        column_count=columns,
        boxes=tuple(boxes),
        over_boxes=plan.axes[arrangement.cols[0]].name if wrapped else "",
        page_label=tuple(Setting(plan.axes[axis].name, plan.label(first, axis)) for axis in turning),
        part=whole.part(rows, columns),
        settings=said.settings,
        meanings=said.meanings,
        notes=(*spec.notes, *_notes(boxes, said.loose, proof=proof)),
        proof=proof,
        colophon=f"teststrip, plan {plan.digest[:12]}",
        author=spec.author or "",
        whole=whole,
    )


def _boxes(
    order: _Order, arrangement: Arrangement, grid: Grid, window: Window, cells: Mapping[tuple[int, int], Cell]
) -> tuple[list[Box], Whole]:
    """Make the boxes of a window, counted from its own corner, and say where in the page it stands."""
    wrapped = is_wrapped(arrangement, grid)
    top, left = window.rows.start, window.cols.start
    across = boxes_across(len(grid.cols)) if wrapped else len(grid.cols)
    axis = order.plan.axes[arrangement.cols[0]] if wrapped else None
    boxes = []
    for place in window.places():
        row, column, label = place[0] - top, place[1] - left, ""
        if axis is not None:
            label = axis.values[grid.cols[place[1]][0]].label
            row, column = divmod(column, across)
        cell = cells.get(place)
        if cell is not None:
            boxes.append(order.boxes.of((row, column), cell, label))
        else:
            boxes.append(order.boxes.none((row, column), grid.reasons.get(grid.number(place)), label))
    if wrapped:
        return boxes, Whole(left // across, -(-len(grid.cols) // across), 0, across)
    return boxes, Whole(top, len(grid.rows), left, len(grid.cols))


def _headers(plan: Plan, axes: Sequence[int], keys: Sequence[Key]) -> tuple[Header, ...]:
    """Name rows or columns, a header for each axis; a label spans neighbours that share it and all outer ones."""
    headers = []
    for level, axis in enumerate(axes):
        if all(is_nowhere(plan.axes[axis].values[key[level]]) for key in keys):
            continue  # of a union of grids, one that has no such axis
        labels: list[Label] = []
        for position, key in enumerate(keys):
            if position and keys[position - 1][: level + 1] == key[: level + 1]:
                labels[-1] = replace(labels[-1], span=labels[-1].span + 1)
            else:
                labels.append(Label(plan.axes[axis].values[key[level]].label.strip() or "(empty)", position, 1))
        headers.append(Header(plan.axes[axis].name, tuple(labels)))
    return tuple(headers)


def _notes(boxes: Sequence[Box], loose: Sequence[str], *, proof: bool) -> tuple[str, ...]:
    notes = [_PROOF_NOTE] if proof else []
    counts = {status: sum(1 for box in boxes if box.status is status) for status in Status}
    cells = len(boxes) - sum(counts[status] for status in NO_CELL)
    if counts[Status.DONE] < cells:
        others = [status for status in Status if status not in NO_CELL and counts[status]]
        told = ", ".join(f"{counts[status]} {status.value}" for status in others)
        notes.append(f"Of {cells} {'cell' if cells == 1 else 'cells'}: {told}.")
    if loose:
        notes.append(f"Differs from cell to cell with more than one axis: {', '.join(loose)}.")
    return tuple(notes)
