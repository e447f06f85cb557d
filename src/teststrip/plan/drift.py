"""What a provider's change does to one recipe: cells refused, cells that quietly become others, cells untouched.

A recipe is planned against both pages for the same target. Cells are matched by their places on the axes, and two
of a place are the same if their digests are: a digest that differs is another picture, to be paid again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from teststrip.base.json import ABSENT, Absent, Json, canonical
from teststrip.base.where import Problem
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.drift_shifts import Request, Share, Shift, Tally, as_bytes, shares_of
from teststrip.plan.files import NO_FILES, Files
from teststrip.plan.identity import cell_digest
from teststrip.plan.kinds.expand import expand_axis
from teststrip.plan.make import choose_provider, draft_plan
from teststrip.plan.model import Cell, Plan
from teststrip.plan.requests import Assembler
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.model import Parameter, Provider
from teststrip.recipe.model import Recipe
from teststrip.schema.check import find_faults

_TARGET = "diff"  # any target: it is the same on both sides


@dataclass(frozen=True, slots=True)
class Drift:
    """What becomes of a recipe.

    `cells` counts its cells under the old page. Of them `refused`, `changed`, `untouched` and `gone` (an axis
    `all` has fewer values) add up; `added` are new. `problems` are the new ones, as `check` tells them; `already`
    those that it has under the old page, and then nothing is counted. `shares` says where the refused cells are.
    `meanings`: same request, same digest, yet the page says that a value means something else now. `unjudged` is
    what could not be told, in words.
    """

    file: str
    concerned: bool = True
    cells: int = 0
    refused: int = 0
    changed: int = 0
    untouched: int = 0
    added: int = 0
    gone: int = 0
    problems: tuple[Problem, ...] = ()
    already: tuple[Problem, ...] = ()
    shares: tuple[Share, ...] = ()
    shifts: tuple[Shift, ...] = ()
    meanings: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()


def drift_of(
    recipe: Recipe,
    problems: Sequence[Problem],
    old: Provider,
    new: Provider,
    files: Files = NO_FILES,
    extensions: Extensions = BUILT_IN,
) -> Drift:
    """Judge a recipe, given the problems that were met in reading it; `files` reads what it refers to."""
    if recipe.provider not in (old.name, new.name):
        return Drift(recipe.file, concerned=False)
    before, was_wrong = _planned(recipe, old, files, extensions)
    after, is_wrong = _planned(recipe, new, files, extensions)
    already = tuple(sorted({*problems, *was_wrong}, key=_place))
    fresh = tuple(sorted({*is_wrong} - {*already}, key=_place))
    if before is None or already:
        return Drift(recipe.file, problems=fresh, already=already)
    if after is None:
        draft = Draft(recipe, [], provider=new, files=files, extensions=extensions)
        return _refused(draft, before, new, fresh)
    return _compared(recipe, before, after, old, new)


def _place(problem: Problem) -> tuple[object, ...]:
    return problem.where, problem.path, problem.message


def _planned(
    recipe: Recipe, provider: Provider, files: Files, extensions: Extensions
) -> tuple[Plan | None, list[Problem]]:
    found, problems = choose_provider(recipe, [provider])
    return (None, problems) if found is None else draft_plan(recipe, found, _TARGET, files, extensions)


def _compared(recipe: Recipe, before: Plan, after: Plan, old: Provider, new: Provider) -> Drift:
    """Compare two plans that are both whole."""
    now = {_key(recipe, after, cell): cell for cell in after.cells}
    tally = Tally(recipe, before)
    gone = 0
    for cell in before.cells:
        heir = now.pop(_key(recipe, before, cell), None)
        if heir is None:
            gone += 1
        else:
            tally.add(cell, heir.request, same=heir.digest == cell.digest)
    if (before.provider, before.model) != (after.provider, after.model):
        tally.rename(f"{before.provider}/{before.model}", f"{after.provider}/{after.model}")
    return Drift(
        recipe.file,
        cells=len(before.cells),
        changed=len(tally.changed),
        untouched=tally.untouched,
        added=len(now),
        gone=gone,
        shifts=tally.shifts(),
        meanings=_meanings(before, old, new),
    )


def _key(recipe: Recipe, plan: Plan, cell: Cell) -> tuple[object, ...]:
    """Name a cell so that both plans name it alike: by value on an axis `all`, by position on every other."""
    specs = {source.name: source.spec for source in recipe.axes}
    parts: list[object] = []
    for axis, index in zip(plan.axes, cell.coordinates, strict=True):
        value = axis.values[index].value
        by_value = specs.get(axis.name) == "all" and not isinstance(value, Absent)
        parts.append(canonical(value) if by_value and not isinstance(value, Absent) else index)
    return tuple(parts)


def _refused(draft: Draft, before: Plan, new: Provider, problems: tuple[Problem, ...]) -> Drift:
    """Find which cells the new page refuses, and what becomes of the others once those are mended."""
    recipe = draft.recipe
    model = new.model(recipe.model)
    if recipe.provider != new.name or model is None:
        return Drift(recipe.file, cells=len(before.cells), refused=len(before.cells), problems=problems)
    if len(recipe.grids) > 1:
        unjudged = ("which of its cells are refused: it has several grids",)
        count = len(before.cells)
        return Drift(recipe.file, cells=count, refused=count, problems=problems, unjudged=unjudged)
    grid = recipe.grids[0]
    recipe = replace(recipe, params=grid.params, axes=grid.axes)
    draft = replace(draft, recipe=recipe, model=model.id)
    judge = _Judge(Assembler(draft, new, model.id, _same_axes(draft, before, new), grid))
    tally = Tally(recipe, before)
    refused: list[Cell] = []
    staying = [cell for cell in before.cells if judge.stays(recipe, before, cell)]
    for cell in staying:
        request = judge.request(cell)
        if request is None:
            refused.append(cell)
        else:
            tally.add(cell, request, same=cell_digest(new.name, model.id, _TARGET, request) == cell.digest)
    if not refused:  # the fault is in no cell: a parameter that counts nowhere now, a sheet without its axis
        return Drift(recipe.file, cells=len(before.cells), refused=len(before.cells), problems=problems)
    return Drift(
        recipe.file,
        cells=len(before.cells),
        refused=len(refused),
        changed=len(tally.changed),
        untouched=tally.untouched,
        gone=len(before.cells) - len(staying),
        problems=problems,
        shares=shares_of(before, refused, staying),
        shifts=tally.shifts(),
    )


def _same_axes(draft: Draft, before: Plan, new: Provider) -> list[PlacedAxis]:
    """Return the axes with as many values as they had: expanded anew where that is possible."""
    parameters = {parameter.name: parameter for parameter in new.parameters_of(draft.model)}
    placed = []
    for source, axis in zip(draft.recipe.axes, before.axes, strict=True):
        fresh = expand_axis(source, parameters.get(source.name), replace(draft, problems=[], told=set()))
        if fresh is None or source.spec == "all" or len(fresh.places) != len(axis.values):
            fresh = PlacedAxis(axis, (source.path,) * len(axis.values))
        placed.append(fresh)
    return placed


@dataclass(slots=True)
class _Judge:
    """Tells for each cell what its request would be, or that the page refuses it."""

    assembler: Assembler
    _sound: dict[tuple[str, bytes], bool] = field(default_factory=dict)

    def request(self, cell: Cell) -> Request | None:
        """Return the request of a cell; None when the page refuses it."""
        draft = self.assembler.draft
        draft.problems.clear()
        draft.told.clear()
        request = self.assembler.request(cell.coordinates)
        whole = not draft.problems and not self._unknown(cell)
        return request if whole and all(self._fits(name, value) for name, value in request.items()) else None

    def stays(self, recipe: Recipe, before: Plan, cell: Cell) -> bool:
        """Tell whether a cell is in the sweep at all: an axis `all` has the values that the page has."""
        specs = {source.name: source.spec for source in recipe.axes}
        for axis, index in zip(before.axes, cell.coordinates, strict=True):
            parameter = self.assembler.parameters.get(axis.name)
            if specs[axis.name] == "all" and parameter is not None and parameter.choices:
                known = {canonical(choice.value) for choice in parameter.choices}
                if as_bytes(axis.values[index].value) not in known:
                    return False
        return True

    def _unknown(self, cell: Cell) -> bool:
        recipe, axes = self.assembler.draft.recipe, [placed.axis for placed in self.assembler.axes]
        values = [axis.values[index] for axis, index in zip(axes, cell.coordinates, strict=True)]
        given = {*recipe.params, *(axis.name for axis in axes if axis.parameter)}
        given.update(itertools.chain.from_iterable(value.sets or () for value in values))
        return not given <= self.assembler.parameters.keys()

    def _fits(self, name: str, value: Json) -> bool:
        key = (name, canonical(value))
        if key not in self._sound:
            schema = self.assembler.schema.get(name)
            self._sound[key] = isinstance(schema, Mapping) and not find_faults(value, schema)
        return self._sound[key]


def _meanings(plan: Plan, old: Provider, new: Provider) -> tuple[str, ...]:
    """Tell values in use whose label is another one now: the request is the same, and the picture may not be."""
    fresh = {parameter.name: parameter for parameter in new.parameters}
    told = []
    for parameter in old.parameters_of(plan.model):
        for value, before, after in _relabelled(parameter, fresh.get(parameter.name)):
            cells = sum(
                as_bytes(cell.request.get(parameter.name, ABSENT)) == as_bytes(value) for cell in plan.cells
            )
            if cells:
                told.append(f'{parameter.name} {value} meant "{before}" and means "{after}" now ({cells} cells)')
    return tuple(told)


def _relabelled(old: Parameter, new: Parameter | None) -> Iterator[tuple[Json, str, str]]:
    labels = {as_bytes(choice.value): choice.label for choice in (new.choices if new else ())}
    for choice in old.choices:
        after = labels.get(as_bytes(choice.value), choice.label)
        if after != choice.label and after and choice.label:
            yield choice.value, choice.label, after
