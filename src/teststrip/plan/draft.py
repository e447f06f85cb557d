"""What every part of planning works with: the recipe, and the list that problems are added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path, Problem, dotted
from teststrip.plan.files import NO_FILES, Files
from teststrip.plan.model import Axis
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.model import Provider
from teststrip.recipe.bounds import Work
from teststrip.recipe.model import Recipe

MAX_VALUES: Final = 250_000
"""Values of all axes of all grids together; two axes of a thousand make the most cells that there may be."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan in the making. `provider` is None where a recipe is read without any page."""

    recipe: Recipe
    problems: list[Problem]
    model: str = ""  # the model's own id, where the recipe may have an alias
    provider: Provider | None = None
    files: Files = NO_FILES
    extensions: Extensions = BUILT_IN
    told: set[Problem] = field(default_factory=set)  # the same problems, for a quick look
    work: Work = field(default_factory=Work)  # what all templates may handle together
    values: Work = field(default_factory=lambda: Work(MAX_VALUES))  # how many the axes of all grids may have
    schemas: dict[str, Mapping[str, Json]] = field(
        default_factory=dict
    )  # of requests, by model: one for all grids

    def report(self, path: Path, message: str, suggestion: str | None = None, *, on_key: bool = False) -> None:
        """Add a problem at a path of the recipe."""
        marks = self.recipe.marks
        where = marks.key(path) if on_key else marks.value(path)
        self.add(Problem(where, dotted(path), message, suggestion))

    def scratch(self, work: Work | None = None) -> Draft:
        """Return a draft of the same recipe with nothing told yet; `work` is for templates of its own account."""
        return replace(self, problems=[], told=set(), work=work or self.work)

    def add(self, problem: Problem) -> None:
        """Add a problem, unless it is told already."""
        if problem not in self.told:
            self.told.add(problem)
            self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class PlacedAxis:
    """An axis, and the path in the recipe of each of its values."""

    axis: Axis
    places: tuple[Path, ...]
