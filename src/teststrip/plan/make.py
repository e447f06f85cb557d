"""Recipe to plan: axes, their product, and for each cell its request and digest. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final

from teststrip.base.json import ABSENT
from teststrip.base.near import near
from teststrip.base.where import Problem
from teststrip.errors import RecipeError
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.files import NO_FILES, Files
from teststrip.plan.identity import cell_digest, plan_digest
from teststrip.plan.kinds.expand import expand_axis
from teststrip.plan.model import Cell, Plan
from teststrip.plan.requests import Assembler
from teststrip.plan.sheets import check_sheets
from teststrip.provider.model import Provider
from teststrip.recipe.model import Recipe

MAX_CELLS: Final = 1_000_000


def make_plan(recipe: Recipe, provider: Provider, target: str, files: Files = NO_FILES) -> Plan:
    """Plan a recipe against a provider page, for a target (see `run.target`); `files` reads what it refers to.

    Raises RecipeError with every problem, each at its place in the recipe.
    """
    plan, problems = draft_plan(recipe, provider, target, files)
    if plan is None:
        raise RecipeError(problems)
    return plan


def draft_plan(
    recipe: Recipe, provider: Provider, target: str, files: Files = NO_FILES
) -> tuple[Plan | None, list[Problem]]:
    """Plan a recipe as far as possible: the plan, or None, and all problems found."""
    model = provider.model(recipe.model)
    draft = Draft(recipe, [], model.id if model else "", provider, files)
    if model is None:
        _unknown_model(draft, provider)
        return None, draft.problems
    axes, whole = _axes(draft, provider, model.id)
    assembler = Assembler(draft, provider, model.id, axes)
    _check_roles(draft, assembler, axes)
    names = [source.name for source in recipe.axes]
    sheets = check_sheets(draft, names, list(assembler.parameters))
    if not _countable(draft, axes):
        return None, draft.problems
    cells = _cells(assembler, axes, target) if whole else _sample(assembler, axes)
    if draft.problems:
        return None, draft.problems
    plain = tuple(placed.axis for placed in axes)
    return Plan(
        title=recipe.title,
        recipe_file=recipe.file,
        recipe_digest=recipe.digest,
        provider=provider.name,
        model=model.id,
        target=target,
        page_digest=provider.digest,
        axes=plain,
        cells=cells,
        sheets=sheets,
        concurrency=recipe.limits.concurrency,
        digest=plan_digest(provider.name, model.id, target, plain, cells),
        files=assembler.references.files,
        sources=recipe.sources,
        page_file=provider.page,
        page_request=assembler.request_schema,
    ), []


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


def _axes(draft: Draft, provider: Provider, model: str) -> tuple[list[PlacedAxis], bool]:
    parameters = {parameter.name: parameter for parameter in provider.parameters_of(model)}
    placed = [expand_axis(source, parameters.get(source.name), draft) for source in draft.recipe.axes]
    return [axis for axis in placed if axis is not None], None not in placed


def _check_roles(draft: Draft, assembler: Assembler, axes: list[PlacedAxis]) -> None:
    """Report axes that do nothing, and parameters that two axes would both decide."""
    mentioned = assembler.mentioned()
    parameters = list(assembler.parameters)
    owners: dict[str, str] = {}
    for placed in axes:
        axis = placed.axis
        sets = sorted({name for value in axis.values for name in value.sets or ()})
        plain = any(value.value is not ABSENT for value in axis.values)
        alone = any(value.value is not ABSENT and not value.sets and not value.replace for value in axis.values)
        idle = alone and not axis.parameter and axis.name not in mentioned
        if idle and not assembler.may_mention(axis.name):
            _idle_axis(draft, assembler, axis.name, parameters)
        for name in ([axis.name] if axis.parameter and plain else []) + sets:
            if owners.setdefault(name, axis.name) != axis.name:
                said = f"{name} is decided by axis {owners[name]} and by axis {axis.name}; one of them must let go"
                draft.report(("axes", axis.name), said, on_key=True)


def _idle_axis(draft: Draft, assembler: Assembler, name: str, parameters: list[str]) -> None:
    elsewhere = next((p for p in assembler.provider.parameters if p.name == name), None)
    if elsewhere is not None:
        said = f"{assembler.model} does not take {name}; it belongs to {', '.join(elsewhere.models)}"
        draft.report(("axes", name), said, on_key=True)
        return
    swept = {source.name for source in draft.recipe.axes}
    # A free variable may well be called `style`: only a likely slip (not `scale`) is worth naming.
    close = near(name, [known for known in parameters if known not in swept], 0.7)
    said = f"{name} is no parameter of {assembler.model}, and no template mentions ${{{{ {name} }}}}"
    draft.report(("axes", name), said, close, on_key=True)


def _countable(draft: Draft, axes: list[PlacedAxis]) -> bool:
    count = math.prod(len(placed.places) for placed in axes)
    if count > MAX_CELLS:
        sizes = " x ".join(f"{placed.axis.name} {len(placed.places)}" for placed in axes)
        draft.report(("axes",), f"{sizes} makes {count:,} cells; a plan has at most {MAX_CELLS:,}", on_key=True)
    return count <= MAX_CELLS


def _cells(assembler: Assembler, axes: list[PlacedAxis], target: str) -> tuple[Cell, ...]:
    """Walk the product in the order that people expect: the last axis fastest."""
    provider, model = assembler.provider.name, assembler.model
    cells: list[Cell] = []
    for coordinates in itertools.product(*(range(len(placed.places)) for placed in axes)):
        request = assembler.request(coordinates)
        if not assembler.draft.problems:
            cells.append(Cell(coordinates, request, cell_digest(provider, model, target, request)))
    if not any(source.unsound for source in assembler.draft.recipe.axes):
        assembler.report_idle()
    return tuple(cells)


def _sample(assembler: Assembler, axes: list[PlacedAxis]) -> tuple[Cell, ...]:
    """Check what is left of a recipe of which an axis is broken: each value of each axis once."""
    origin = [0] * len(axes)
    for axis, placed in enumerate(axes):
        for index in range(len(placed.places)):
            assembler.request((*origin[:axis], index, *origin[axis + 1 :]))
    if not axes:
        assembler.request(())
    return ()
