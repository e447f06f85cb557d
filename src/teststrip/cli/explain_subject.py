"""What `explain` is asked about, a recipe or a lock: what tells of it, and which of its cells is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

from teststrip.base.where import Path, Where
from teststrip.cli.columns import cut, shown
from teststrip.cli.explain_text import place_text
from teststrip.cli.loaded import Loaded
from teststrip.cli.locked import open_plan
from teststrip.cli.stages import Wish, read_and_choose
from teststrip.cli.targets import choose_target
from teststrip.errors import RecipeError, UsageError
from teststrip.plan.explain import GridStory, Labels, PlaceStory, labels_of, tell_grids, tell_place
from teststrip.plan.explain_lock import (
    locked_labels,
    locked_places_at,
    tell_locked_cell,
    tell_locked_grids,
    tell_locked_place,
)
from teststrip.plan.lock_read import line_of
from teststrip.plan.make import sweep_recipe
from teststrip.plan.model import Axis, Cell, Plan
from teststrip.plan.origins import CellStory, tell_cell
from teststrip.plan.pick import MOST_LISTED, Wanted, cells_at, pick, places_at
from teststrip.plan.union import unite
from teststrip.provider.model import Provider
from teststrip.run.files import DiskFiles
from teststrip.run.target import Target

_WIDEST: Final = 160  # columns of a cell's labels in a list


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be no cell, and what tells why."""

    labels: Labels
    story: Callable[[], PlaceStory]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained. `plan` is None when no cell is left; `fault` is then what is wrong with the recipe.

    `candidates` yields the places that labels ask for, cells or not, as far as they are known.
    """

    title: str
    model: str
    plan: Plan | None
    provider: Provider
    target: Target
    axes: Sequence[Axis]
    grids: Callable[[], Sequence[GridStory]]
    cell: Callable[[int], CellStory]
    candidates: Callable[[Wanted], Iterator[Candidate]]
    fault: RecipeError | None = None

    @property
    def cells(self) -> Sequence[Cell]:
        """The cells of the plan."""
        return self.plan.cells if self.plan is not None else ()


def written_subject(wish: Wish, loaded: Loaded) -> Subject:
    """Sweep a recipe. Raises RecipeError with every problem, unless it is only that no cell is left."""
    recipe, provider, problems = read_and_choose(wish.file, loaded, wish.changes)
    if recipe is None or provider is None:
        raise RecipeError(problems)
    target = choose_target(wish.name, provider, live=wish.live)
    files = DiskFiles(wish.file, wish.allowed)
    swept = sweep_recipe(recipe, provider, target.identity, files, loaded.extensions)
    if problems or (swept.problems and not swept.sweeps):
        raise RecipeError([*problems, *(problem for problem in swept.problems if problem not in problems)])
    sweeps = swept.sweeps

    def candidates(wanted: Wanted) -> Iterator[Candidate]:
        for at in places_at(wanted, sweeps):
            labels = labels_of(sweeps, at.grid, at.place)
            yield Candidate(labels, partial(tell_place, sweeps, at.grid, at.place))

    return Subject(
        title=recipe.title,
        model=f"{provider.name}/{recipe.model}",
        plan=swept.plan,
        provider=provider,
        target=target,
        axes=unite(sweeps).axes,
        grids=lambda: tell_grids(sweeps),
        cell=lambda number: tell_cell(swept, number),
        candidates=candidates,
        fault=RecipeError(swept.problems) if swept.problems else None,
    )


def locked_subject(wish: Wish, loaded: Loaded) -> Subject:
    """Open a lock. Raises LockError and UsageError as `plan` does."""
    opened = open_plan(wish, loaded)
    plan = opened.plan
    text = wish.file.read_text("utf-8-sig")

    def where(path: Path) -> Where:
        return Where(str(wish.file), line_of(text, path), 1)

    def candidates(wanted: Wanted) -> Iterator[Candidate]:
        for at in locked_places_at(wanted, plan):
            yield Candidate(locked_labels(plan, at), partial(tell_locked_place, plan, at, where))

    return Subject(
        title=plan.title,
        model=f"{plan.provider}/{plan.model}",
        plan=plan,
        provider=opened.provider,
        target=opened.target,
        axes=plan.axes,
        grids=lambda: tell_locked_grids(plan, where),
        cell=lambda number: tell_locked_cell(plan, number, where),
        candidates=candidates,
    )


def find(text: str, subject: Subject) -> int | PlaceStory:
    """Find what a person calls a cell: a cell's number, or why the place is none.

    Raises UsageError for what is neither, and with a list where several are meant.
    """
    picked = pick(text, subject.axes, subject.cells)
    if isinstance(picked, list):
        numbers, wanted = picked, None
    else:
        wanted = picked
        numbers = list(islice(cells_at(wanted, subject.cells), MOST_LISTED + 1))
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        raise UsageError(_several(text, "cell", [_cell_line(subject, number) for number in numbers]))
    places = list(islice(subject.candidates(wanted or {}), MOST_LISTED + 1))
    if len(places) == 1:
        return places[0].story()
    if places:
        lines = [f"  {_labels(place.labels)}" for place in places]
        raise UsageError(_several(text, "place", lines, "; none of them is a cell"))
    raise UsageError(f"{cut(shown(text), 60)}: {_never(wanted or {}, subject)}")


def _never(wanted: Wanted, subject: Subject) -> str:
    """Say why nothing has the labels that were asked for."""
    asked = {subject.axes[at].name for at in wanted}
    for story in subject.grids():
        for dim in story.dims:
            if len(asked.intersection(dim)) > 1:
                return f"these values never meet, since {' and '.join(dim)} advance together"
    if any(axis.union for axis in subject.axes):
        return "no grid has all of these values"
    return "this place is no cell, and the lock does not say why; its recipe would"


def _several(text: str, thing: str, lines: Sequence[str], more: str = "") -> str:
    count = f"more than {MOST_LISTED}" if len(lines) > MOST_LISTED else str(len(lines))
    then = "add labels until one is left" + (", or give its number" if thing == "cell" else "")
    head = f"{cut(shown(text), 60)} means {count} {thing}s{more}; {then}:"
    return "\n".join([head, *lines[:MOST_LISTED], *(["  ..."] if len(lines) > MOST_LISTED else [])])


def _cell_line(subject: Subject, number: int) -> str:
    cell = subject.cells[number]
    labels = tuple(
        (axis.name, axis.values[at].label) for axis, at in zip(subject.axes, cell.coordinates, strict=True)
    )
    return f"  {number}  {cell.digest[:8]}  {_labels(labels)}"


def _labels(labels: Labels) -> str:
    return cut(place_text(labels), _WIDEST)
