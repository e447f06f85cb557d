"""From a run to the pages of a sheet: which cell stands where, what every box and the footer say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from teststrip.base.json import ABSENT, Json
from teststrip.plan.files import with_names
from teststrip.plan.model import Cell, Plan, Reason
from teststrip.plan.union import is_nowhere
from teststrip.recipe.model import SheetSpec
from teststrip.recipe.templates import TemplateFault, render
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.arrange import WRAP_AT, Arrangement, Part, parts_of, shown_cells, skipped_places
from teststrip.sheet.model import NO_CELL, Box, Header, Label, Picture, Setting, Sheet, Status
from teststrip.sheet.pictures import picture_size
from teststrip.sheet.settings import say

SizeOf = Callable[[Path], tuple[int, int] | None]
"""Reads a picture's width and height in pixels; None if it cannot be read."""

Key = tuple[int, ...]
Coordinates = tuple[int, ...]

_SQUARE: Final = (512, 512)  # shown where neither a picture nor its request tells a size
_SIZE: Final = re.compile(r"(\d{1,5})[x*×](\d{1,5})")
_STATUS: Final = {
    State.PLANNED: Status.PLANNED,
    State.INTENT: Status.WAITING,
    State.SUBMITTED: Status.WAITING,
    State.FETCHED: Status.WAITING,
    State.DONE: Status.DONE,
    State.FAILED: Status.FAILED,
    State.MODERATED: Status.MODERATED,
    State.CANCELLED: Status.CANCELLED,
    State.UNCERTAIN: Status.UNCERTAIN,
}
_ABSENCE: Final = {"skip": Status.SKIPPED, "where": Status.LEFT_OUT, "sample": Status.UNSAMPLED}
_WAITING_REASON: Final = "sent, its pictures not yet here"
_PROOF_NOTE: Final = (
    "Darkroom proof: drawn offline by a real sampler on a toy world. "
    "It shows what the settings do, not what the model would draw."
)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The places of one page: cells by row and column, and the keys that name them, in order."""

    rows: tuple[Key, ...]
    cols: tuple[Key, ...]
    cells: Mapping[tuple[int, int], Cell]
    reasons: Mapping[tuple[int, int], Reason]  # why a place has no cell, where that is known


@dataclass(frozen=True, slots=True)
class _Page:
    """The cells of one page, and the places on it that keep a box though they were skipped."""

    cells: Sequence[Cell]
    skipped: Sequence[Coordinates]


def make_sheets(run: Run, spec: SheetSpec, size_of: SizeOf = picture_size) -> tuple[Sheet, ...]:
    """Lay a run's cells out on pages as `spec` asks (or by the axes' sizes), one `Sheet` for each page.

    A row, column or page exists where at least one cell of the plan does, or one that was skipped, and no value
    is hidden. Reads nothing but the sizes of the pictures, through `size_of`. Raises UsageError when the spec
    names an axis that the plan does not have.
    """
    plan = run.plan
    sheets: list[Sheet] = []
    for part in parts_of(plan, spec):
        pages: dict[Key, list[Cell]] = {}
        skipped: dict[Key, list[Coordinates]] = {}
        for cell in shown_cells(plan):
            if part.grid is None or part.grid == cell.coordinates[0]:
                pages.setdefault(_key(cell.coordinates, part.arrangement.pages), []).append(cell)
        for place in skipped_places(plan):
            skipped.setdefault(_key(place, part.arrangement.pages), []).append(place)
        sheets += [
            _make_page(run, spec, part, _Page(pages[key], skipped.get(key, [])), size_of) for key in sorted(pages)
        ]
    return tuple(replace(sheet, page=number, pages=len(sheets)) for number, sheet in enumerate(sheets, 1))


def _make_page(run: Run, spec: SheetSpec, part: Part, page: _Page, size_of: SizeOf) -> Sheet:
    plan, cells, arrangement, turning = run.plan, page.cells, part.arrangement, part.turning
    grid = _grid(plan, arrangement, page)
    said = say(plan, cells, (*arrangement.rows, *arrangement.cols, *turning))
    wrapped = _is_wrapped(arrangement, grid)
    boxes = [_box(run, spec, grid, place, size_of) for place in _places(grid)]
    if wrapped:
        boxes = _wrapped(boxes, [plan.axes[arrangement.cols[0]].values[key[0]].label for key in grid.cols])
    proof = plan.target.startswith("darkroom")
    return Sheet(
        title=spec.title or plan.title,
        rows=_headers(plan, arrangement.rows, grid.rows),
        cols=() if wrapped else _headers(plan, arrangement.cols, grid.cols),
        row_count=boxes[-1].row + 1,
        column_count=max(box.column for box in boxes) + 1,
        boxes=tuple(boxes),
        over_boxes=plan.axes[arrangement.cols[0]].name if wrapped else "",
        page_label=tuple(Setting(plan.axes[axis].name, plan.label(cells[0], axis)) for axis in turning),
        settings=said.settings,
        meanings=said.meanings,
        notes=_notes(boxes, said.loose, proof=proof),
        proof=proof,
        colophon=f"teststrip, plan {plan.digest[:12]}",
    )


def _key(coordinates: Coordinates, axes: Sequence[int]) -> Key:
    return tuple(coordinates[axis] for axis in axes)


def _grid(plan: Plan, arrangement: Arrangement, page: _Page) -> _Grid:
    shown = [*(cell.coordinates for cell in page.cells), *page.skipped]
    rows = sorted({_key(place, arrangement.rows) for place in shown})
    cols = sorted({_key(place, arrangement.cols) for place in shown})
    row_of = {key: position for position, key in enumerate(rows)}
    col_of = {key: position for position, key in enumerate(cols)}
    placed: dict[tuple[int, int], Cell] = {}
    for cell in page.cells:
        row, col = _key(cell.coordinates, arrangement.rows), _key(cell.coordinates, arrangement.cols)
        placed[row_of[row], col_of[col]] = cell
    turned = _key(page.cells[0].coordinates, arrangement.pages)
    reasons: dict[tuple[int, int], Reason] = {}
    for place, reason in plan.excluded.items():
        at = row_of.get(_key(place, arrangement.rows)), col_of.get(_key(place, arrangement.cols))
        if _key(place, arrangement.pages) == turned and at[0] is not None and at[1] is not None:
            reasons[at[0], at[1]] = plan.reasons[reason]
    return _Grid(tuple(rows), tuple(cols), placed, reasons)


def _places(grid: _Grid) -> list[tuple[int, int]]:
    return [(row, column) for row in range(len(grid.rows)) for column in range(len(grid.cols))]


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


def _is_wrapped(arrangement: Arrangement, grid: _Grid) -> bool:
    return arrangement.wraps and len(grid.cols) > WRAP_AT


def _wrapped(boxes: Sequence[Box], labels: Sequence[str]) -> list[Box]:
    """Break a single line of boxes into lines of equal length, at most `WRAP_AT`."""
    lines = -(-len(boxes) // WRAP_AT)
    across = -(-len(boxes) // lines)
    return [
        replace(box, row=position // across, column=position % across, label=label)
        for position, (box, label) in enumerate(zip(boxes, labels, strict=True))
    ]


def _box(run: Run, spec: SheetSpec, grid: _Grid, place: tuple[int, int], size_of: SizeOf) -> Box:
    row, column = place
    cell = grid.cells.get(place)
    if cell is None:
        why = grid.reasons.get(place)
        if why is None:
            return Box(row, column, Status.EXCLUDED)
        return Box(row, column, _ABSENCE[why.kind], reason="" if why.kind == "sample" else why.text)
    outcome = run.outcomes.get(cell.digest, Outcome(cell.digest, State.PLANNED))
    expected = _expected(cell.request)
    sizes = [size_of(artifact.path) for artifact in outcome.artifacts] if outcome.state is State.DONE else []
    pictures = tuple(
        Picture(artifact.path, artifact.sha256, *(size or expected or _SQUARE))
        for artifact, size in zip(outcome.artifacts[: len(sizes)], sizes, strict=True)
    )
    status, reason = _standing(outcome, sizes)
    return Box(
        row=row,
        column=column,
        status=status,
        pictures=pictures,
        reason=reason,
        caption=_caption(run.plan, cell, spec.caption),
        digest=cell.digest,
        expected=expected,
    )


def _standing(outcome: Outcome, sizes: Sequence[tuple[int, int] | None]) -> tuple[Status, str]:
    """Tell a box's status and reason; `sizes` are those of its pictures, None for one that cannot be read."""
    status = _STATUS[outcome.state]
    if status is Status.DONE and not sizes:
        return Status.FAILED, outcome.reason or "it ended well, but without a picture"
    if None in sizes:
        return Status.DAMAGED, outcome.reason
    if status is Status.WAITING:
        return status, outcome.reason or _WAITING_REASON
    return status, outcome.reason


def _expected(request: Mapping[str, Json]) -> tuple[int, int] | None:
    """Read the picture size that a request asks for: `size: 832x1216`, or `width` and `height`."""
    size = request.get("size")
    if isinstance(size, str) and (found := _SIZE.fullmatch(size)):
        sides = int(found[1]), int(found[2])
        return sides if min(sides) > 0 else None
    width, height = request.get("width"), request.get("height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    return None


def _caption(plan: Plan, cell: Cell, template: str | None) -> str:
    """Render a cell's caption from its request, its axis values and their labels (as `label.<axis>`).

    A caption that cannot be rendered says so under its box: by now the pictures are paid for.
    """
    if not template:
        return ""
    variables: dict[str, Json] = dict(with_names([cell], plan.files)[0].request)
    labels: dict[str, Json] = {}
    for position, axis in enumerate(plan.axes):
        value = axis.values[cell.coordinates[position]]
        labels[axis.name] = value.label
        own = value.label if value.value is ABSENT else value.value
        if not axis.parameter or axis.name not in variables:  # a request has its parameters as they are sent
            variables[axis.name] = own
    variables["label"] = labels
    try:
        return render(template, variables).strip()
    except TemplateFault as fault:
        return f"no caption: {fault.message}"


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
