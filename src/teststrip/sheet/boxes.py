"""What every box of a sheet shows: a cell's pictures, or why it has none, and the caption under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from teststrip.base.json import Json
from teststrip.plan.model import Cell, Plan, Reason
from teststrip.plan.spoken import spoken
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.templates import Template, TemplateFault, compile_template, is_template
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.model import Box, Picture, Status
from teststrip.sheet.stepped import artifacts_of, scores_of, stepped
from teststrip.steps.model import ScoreValue

SizeOf = Callable[[Path], tuple[int, int] | None]
"""Reads a picture's width and height in pixels; None if it cannot be read."""
Scores: TypeAlias = Mapping[str, ScoreValue]

_SQUARE: Final = (512, 512)  # shown where neither a picture nor its request tells a size
_SIZE: Final = re.compile(r"(\d{1,5})[x*×](\d{1,5})")
STATUSES: Final = {
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


@dataclass(frozen=True, slots=True)
class Boxes:
    """Makes the boxes of one sheet: `caption` is compiled once."""

    run: Run
    size_of: SizeOf
    caption: Callable[[Cell, Scores, Status], str]
    captioned: bool = False  # the recipe says what stands under a cell, so scores do not stand there unasked

    def none(self, place: tuple[int, int], why: Reason | None, label: str = "") -> Box:
        """Make the box of a place (row and column) where the plan has no cell."""
        if why is None:
            found = not self.run.plan.provider  # of pictures in a folder, no plan says what should be there
            return Box(*place, Status.NO_PICTURE if found else Status.EXCLUDED, label=label)
        reason = "" if why.kind == "sample" else why.text
        return Box(*place, _ABSENCE[why.kind], reason=reason, label=label)

    def of(self, place: tuple[int, int], cell: Cell, label: str = "") -> Box:
        """Make the box of a cell."""
        outcome = self.run.outcomes.get(cell.digest) or Outcome(cell.digest, State.PLANNED)
        scores = scores_of(self.run, cell)
        request = cell.request
        expected = expected_size(request)
        artifacts = artifacts_of(self.run, cell) if outcome.state is State.DONE else ()
        sizes = [self.size_of(artifact.path) for artifact in artifacts]
        status, reason = _standing(outcome, sizes)
        return Box(
            row=place[0],
            column=place[1],
            status=status,
            pictures=_pictures(artifacts, sizes, expected),
            reason=reason,
            caption="\n".join(filter(None, (self.caption(cell, scores, status), *self._stepped(cell)))),
            label=label,
            digest=cell.digest,
            expected=expected,
            values=tuple(scores.items()),
        )

    def _stepped(self, cell: Cell) -> Iterator[str]:
        """Yield what stands under a cell because of its steps."""
        if self.run.finish is not None and cell.coordinates in self.run.finish.cells:
            yield from stepped(self.run.finish, self.run.finish.cells[cell.coordinates], scores=not self.captioned)


def make_boxes(run: Run, caption: str | None, size_of: SizeOf, extensions: Extensions = BUILT_IN) -> Boxes:
    """Prepare to make the boxes of a sheet with a caption; `extensions` has what it may call."""
    captions = _captions(run.plan, caption, extensions)
    return Boxes(run, size_of, captions, captioned=bool(caption))


def _pictures(
    artifacts: Sequence[Artifact], sizes: Sequence[tuple[int, int] | None], expected: tuple[int, int] | None
) -> tuple[Picture, ...]:
    return tuple(
        Picture(artifact.path, artifact.sha256, *(size or expected or _SQUARE))
        for artifact, size in zip(artifacts, sizes, strict=True)
    )


def _standing(outcome: Outcome, sizes: Sequence[tuple[int, int] | None]) -> tuple[Status, str]:
    """Tell a box's status and reason; `sizes` are those of its pictures, None for one that cannot be read."""
    status = STATUSES[outcome.state]
    if status is Status.DONE and not sizes:
        return Status.FAILED, outcome.reason or "it ended well, but without a picture"
    if None in sizes:
        return Status.DAMAGED, outcome.reason
    if status is Status.WAITING:
        return status, outcome.reason or _WAITING_REASON
    return status, outcome.reason


def expected_size(request: Mapping[str, Json]) -> tuple[int, int] | None:
    """Read the picture size that a request asks for: `size: 832x1216`, or `width` and `height`."""
    size = request.get("size")
    if isinstance(size, str) and (found := _SIZE.fullmatch(size)):
        sides = int(found[1]), int(found[2])
        return sides if min(sides) > 0 else None
    width, height = request.get("width"), request.get("height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    return None


def _captions(plan: Plan, text: str | None, extensions: Extensions) -> Callable[[Cell, Scores, Status], str]:
    """Return what makes a cell's caption of its request, its axis values, their labels and its scores.

    Labels are `label.<axis>`, scores `scores.<name>`. A caption that cannot be rendered says so under its box: by
    now the pictures are paid for. Only where there is no picture yet, one that asks for scores is empty.
    """
    if not text:
        return lambda _cell, _scores, _status: ""
    if not is_template(text):
        return lambda _cell, _scores, _status: text.strip()
    try:
        template = compile_template(text, extensions)
    except TemplateFault as fault:
        said = f"no caption: {fault.message}"
        return lambda _cell, _scores, _status: said
    return lambda cell, scores, status: _caption(plan, template, cell, scores, status)


def _caption(plan: Plan, template: Template, cell: Cell, scores: Scores, status: Status) -> str:
    if "scores" in template.names and not scores and status is not Status.DONE:
        return ""
    try:
        return template.render(spoken(plan, cell, scores)).strip()
    except TemplateFault as fault:
        return f"no caption: {fault.message}"
