"""The contact sheet as frozen records: what is said and shown, before any geometry.

A `Sheet` is one page. Its boxes stand on a grid of `row_count` x `column_count` places; the headers name the
rows and the columns, the outermost axis first. Everything here is text that people wrote or servers sent, so a
writer shows it as text and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from teststrip.steps.model import ScoreValue


class Status(StrEnum):
    """What a box can honestly show; the value is the word that stands on the sheet."""

    DONE = "done"
    FAILED = "failed"
    MODERATED = "moderated"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"
    WAITING = "waiting"
    PLANNED = "not yet run"
    EXCLUDED = "not in the plan"
    NO_PICTURE = "no picture"
    SKIPPED = "skipped"
    LEFT_OUT = "left out"
    UNSAMPLED = "not in the sample"
    DAMAGED = "picture damaged"


NO_CELL: Final = frozenset({Status.EXCLUDED, Status.NO_PICTURE, Status.SKIPPED, Status.LEFT_OUT, Status.UNSAMPLED})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file and its size in pixels, or the size it should have had when its file cannot be read."""

    path: Path
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """What one place of the grid shows.

    `digest` is the cell's identity ("" where the plan has no cell), `expected` the picture size in pixels that
    the request asked for. `label` stands over the box when one axis runs through all boxes in reading order.
    `values` are what steps have measured.
    """

    row: int
    column: int
    status: Status
    pictures: tuple[Picture, ...] = ()
    reason: str = ""
    caption: str = ""
    label: str = ""
    digest: str = ""
    expected: tuple[int, int] | None = None
    values: tuple[tuple[str, ScoreValue], ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a header: it names `span` rows or columns from `start` on."""

    text: str
    start: int
    span: int


@dataclass(frozen=True, slots=True)
class Header:
    """The labels of one axis along one side of the grid."""

    axis: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A name and its value, both as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label stands for, where the label alone does not say it: what its value decides, and its note."""

    axis: str
    label: str
    settings: tuple[Setting, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a page is a part of: its first row and column there (from 0), and how many there are in all."""

    row: int
    rows: int
    column: int
    columns: int

    def part(self, rows: int, columns: int) -> str:
        """Say in words which rows and columns of the whole a page with so many has."""
        said = (("rows", self.row, rows, self.rows), ("columns", self.column, columns, self.columns))
        return ", ".join(
            f"{name} {start + 1}–{start + count} of {total}" for name, start, count, total in said if count < total
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a contact sheet.

    `over_boxes` names the axis whose labels stand over the boxes themselves (see `Box.label`); `settings` are
    those common to all cells of the page; `proof` is True when the pictures came from the darkroom. `whole` is for
    a page that is a part of a larger one, as `part` says in words.
    """

    title: str
    rows: tuple[Header, ...]
    cols: tuple[Header, ...]
    row_count: int
    column_count: int
    boxes: tuple[Box, ...]
    over_boxes: str = ""
    page_label: tuple[Setting, ...] = ()
    page: int = 1
    pages: int = 1
    part: str = ""
    settings: tuple[Setting, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    notes: tuple[str, ...] = ()
    proof: bool = False
    colophon: str = ""
    author: str = ""
    whole: Whole | None = None
