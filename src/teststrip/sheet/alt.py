"""What a picture, or its empty place, is in words: for those who cannot see the sheet, and for search."""

from __future__ import annotations

from collections.abc import Iterator

from teststrip.sheet.model import Box, Header, Sheet


def alt_texts(sheet: Sheet) -> tuple[str, ...]:
    """Say of every box of a page, in their order, what it shows: `sampler k_euler, scale 5.0; 2 pictures`."""
    turned = [f"{said.name} {said.value}" for said in sheet.page_label]
    rows, cols = _labels(sheet.rows, sheet.row_count), _labels(sheet.cols, sheet.column_count)
    return tuple(
        _alt(box, [*turned, *rows[box.row], *cols[box.column], *_own(sheet, box)], sheet) for box in sheet.boxes
    )


def _alt(box: Box, said: list[str], sheet: Sheet) -> str:
    place = ", ".join(said) or sheet.title
    pictures = f"{len(box.pictures)} pictures" if len(box.pictures) > 1 else ""
    state = "" if box.pictures else f"{box.status.value}: {box.reason}" if box.reason else box.status.value
    return "; ".join(part for part in (place, pictures, state, box.caption) if part)


def _labels(headers: tuple[Header, ...], count: int) -> list[list[str]]:
    """Return for each row (or column) what its labels say, the outermost first."""
    said: list[list[str]] = [[] for _ in range(count)]
    for header in headers:
        for label in header.labels:
            for at in range(label.start, label.start + label.span):
                said[at].append(f"{header.axis} {label.text}")
    return said


def _own(sheet: Sheet, box: Box) -> Iterator[str]:
    if sheet.over_boxes:
        yield f"{sheet.over_boxes} {box.label}"
