"""The stages that several commands share: providers, recipe, plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import click

from teststrip.base.near import near
from teststrip.base.where import Path as Place
from teststrip.base.where import Problem, dotted
from teststrip.cli.largest import is_of_ceiling, under_ceiling
from teststrip.cli.loaded import Loaded, load
from teststrip.cli.targets import choose_target, live_faults
from teststrip.errors import PageError, RecipeError, UsageError
from teststrip.plan.make import choose_provider, draft_plan
from teststrip.plan.model import Plan
from teststrip.plan.sizes import area_faults
from teststrip.provider.catalogue import Catalogue
from teststrip.provider.model import Provider
from teststrip.recipe.changes import NO_CHANGES, Changes
from teststrip.recipe.load import read_recipe
from teststrip.recipe.model import Recipe
from teststrip.run.files import DiskFiles
from teststrip.run.target import Target
from teststrip.sheet.forecast import sheet_faults


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks to have planned: a recipe or a lock, `name` and `live` as the target options say it.

    `allowed` are folders that the recipe's pictures may lie in too, `changes` what goes before the recipe. With
    `sending`, a lock needs the options of the target that it was made for, and `live` needs the key. Only with
    `comparing` is a lock held against the recipe that it was made from. `target` is the one where a cassette is
    played, which has it.
    """

    file: Path
    name: str
    live: bool
    sending: bool
    allowed: Sequence[Path] = ()
    changes: Changes = NO_CHANGES
    comparing: bool = True
    target: Target | None = None


class Checked(NamedTuple):
    """What checking found: the plan, if there are no problems; `notes` are of what the darkroom alone refuses."""

    plan: Plan | None
    problems: list[Problem]
    notes: list[Problem]


def provider_named(name: str, catalogue: Catalogue) -> Provider:
    """Find the provider that an option or argument names.

    Raises PageError when its page is broken, and UsageError that says which there are, and what is wrong with the
    pages that might have been meant.
    """
    found = catalogue.find(name)
    if found is not None:
        return found
    names = [provider.name for provider in catalogue.providers()]
    close = near(name, names)
    meant = f"; did you mean {close!r}?" if close else ""
    broken = "".join(f"\n{problem}" for problem in catalogue.problems())
    raise UsageError(f"no provider is named {name!r}; there are: {', '.join(names)}{meant}{broken}")


def provider_names(
    ctx: click.Context,  # noqa: ARG001  click's signature
    parameter: click.Parameter,  # noqa: ARG001  as above
    incomplete: str,
) -> list[str]:
    """Complete a provider's name in a shell."""
    names = dict.fromkeys(page.name or "" for page in load().catalogue.pages)
    return [name for name in names if name and name.startswith(incomplete)]


def read_and_choose(
    file: Path, loaded: Loaded, changes: Changes = NO_CHANGES
) -> tuple[Recipe | None, Provider | None, list[Problem]]:
    """Read a recipe and find its provider; what is wrong so far comes as problems.

    The problems of provider pages are among them when the recipe's provider is on a broken one, or on none.
    """
    reading, catalogue = read_recipe(file, changes, loaded.extensions), loaded.catalogue
    if reading.recipe is None:
        return None, None, list(reading.problems)
    try:
        provider = catalogue.find(reading.recipe.provider)
    except PageError as error:
        return reading.recipe, None, [*reading.problems, *error.problems]
    if provider is not None:
        return reading.recipe, provider, list(reading.problems)
    _, problems = choose_provider(reading.recipe, catalogue.providers())
    return reading.recipe, None, [*reading.problems, *problems, *catalogue.problems()]


def check_file(
    file: Path,
    loaded: Loaded,
    changes: Changes = NO_CHANGES,
    *,
    live: bool = False,
    files: DiskFiles | None = None,
) -> Checked:
    """Find every problem of a recipe, in file order; the plan is that of the darkroom.

    With `live`, what keeps the paid API from being used is a problem too. `files` as in `plan_file`.
    """
    recipe, provider, problems = read_and_choose(file, loaded, changes)
    plan, notes = None, list[Problem]()
    if recipe is not None and provider is not None:
        page = provider if live else under_ceiling(provider, os.environ)
        plan, more = _drafted(recipe, page, "check", files or DiskFiles(file), loaded)
        notes = [problem for problem in more if is_of_ceiling(problem, page)]
        if notes and len(notes) == len(more):  # the recipe is for the paid API, by all that is known of it
            plan, more = _drafted(recipe, provider, "check", files or DiskFiles(file), loaded)
        problems += [problem for problem in more if problem not in problems and problem not in notes]
        if live:
            problems += _live_problems(recipe, provider, loaded.catalogue)
    in_order = sorted(problems, key=lambda problem: problem.where)
    return Checked(None if problems else plan, in_order, sorted(notes, key=lambda note: note.where))


def plan_file(wish: Wish, loaded: Loaded, files: DiskFiles) -> tuple[Plan, Provider, Target]:
    """Plan a recipe for the target that the options name; `files` reads the pictures that it names.

    Raises RecipeError with every problem, that of the key included, and UsageError for a target that cannot be.
    """
    name, live, sending = wish.name, wish.live, wish.sending
    recipe, provider, problems = read_and_choose(wish.file, loaded, wish.changes)
    if recipe is None or provider is None:
        raise RecipeError(problems)
    faults = _live_problems(recipe, provider, loaded.catalogue) if live and name == "darkroom" else []
    target = wish.target
    if target is None and (not faults or not sending):
        target = choose_target(name, provider, live=live)
    identity = target.identity if target is not None else "check"
    drawn = target is not None and target.name == "darkroom"
    page = under_ceiling(provider, os.environ) if drawn else provider
    plan, more = _drafted(recipe, page, identity, files, loaded)
    problems += [problem for problem in more if problem not in problems]
    problems += faults if sending or problems else []
    if plan is None or target is None or problems:
        raise RecipeError(problems)
    return plan, provider, target


def _drafted(
    recipe: Recipe, provider: Provider, target: str, files: DiskFiles, loaded: Loaded
) -> tuple[Plan | None, list[Problem]]:
    """Plan a recipe as far as possible, and look ahead to its sheets: a limit met after paying is met too late."""
    plan, problems = draft_plan(recipe, provider, target, files, loaded.extensions)
    if plan is not None:
        problems += [
            Problem(recipe.marks.key(path), dotted(path), message)
            for path, message in (*sheet_faults(plan, provider), *_area_faults(recipe, plan, provider))
        ]
    return plan, problems


def _area_faults(recipe: Recipe, plan: Plan, provider: Provider) -> Iterator[tuple[Place, str]]:
    swept = {source.name for source in recipe.axes}
    for name, message in area_faults(plan, provider):
        yield ("axes" if name in swept else "params", name), message


def _live_problems(recipe: Recipe, provider: Provider, catalogue: Catalogue) -> list[Problem]:
    """Say what keeps the paid API from being used, at the model that asks for it."""
    where, path = recipe.place("model")
    return [Problem(where, path, fault) for fault in live_faults(provider, catalogue)]
