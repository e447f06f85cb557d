"""A contact sheet in text, before there is one: a sign for each cell, where the sheet will have its picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from teststrip.cli.allowance import Standing
from teststrip.cli.columns import WIDTH, cut, cut_middle, filled, shown, width_of
from teststrip.cli.report import counted
from teststrip.plan.model import Axis, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.arrange import WRAP_AT, Arrangement, Part, parts_of, shown_cells, skipped_places

_ROWS_SHOWN: Final = 24
_LINES_SHOWN: Final = 12  # of one axis that runs through line after line
_PAGES_SHOWN: Final = 6
_WIDEST_SIDE: Final = {1: 34, 2: 20, 3: 14}  # columns of a label at the side, by how many stand beside each other
_NARROWEST_SIDE: Final = 10
_WIDEST_COLUMN: Final = 14
_READABLE: Final = 4  # columns of a label that is cut
_GAP: Final = 2
_SIGNS: Final[dict[Standing, tuple[str, str]]] = {
    "send": ("·", "to send"),
    "done": ("#", "done"),
    "waiting": ("~", "under way"),
    "failed": ("!", "failed"),
    "moderated": ("!", "failed"),
    "cancelled": ("!", "failed"),
    "uncertain": ("?", "uncertain"),
}
_Key: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """The first page of a sheet: the keys of its rows and columns, and the signs of those that are drawn."""

    rows: Sequence[_Key]
    cols: Sequence[_Key]
    signs: dict[tuple[_Key, _Key], str]


def miniature(plan: Plan, standing: Callable[[str], Standing]) -> Iterator[str]:
    """Draw the first page of the first sheet in at most 80 columns, and count what is on the others.

    `standing` says by its digest how a request stands. A place without a cell stays empty, and a cell with a
    value that is hidden has no place.
    """
    spec = plan.sheets[0] if plan.sheets else SheetSpec()
    drawn: tuple[Part, _Page] | None = None
    pages: list[tuple[str, Counter[Standing]]] = []
    for part in parts_of(plan, spec):
        found, rows, cols = _look_over(plan, part, standing)
        ordered = sorted(found)
        if drawn is None and ordered:
            signs = _signs(plan, part.arrangement, ordered[0], (rows, cols), standing)
            drawn = part, _Page(rows, cols, signs)
        pages += [(_page_name(plan, part, key), found[key]) for key in ordered]
    if drawn is None:
        yield "  nothing: every cell has a value that is hidden"
        return
    arrangement, page = drawn[0].arrangement, drawn[1]
    if len(pages) > 1:
        yield f"  page 1 of {len(pages):,}: {pages[0][0]}"
    wraps = arrangement.wraps and len(page.cols) > WRAP_AT
    yield from _lines(plan, arrangement, page) if wraps else _grid(plan, arrangement, page)
    yield from _legend([counts for _, counts in pages])
    for number, (name, counts) in enumerate(pages[1 : _PAGES_SHOWN + 1], 2):
        told = ", ".join(f"{count:,} {_SIGNS[one][1]}" for one, count in sorted(counts.items()))
        yield cut(f"  page {number}: {name} ({told})", WIDTH)
    if len(pages) > _PAGES_SHOWN + 1:
        yield f"  and {counted(len(pages) - _PAGES_SHOWN - 1, 'more page')}"
    if len(plan.sheets) > 1:
        yield f"  and {counted(len(plan.sheets) - 1, 'more sheet')} of the same cells"


def _key(cell: Cell, axes: Sequence[int]) -> _Key:
    return _part(cell.coordinates, axes)


def _part(coordinates: Sequence[int], axes: Sequence[int]) -> _Key:
    return tuple(coordinates[axis] for axis in axes)


def _look_over(
    plan: Plan, part: Part, standing: Callable[[str], Standing]
) -> tuple[dict[_Key, Counter[Standing]], Sequence[_Key], Sequence[_Key]]:
    """Count what is on each page of a part, and find the rows and the columns of the first one."""
    at = part.arrangement
    pages: dict[_Key, Counter[Standing]] = {}
    first: _Key | None = None
    rows, cols = set[_Key](), set[_Key]()
    for cell in shown_cells(plan):
        if part.grid is not None and part.grid != cell.coordinates[0]:
            continue
        page = _key(cell, at.pages)
        if page not in pages:
            pages[page] = Counter()
            if first is None or page < first:
                first = page
                rows.clear()
                cols.clear()
        pages[page][standing(cell.digest)] += 1
        if page == first:
            rows.add(_key(cell, at.rows))
            cols.add(_key(cell, at.cols))
    for place in skipped_places(plan):
        if _part(place, at.pages) == first:
            rows.add(_part(place, at.rows))
            cols.add(_part(place, at.cols))
    return pages, sorted(rows), sorted(cols)


def _signs(
    plan: Plan,
    at: Arrangement,
    page: _Key,
    keys: tuple[Sequence[_Key], Sequence[_Key]],
    standing: Callable[[str], Standing],
) -> dict[tuple[_Key, _Key], str]:
    """Give the cells of a page their signs: only those that may be drawn, for there may be a million."""
    rows, cols = set(keys[0][:_ROWS_SHOWN]), set(keys[1][: max(WIDTH, WRAP_AT * _LINES_SHOWN)])
    signs = {}
    for cell in shown_cells(plan):
        row, col = _key(cell, at.rows), _key(cell, at.cols)
        if row in rows and col in cols and _key(cell, at.pages) == page:
            signs[row, col] = _SIGNS[standing(cell.digest)][0]
    return signs


def _page_name(plan: Plan, part: Part, key: _Key) -> str:
    turning = [
        (axis, value) for axis, value in zip(part.arrangement.pages, key, strict=True) if axis in part.turning
    ]
    return ", ".join(f"{shown(plan.axes[axis].name)} {_label(plan.axes[axis], value)}" for axis, value in turning)


def _label(axis: Axis, value: int) -> str:
    return cut_middle(shown(axis.values[value].label.strip()) or "(empty)", max(_WIDEST_SIDE.values()))


def _grid(plan: Plan, at: Arrangement, page: _Page) -> Iterator[str]:
    """Draw rows and columns, with the labels of the rows at their side."""
    rows, more = page.rows[:_ROWS_SHOWN], len(page.rows) - _ROWS_SHOWN
    names, sides = _sides(plan, at, rows)
    room = WIDTH - width_of(names)
    pitch = _pitch(plan, at, page, room)
    cols, more_cols = page.cols[: room // pitch], len(page.cols) - room // pitch
    heads = list(_heads(plan, at, cols, pitch, room))
    for head in heads[:-1]:
        yield (" " * width_of(names) + head).rstrip()
    if at.rows or heads:
        yield (names + (heads[-1] if heads else "")).rstrip()
    for key, side in zip(rows, sides, strict=True):
        signs = "".join(filled(page.signs.get((key, col), " "), pitch) for col in cols)
        yield (side + signs).rstrip()
    if more_cols > 0:
        yield f"  and {counted(more_cols, 'more column')}"
    if more > 0:
        yield f"  and {counted(more, 'more row')}"


def _sides(plan: Plan, at: Arrangement, rows: Sequence[_Key]) -> tuple[str, list[str]]:
    """Set the row labels: the axes' names over them, and for each row what stands at its side.

    A label stands once, beside the first of the rows that share it and all outer ones.
    """
    names, sides = "  ", ["  "] * len(rows)
    for level, position in enumerate(at.rows):
        axis = plan.axes[position]
        most = _WIDEST_SIDE.get(len(at.rows), _NARROWEST_SIDE)
        labels = [
            "" if row and rows[row - 1][: level + 1] == key[: level + 1] else _label(axis, key[level])
            for row, key in enumerate(rows)
        ]
        width = min(most, max(map(width_of, (*labels, shown(axis.name)))))
        names += filled(cut_middle(shown(axis.name), width), width + _GAP)
        sides = [
            side + filled(cut_middle(label, width), width + _GAP)
            for side, label in zip(sides, labels, strict=True)
        ]
    return names, sides


def _pitch(plan: Plan, at: Arrangement, page: _Page, room: int) -> int:
    """Return how many columns of the terminal each cell takes: enough for the labels, where there is room."""
    if not at.cols:
        return 1
    axis = plan.axes[at.cols[-1]]
    values = {key[-1] for key in page.cols[:WIDTH]}
    natural = min(_WIDEST_COLUMN, max(width_of(_label(axis, value)) for value in values)) + _GAP
    pitch = min(natural, room // len(page.cols))
    if pitch == natural or pitch > _READABLE:
        return pitch
    return 2 if 2 * len(page.cols) <= room else 1


def _heads(plan: Plan, at: Arrangement, cols: Sequence[_Key], pitch: int, room: int) -> Iterator[str]:
    """Name the columns: the axes, then a line of labels for each, a label over all the cells that share it."""
    if not at.cols:
        return
    yield cut(" / ".join(shown(plan.axes[position].name) for position in at.cols), room)
    for level, position in enumerate(at.cols):
        starts = [
            column
            for column, key in enumerate(cols)
            if not column or cols[column - 1][: level + 1] != key[: level + 1]
        ]
        labels = [_label(plan.axes[position], cols[start][level]) for start in starts]
        widths = [(end - start) * pitch for start, end in zip(starts, [*starts[1:], len(cols)], strict=True)]
        if all(width > min(_READABLE, width_of(label)) for width, label in zip(widths, labels, strict=True)):
            yield "".join(
                filled(cut_middle(label, width - 1), width) for label, width in zip(labels, widths, strict=True)
            )
        else:
            yield cut(f"{labels[0]} … {labels[-1]}", room)


def _lines(plan: Plan, at: Arrangement, page: _Page) -> Iterator[str]:
    """Draw the only axis line after line, as the sheet does, each cell under its label."""
    axis = plan.axes[at.cols[0]]
    down = -(-len(page.cols) // WRAP_AT)
    across = -(-len(page.cols) // down)
    labels = [_label(axis, key[0]) for key in page.cols[: across * _LINES_SHOWN]]
    pitch = min((WIDTH - 2) // across, max(map(width_of, labels)) + _GAP)
    yield f"  {shown(axis.name)}"
    for start in range(0, len(labels), across):
        ends = range(start, min(start + across, len(labels)))
        yield ("  " + "".join(filled(cut_middle(labels[end], pitch - 1), pitch) for end in ends)).rstrip()
        yield ("  " + "".join(filled(page.signs.get(((), page.cols[end]), " "), pitch) for end in ends)).rstrip()
    if len(page.cols) > len(labels):
        yield f"  and {counted(len(page.cols) - len(labels), 'more cell')}"


def _legend(pages: Sequence[Counter[Standing]]) -> Iterator[str]:
    there = {standing for counts in pages for standing in counts}
    words = dict.fromkeys(f"{sign} {word}" for one, (sign, word) in _SIGNS.items() if one in there)
    yield "  " + "   ".join(words)
