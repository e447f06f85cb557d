"""The recipe as a frozen record; every value still knows its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.base.sheets import THEMES
from teststrip.base.where import Path, Where, dotted
from teststrip.base.yaml import Marks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from teststrip.base.json import Json


@dataclass(frozen=True, slots=True)
class AxisSource:
    """One axis as the recipe writes it; `plan` turns it into values.

    `sound` is False for an axis whose structure is already reported as wrong: it keeps its name, so that
    nobody is told that the axis does not exist. `unsound` are the positions of such values in a list: the others
    are checked all the same.
    """

    name: str
    spec: Json
    sound: bool = True
    unsound: frozenset[int] = frozenset()
    inside: Path = ()  # the path of the grid that it belongs to; () for the recipe's own axes

    @property
    def path(self) -> Path:
        """The axis's place in the recipe's tree."""
        return (*self.inside, "axes", self.name)


@dataclass(frozen=True, slots=True)
class Zip:
    """Axes that advance together: the first value of one with the first of the others, and so on."""

    names: tuple[str, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Keep:
    """A condition that a cell meets, or it is left out; `because` is what a sheet says of the empty place."""

    expression: str
    because: str
    path: Path


@dataclass(frozen=True, slots=True)
class Sample:
    """A subset of the sweep: `count` cells, chosen by a method from a seed."""

    method: str
    count: int
    seed: int
    path: Path


@dataclass(frozen=True, slots=True)
class Grid:
    """One sweep of a recipe; a recipe is the union of its grids, and most have one.

    `params` are the recipe's own with those of the grid over them, `places` the path of each; so are `axes`,
    `zips` and `keeps`.
    """

    title: str
    path: Path
    params: Mapping[str, Json]
    places: Mapping[str, Path]
    axes: tuple[AxisSource, ...]
    zips: tuple[Zip, ...] = ()
    keeps: tuple[Keep, ...] = ()
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class StepSource:
    """A step as the recipe writes it: its name, its options, and its place."""

    use: str
    options: Mapping[str, Json]
    path: Path


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """How a sheet is asked for: axis names for rows, columns and pages; the rest is the default.

    `super_rows` and `super_cols` stand outside `rows` and `cols`, as if they were named before them. `animate` is
    the axis that an animation runs along. `cell_width` (of the widest picture) and `width` (of a page) are pixels.
    """

    rows: tuple[str, ...] = ()
    cols: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None
    formats: tuple[str, ...] = ("png",)
    super_rows: tuple[str, ...] = ()
    super_cols: tuple[str, ...] = ()
    animate: str | None = None
    author: str | None = None
    notes: tuple[str, ...] = ()
    theme: str = THEMES[0]
    cell_width: int | None = None
    width: int | None = None

    @property
    def down(self) -> tuple[str, ...]:
        """All axes that go down, the outermost first."""
        return (*self.super_rows, *self.rows)

    @property
    def across(self) -> tuple[str, ...]:
        """All axes that go across, the outermost first."""
        return (*self.super_cols, *self.cols)

    @property
    def places(self) -> bool:
        """Whether it says of any axis where it goes."""
        return bool(self.down or self.across or self.pages or self.animate)


@dataclass(frozen=True, slots=True)
class AssertSource:
    """An entry of `assert` as the recipe writes it; `kinds` has what it demands, one thing if it is sound."""

    kinds: Mapping[str, Json]
    cells: Mapping[str, Json]
    because: str
    path: Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; None is the target's own default.

    `budget` is in the unit of the page's price; `rate` is a number of submits in a time (see `base.rate`).
    """

    concurrency: int | None = None
    budget: Decimal | None = None
    rate: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a recipe was read from: its name as it was given, the SHA-256 of its text, and the text."""

    file: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe, read and well-formed; its values are not yet held against a provider page.

    `params` and `axes` are those at the top of the file; `grids` has what is swept, at least one. `sources` are
    the files that it was read from, the recipe itself first.
    """

    file: str
    digest: str  # SHA-256 of the text of every file and of what was changed from outside
    title: str
    provider: str
    model: str
    variables: Mapping[str, Json]
    params: Mapping[str, Json]
    axes: tuple[AxisSource, ...]
    sheets: tuple[SheetSpec, ...]
    limits: Limits
    marks: Marks
    chance: int = 0  # what the draws of templates are drawn from
    grids: tuple[Grid, ...] = ()
    before: tuple[StepSource, ...] = ()
    after: tuple[StepSource, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    asserts: tuple[AssertSource, ...] = ()

    def place(self, *path: str | int) -> tuple[Where, str]:
        """Return the place and the printed path of a value."""
        return self.marks.value(path), dotted(path)
