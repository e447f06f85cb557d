"""A sheet of what has moved: each picture as it was recorded, as it is now, and where the two differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from teststrip.base.files import write_whole
from teststrip.base.json import sha256
from teststrip.base.picture import size_of
from teststrip.errors import StepError
from teststrip.plan.model import Plan
from teststrip.run.model import Artifact, Outcome
from teststrip.sheet.boxes import STATUSES
from teststrip.sheet.draw import Studio, make_threads
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.model import Box, Header, Label, Picture, Sheet, Status
from teststrip.sheet.pages import lay_out_pages
from teststrip.sheet.png import write_png
from teststrip.sheet.themes import THEMES
from teststrip.verify.pictures import heat_of
from teststrip.verify.runs import Pair

NAME: Final = "difference"
_OURS: Final = re.compile(rf"{NAME}(?:-[0-9]{{2,}})?\.png")
_COLUMNS: Final = ("recorded", "now", "difference")
_WISHES: Final = LayoutOptions(narrowest=256)  # what has moved is to be seen, however many rows there are
_MOST: Final = 400  # rows; whatever is beyond is counted, and listed in the table


def write_difference_sheet(plan: Plan, pairs: Sequence[Pair], folder: Path) -> tuple[Path, ...]:
    """Write `difference.png` (or `difference-01.png` and so on) of pairs into a folder, heat maps beside it.

    Files of those names that an earlier call left go. Raises OSError.
    """
    for old in sorted(folder.glob(f"{NAME}*.png")) if folder.is_dir() else ():
        if _OURS.fullmatch(old.name):  # the folder may be anybody's
            old.unlink()
    sheet = difference_sheet(plan, pairs, folder)
    if not sheet.row_count:
        return ()
    typeface = Typeface()
    with make_threads() as threads:
        studio = Studio(typeface, threads, THEMES["light"])
        laid = lay_out_pages([sheet], typeface.measure, _WISHES)
        stems = [NAME] if len(laid) == 1 else [f"{NAME}-{number:02}" for number in range(1, len(laid) + 1)]
        return tuple(
            write_png(layout, folder / f"{stem}.png", studio)
            for stem, (_, layout) in zip(stems, laid, strict=True)
        )


def difference_sheet(plan: Plan, pairs: Sequence[Pair], folder: Path) -> Sheet:
    """Make the sheet, a row for each picture; heat maps are drawn into the folder. Raises OSError."""
    rows = [row for pair in pairs for row in _rows(pair)]
    return _sheet(plan, rows[:_MOST], len(rows) - _MOST, folder)


def _rows(pair: Pair) -> Iterator[tuple[Pair, int, Artifact | None, Artifact | None]]:
    """Yield the pictures of a pair, each with its place in the cell and its counterpart."""
    then, now = pair.then.artifacts, pair.now.artifacts
    for place in range(max(len(then), len(now), 1)):
        one = then[place] if place < len(then) else None
        other = now[place] if place < len(now) else None
        if one is None or other is None or one.sha256 != other.sha256:
            yield pair, place, one, other


def _sheet(
    plan: Plan, rows: Sequence[tuple[Pair, int, Artifact | None, Artifact | None]], more: int, folder: Path
) -> Sheet:
    boxes: list[Box] = []
    for row, (pair, place, one, other) in enumerate(rows):
        boxes += [_box(row, 0, pair.then, one), _box(row, 1, pair.now, other)]
        if one is not None and other is not None:
            boxes.append(_heat(row, pair, place, one, other, folder / "heat"))
    labels = tuple(Label(_label(plan, pair, place), row, 1) for row, (pair, place, *_) in enumerate(rows))
    notes = [f"Of {plan.target}, the plan {plan.digest[:12]}."]
    if more > 0:
        notes.append(f"{more:,} more have moved, and are not shown.")
    return Sheet(
        title=f"What has moved: {plan.title}",
        rows=(Header("cell", labels),),
        cols=(Header("", tuple(Label(text, at, 1) for at, text in enumerate(_COLUMNS))),),
        row_count=len(rows),
        column_count=len(_COLUMNS),
        boxes=tuple(boxes),
        notes=tuple(notes),
    )


def _label(plan: Plan, pair: Pair, place: int) -> str:
    cell = plan.cells[pair.number]
    where = ", ".join(
        f"{axis.name} {plan.label(cell, index)}" for index, axis in enumerate(plan.axes) if len(axis.values) > 1
    )
    which = f", picture {place + 1}" if len(pair.then.artifacts) > 1 or len(pair.now.artifacts) > 1 else ""
    return f"{pair.number}: {where or plan.title}{which}"


def _box(row: int, column: int, outcome: Outcome, artifact: Artifact | None) -> Box:
    if artifact is None:
        status = STATUSES[outcome.state]
        return Box(row, column, Status.NO_PICTURE if status is Status.DONE else status, reason=outcome.reason)
    return Box(row, column, Status.DONE, pictures=(_picture(artifact.path, artifact.sha256),))


def _picture(path: Path, digest: str) -> Picture:
    try:
        size = size_of(path.read_bytes())
    except OSError:
        size = None
    return Picture(path, digest, *(size or (512, 512)))


def _heat(row: int, pair: Pair, place: int, one: Artifact, other: Artifact, folder: Path) -> Box:
    try:
        data = heat_of(one.path.read_bytes(), other.path.read_bytes())
    except (StepError, OSError) as error:
        return Box(row, 2, Status.FAILED, reason=str(error))
    path = folder / f"{pair.digest[:16]}-{place}.png"
    write_whole(path, data)
    words = pair.likenesses[place].words() if place < len(pair.likenesses) else pair.why
    return Box(row, 2, Status.DONE, pictures=(_picture(path, sha256(data)),), caption=words)
