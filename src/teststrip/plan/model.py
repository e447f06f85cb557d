"""The plan as frozen records: axes with their values, cells with their requests and digests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from teststrip import __version__
from teststrip.base.json import ABSENT, Absent, Json
from teststrip.recipe.model import SheetSpec, SourceFile


@dataclass(frozen=True, slots=True)
class AxisValue:
    """One value of an axis.

    `label` is what a sheet prints: the title if there is one, else the value as it was written. `value` is
    ABSENT for a value that only sets other parameters; `sets` has those parameters. `replace` has texts of the
    parameter `replace_in` and what stands in their place. The cells of a value to `skip` are not made, and keep
    their place on a sheet; those of one to `hide` are made, and not shown. A `literal` value is what a template
    made, so that a `${{` in it is text and rendered no more.
    """

    label: str
    value: Json | Absent = ABSENT
    sets: Mapping[str, Json] | None = None
    note: str = ""
    skip: bool = False
    hide: bool = False
    replace: Mapping[str, str] | None = None
    replace_in: str = ""
    literal: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that varies. `parameter` is False for a free variable that only templates see.

    `union` marks the axis that tells the grids of a recipe apart.
    """

    name: str
    values: tuple[AxisValue, ...]
    parameter: bool
    union: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why places of a sweep are no cells: `skip`, `where` or `sample`, in words; `places` counts them."""

    kind: Literal["skip", "where", "sample"]
    text: str
    places: int = 0


_NONE: Final[Mapping[str, Json]] = {}


class Cell:
    """One place in the sweep: `coordinates[k]` is the position of its value on the plan's axis k.

    `request` is the JSON body exactly as it is sent, given as it is or as a function that makes it; `digest` is
    its identity (see `plan.identity`). `variables` are what steps on the request added, for captions and for
    steps on the pictures; they belong to no identity.
    """

    __slots__ = ("_request", "_variables", "coordinates", "digest")

    def __init__(
        self,
        coordinates: tuple[int, ...],
        request: Mapping[str, Json] | Callable[[], Mapping[str, Json]],
        digest: str,
        variables: Mapping[str, Json] | Callable[[], Mapping[str, Json]] = _NONE,
    ) -> None:
        self.coordinates: Final = coordinates
        self.digest: Final = digest
        self._request = request
        self._variables = variables

    @property
    def request(self) -> Mapping[str, Json]:
        """The body, made when it is first asked for."""
        if not isinstance(self._request, Mapping):
            self._request = self._request()
        return self._request

    @property
    def variables(self) -> Mapping[str, Json]:
        """What steps on the request added; made when it is first asked for."""
        if not isinstance(self._variables, Mapping):
            self._variables = self._variables()
        return self._variables

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        alike = self.coordinates == other.coordinates and self.digest == other.digest
        return alike and self.request == other.request

    def __hash__(self) -> int:
        return hash((self.coordinates, self.digest))

    def __repr__(self) -> str:
        return f"Cell({self.coordinates!r}, {self.request!r}, {self.digest!r})"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A picture that requests refer to by its content (see `provider.attach`); the sides are in pixels.

    `name` is its path from the recipe's folder (as written, where it lies outside), `size` its bytes.
    """

    sha256: str
    name: str
    media_type: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Against:
    """What a step on pictures compares with: a picture by SHA-256, or a cell.

    The cell is that of the same place but for these axes, each with the position of its value.
    """

    axes: tuple[tuple[int, int], ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StepUse:
    """A step on pictures as a recipe uses it: its name, and its options with the templates as they are written.

    `prefix` stands before the names of its scores ("" for none).
    """

    use: str
    options: Mapping[str, Json]
    prefix: str = ""
    against: Against | None = None


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a recipe demands of cells: its kind (see `verify.asserts`), and what the recipe says of it.

    `cells` chooses them: by the position of an axis, the positions of its values; all without any. `other` is the
    cell that they are held against.
    """

    kind: str
    spec: Json
    cells: tuple[tuple[int, tuple[int, ...]], ...] = ()
    other: Against | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All cells of a recipe, in order (the last axis fastest); pure and complete: a run needs nothing else.

    `reasons` say why places are no cells, in the order in which they were asked, and `excluded` has for such
    places, by their coordinates, the position of the reason; of very many places only the first. `zips` are the
    names of axes that advance together. `after` are the steps on its pictures, in order, and `variables` what of
    the recipe's own they and captions need; `asserts` is what has to be so of the cells. `budget` and `rate` are
    the recipe's limits. What it was made from is kept for comparing: the recipe's `sources`, the page's file name
    and, as `page_request`, the JSON Schema that the page gave for requests; and `made_by`, the version of
    teststrip.
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
    reasons: tuple[Reason, ...] = ()
    excluded: Mapping[tuple[int, ...], int] = field(default_factory=dict)
    zips: tuple[tuple[str, ...], ...] = ()
    sources: tuple[SourceFile, ...] = ()
    page_file: str = ""
    page_request: Mapping[str, Json] = field(default_factory=dict)
    made_by: str = __version__
    files: tuple[PlanFile, ...] = ()
    budget: Decimal | None = None
    rate: str | None = None
    after: tuple[StepUse, ...] = ()
    variables: Mapping[str, Json] = field(default_factory=dict)
    asserts: tuple[Assertion, ...] = ()

    def label(self, cell: Cell, axis: int) -> str:
        """Return the label of a cell's value on an axis."""
        return self.axes[axis].values[cell.coordinates[axis]].label
