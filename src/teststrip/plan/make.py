"""Recipe to plan: the axes of each grid, what is swept, and for each cell its request and digest. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from teststrip.base.near import near
from teststrip.base.where import Problem
from teststrip.errors import RecipeError
from teststrip.plan.after import added_names, kept_variables, prepare_after
from teststrip.plan.asserts import prepare_asserts
from teststrip.plan.cells import Cells, Stretch
from teststrip.plan.dims import space_of
from teststrip.plan.draft import MAX_VALUES, Draft, PlacedAxis
from teststrip.plan.faults import report_faults
from teststrip.plan.files import NO_FILES, Files
from teststrip.plan.identity import plan_digest
from teststrip.plan.idle import report_idle
from teststrip.plan.kinds.expand import expand_axis
from teststrip.plan.model import Plan, PlanFile
from teststrip.plan.pieces import Pieces
from teststrip.plan.requests import Assembler
from teststrip.plan.roles import check_roles
from teststrip.plan.sheets import check_sheets
from teststrip.plan.sieve import sieves_of
from teststrip.plan.sweep import MAX_CELLS, MAX_PLACES, Sweep
from teststrip.plan.union import GRID, Lift, check_names, known_axes, unite
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.model import Provider
from teststrip.recipe.bounds import TemplateFault
from teststrip.recipe.model import Grid, Recipe


def make_plan(
    recipe: Recipe,
    provider: Provider,
    target: str,
    files: Files = NO_FILES,
    extensions: Extensions = BUILT_IN,
) -> Plan:
    """Plan a recipe against a provider page, for a target (see `run.target`); `files` reads what it refers to.

    `extensions` are the steps and all else that a recipe may name.

    Raises RecipeError with every problem, each at its place in the recipe.
    """
    plan, problems = draft_plan(recipe, provider, target, files, extensions)
    if plan is None:
        raise RecipeError(problems)
    return plan


def draft_plan(
    recipe: Recipe,
    provider: Provider,
    target: str,
    files: Files = NO_FILES,
    extensions: Extensions = BUILT_IN,
) -> tuple[Plan | None, list[Problem]]:
    """Plan a recipe as far as possible: the plan, or None, and all problems found."""
    swept = sweep_recipe(recipe, provider, target, files, extensions)
    return swept.plan, swept.problems


@dataclass(frozen=True, slots=True)
class Swept:
    """A recipe, planned as far as possible; `plan` is None when there is a problem.

    `sweeps` are its grids, each walked. There are none unless they are sound: with a plan, or when the only
    problem is that no cell is left.
    """

    plan: Plan | None
    sweeps: Sequence[Sweep]
    problems: list[Problem]


def sweep_recipe(
    recipe: Recipe,
    provider: Provider,
    target: str,
    files: Files = NO_FILES,
    extensions: Extensions = BUILT_IN,
) -> Swept:
    """Plan a recipe as `draft_plan` does, and keep what it was made from: for explaining where a cell is from."""
    prepared, draft = draft_sweeps(recipe, provider, files, extensions)
    sweeps = [sweep for sweep in prepared if sweep is not None]
    if not _countable_together(draft, sweeps):
        return Swept(None, (), draft.problems)
    for sweep in sweeps:
        sweep.walk(target)
    report_faults(draft, sweeps)
    if any(sweep.places for sweep in sweeps):
        # Where no cell is left, whatever is given applies in none; that is not what is wrong.
        report_idle(draft, sweeps)
    count = sum(len(sweep.places) for sweep in sweeps)
    if count > MAX_CELLS:
        draft.report(("grids",), f"these make {count:,} cells; a plan has at most {MAX_CELLS:,}", on_key=True)
    elif not count and not draft.problems:
        _nothing_left(draft, sweeps)
        return Swept(None, sweeps, draft.problems)
    if draft.problems or len(sweeps) < len(prepared):
        return Swept(None, (), draft.problems)
    return Swept(_plan(recipe, provider, target, draft, sweeps), sweeps, [])


def draft_sweeps(
    recipe: Recipe, provider: Provider, files: Files = NO_FILES, extensions: Extensions = BUILT_IN
) -> tuple[list[Sweep | None], Draft]:
    """Prepare the grids of a recipe for sweeping, None in place of one that cannot be.

    What is wrong so far is in the draft.
    """
    model = provider.model(recipe.model)
    draft = Draft(recipe, [], model.id if model else "", provider, files, extensions)
    if model is None:
        _unknown_model(draft, provider)
        return [None], draft
    check_names(draft)
    prepared = [_prepared(draft, provider, grid) for grid in recipe.grids]
    names = [GRID] if len(recipe.grids) > 1 else []
    names += [source.name for source in recipe.axes]
    parameters = [parameter.name for parameter in provider.parameters_of(model.id)]
    check_sheets(draft, names, [*parameters, *added_names(draft)])
    axes = known_axes(prepared)
    prepare_after(draft, axes, parameters)
    prepare_asserts(draft, axes)
    return prepared, draft


def choose_provider(recipe: Recipe, providers: Sequence[Provider]) -> tuple[Provider | None, list[Problem]]:
    """Find the provider that the recipe's model names, or say which there are."""
    provider = next((known for known in providers if known.name == recipe.provider), None)
    if provider is not None:
        return provider, []
    draft = Draft(recipe, [])
    full = [f"{known.name}/{model.id}" for known in providers for model in known.models]
    written = f"{recipe.provider}/{recipe.model}" if recipe.model else recipe.provider
    there = ", ".join(known.name for known in providers)
    said = f"{written!r} names no provider that is known; write provider/model, with one of: {there}"
    draft.report(("model",), said, near(written, full))
    return None, draft.problems


def _unknown_model(draft: Draft, provider: Provider) -> None:
    names = [name for model in provider.models for name in (model.id, *model.aliases)]
    close = near(draft.recipe.model, names)
    there = ", ".join(model.id for model in provider.models)
    said = f"{provider.name} has no model {draft.recipe.model!r}; there are: {there}"
    suggestion = f"{provider.name}/{close}" if close else None
    draft.report(("model",), said, suggestion)


def _prepared(draft: Draft, provider: Provider, grid: Grid) -> Sweep | None:
    """Prepare one grid; None after checking what is left of one that cannot be swept."""
    own = replace(draft, recipe=replace(draft.recipe, params=grid.params, axes=grid.axes))
    if not _few(own, grid, ()):
        return None
    axes, whole = _axes(own, provider)
    if not _few(own, grid, axes):
        return None
    assembler = Assembler(own, provider, draft.model, axes, grid)
    check_roles(own, assembler, axes)
    space = space_of(own, axes, grid.zips)
    if space is None or not whole:
        _spot_check(assembler, axes)
        return None
    pieces = Pieces(assembler, space)
    sieves = sieves_of(own, pieces, grid.keeps)
    if not _countable(own, grid, axes, space.count):
        return None
    return Sweep(grid, own, axes, pieces, sieves)


def _axes(draft: Draft, provider: Provider) -> tuple[list[PlacedAxis], bool]:
    parameters = {parameter.name: parameter for parameter in provider.parameters_of(draft.model)}
    placed: list[PlacedAxis | None] = []
    count = 0
    for source in draft.recipe.axes:
        if count > MAX_VALUES:
            break
        placed.append(expand_axis(source, parameters.get(source.name), draft))
        count += len(placed[-1].places) if placed[-1] is not None else 0
    return [axis for axis in placed if axis is not None], None not in placed


def _few(draft: Draft, grid: Grid, axes: Sequence[PlacedAxis]) -> bool:
    """Tell whether the axes of this grid, and of those before it, have few enough values to work with."""
    try:
        draft.values.spend(sum(len(placed.places) for placed in axes))
    except TemplateFault:
        said = f"the axes of a recipe have at most {MAX_VALUES:,} values together"
        draft.report((*grid.path, "axes"), said, on_key=True)
        return False
    return True


def _countable(draft: Draft, grid: Grid, axes: Sequence[PlacedAxis], count: int) -> bool:
    most = MAX_PLACES if grid.keeps else MAX_CELLS
    if grid.sample is not None:
        if grid.sample.count > MAX_CELLS:
            draft.report((*grid.sample.path, "count"), f"a plan has at most {MAX_CELLS:,} cells")
        return grid.sample.count <= MAX_CELLS
    if count <= most:
        return True
    sizes = " x ".join(f"{placed.axis.name} {len(placed.places)}" for placed in axes)
    what = (
        f"places, and conditions are asked of at most {most:,}"
        if grid.keeps
        else f"cells; a plan has at most {most:,}"
    )
    said = f"{sizes} makes {count:,} {what}"
    draft.report(
        (*grid.path, "axes"), said if count < 10**5 * most else f"{said}; `sample` takes a part", on_key=True
    )
    return False


def _countable_together(draft: Draft, sweeps: Sequence[Sweep]) -> bool:
    """Report grids that are each small enough, and too large together; they are told before they are walked."""
    places = sum(sweep.grid.sample.count if sweep.grid.sample else sweep.pieces.space.count for sweep in sweeps)
    sure = sum(sweep.pieces.space.count for sweep in sweeps if not sweep.sieves and sweep.grid.sample is None)
    if sure > MAX_CELLS:
        said = f"these make {sure:,} cells; a plan has at most {MAX_CELLS:,}"
    elif places > MAX_PLACES:
        said = f"these have {places:,} places together, and conditions are asked of at most {MAX_PLACES:,}"
    else:
        return True
    draft.report(("grids",), said, on_key=True)
    return False


def _spot_check(assembler: Assembler, axes: Sequence[PlacedAxis]) -> None:
    """Check what is left of a grid of which an axis is broken: each value of each axis once."""
    origin = [0] * len(axes)
    for axis, placed in enumerate(axes):
        for index in range(len(placed.places)):
            assembler.request((*origin[:axis], index, *origin[axis + 1 :]))
    if not axes:
        assembler.request(())


def _nothing_left(draft: Draft, sweeps: Sequence[Sweep]) -> None:
    """Report a recipe whose conditions leave no cell at all."""
    for sweep in sweeps:
        told = ", ".join(f"{reason.text!r} drops {reason.places:,}" for reason in sweep.reasons if reason.places)
        path = sweep.grid.keeps[0].path[:-1] if sweep.grid.keeps else (*sweep.grid.path, "axes")
        draft.report(path, f"no cell is left: of {sweep.pieces.space.count:,} places {told}", on_key=True)


def _plan(recipe: Recipe, provider: Provider, target: str, draft: Draft, sweeps: Sequence[Sweep]) -> Plan:
    union = unite(sweeps)
    parameters = [parameter.name for parameter in provider.parameters_of(draft.model)]
    after, compared = prepare_after(draft.scratch(), union.axes, parameters)
    cells = Cells([_stretch(sweep, lift, len(sweeps)) for sweep, lift in zip(sweeps, union.lifts, strict=True)])
    reasons = tuple(reason for sweep in sweeps for reason in sweep.reasons)
    excluded: dict[tuple[int, ...], int] = {}
    base = 0
    for sweep, lift in zip(sweeps, union.lifts, strict=True):
        excluded |= {lift(sweep.coordinates(place)): base + at for place, at in sweep.excluded.items()}
        base += len(sweep.reasons)
    return Plan(
        title=recipe.title,
        recipe_file=recipe.file,
        recipe_digest=recipe.digest,
        provider=provider.name,
        model=draft.model,
        target=target,
        page_digest=provider.digest,
        axes=union.axes,
        cells=cells,
        sheets=recipe.sheets,
        concurrency=recipe.limits.concurrency,
        digest=plan_digest(provider.name, draft.model, target, union.axes, cells),
        budget=recipe.limits.budget,
        rate=recipe.limits.rate,
        reasons=reasons,
        excluded=excluded,
        files=_files(sweeps, compared),
        after=after,
        variables=kept_variables(recipe, draft.extensions),
        asserts=prepare_asserts(draft.scratch(), union.axes),
        sources=recipe.sources,
        page_file=provider.page,
        page_request=sweeps[0].pieces.assembler.request_schema,
        zips=tuple(dict.fromkeys(zipped.names for grid in recipe.grids for zipped in grid.zips)),
    )


def _files(sweeps: Sequence[Sweep], compared: Sequence[PlanFile]) -> tuple[PlanFile, ...]:
    """Return the files that any of the grids refers to, or a step compares with, each once."""
    found = [file for sweep in sweeps for file in sweep.pieces.assembler.references.files]
    return tuple({file.sha256: file for file in (*found, *compared)}.values())


def _stretch(sweep: Sweep, lift: Lift, grids: int) -> Stretch:
    own = sweep.coordinates
    sizes = tuple(len(placed.places) for placed in sweep.axes)
    variables = sweep.variables if any(one.step.adds for one in sweep.pieces.assembler.before) else None
    if grids == 1 and math.prod(sizes) == len(sweep.places):
        return Stretch(sweep.places, sweep.digests, own, sweep.request, sizes, variables)
    return Stretch(sweep.places, sweep.digests, lambda place: lift(own(place)), sweep.request, variables=variables)
