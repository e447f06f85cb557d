"""The plan as frozen records: axes with their values, cells with their requests and digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from teststrip import __version__
from teststrip.base.json import ABSENT, Absent, Json
from teststrip.recipe.model import SheetSpec, SourceFile


@dataclass(frozen=True, slots=True)
class AxisValue:
    """One value of an axis.

    `label` is what a sheet prints: the title if there is one, else the value as it was written. `value` is
    ABSENT for a value that only sets other parameters; `sets` has those parameters. `skip` and `hide` are as the
    recipe says.
    """

    label: str
    value: Json | Absent = ABSENT
    sets: Mapping[str, Json] | None = None
    note: str = ""
    skip: bool = False
    hide: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that varies. `parameter` is False for a free variable that only templates see."""

    name: str
    values: tuple[AxisValue, ...]
    parameter: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in the sweep: `coordinates[k]` is the position of its value on the plan's axis k.

    `request` is the JSON body exactly as it is sent; `digest` is its identity (see `plan.identity`).
    """

    coordinates: tuple[int, ...]
    request: Mapping[str, Json]
    digest: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All cells of a recipe, in order (the last axis fastest); pure and complete: a run needs nothing else.

    What it was made from is kept for comparing: the recipe's `sources`, the page's file name and, as
    `page_request`, the JSON Schema that the page gave for requests; and `made_by`, the version of teststrip.
    """

    title: str
    recipe_file: str
    recipe_digest: str
    provider: str
    model: str
    target: str
    page_digest: str
    axes: tuple[Axis, ...]
    cells: Sequence[Cell]
    sheets: tuple[SheetSpec, ...]
    concurrency: int | None
    digest: str
    sources: tuple[SourceFile, ...] = ()
    page_file: str = ""
    page_request: Mapping[str, Json] = field(default_factory=dict)
    made_by: str = __version__

    def label(self, cell: Cell, axis: int) -> str:
        """Return the label of a cell's value on an axis."""
        return self.axes[axis].values[cell.coordinates[axis]].label
