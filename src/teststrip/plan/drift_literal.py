"""What a schema's change does to a recipe when no page is known: its written values, held against both schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teststrip.base.json import Absent, Json
from teststrip.base.where import Path, Problem, dotted
from teststrip.plan.draft import Draft
from teststrip.plan.drift import Drift
from teststrip.plan.kinds.expand import expand_axis
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.sizes import sides
from teststrip.recipe.model import Recipe
from teststrip.recipe.templates import is_template
from teststrip.schema.check import find_faults
from teststrip.schema.diff.meaning import meaning
from teststrip.schema.diff.references import inlined

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Written:
    """One value that a recipe gives a parameter; `swept` when it stands on the axis of that name."""

    name: str
    value: Json
    path: Path
    swept: bool = False


def literal_drift(
    recipe: Recipe,
    problems: tuple[Problem, ...],
    old: tuple[str, Mapping[str, Schema]],
    new: tuple[str, Mapping[str, Schema]],
    extensions: Extensions = BUILT_IN,
) -> Drift:
    """Judge a recipe by the request schemas alone; `old` and `new` are a provider's name and its schemas by model.

    Cells are not counted: without the page nobody knows what its defaults make of them.
    """
    if recipe.provider not in (old[0], new[0]):
        return Drift(recipe.file, concerned=False)
    before, after = old[1].get(recipe.model), new[1].get(recipe.model)
    if before is None and after is None:
        said = f"{recipe.model} has no schema on either side; it may be an alias, which only a page knows"
        return Drift(recipe.file, unjudged=(said,), already=problems)
    if before is None or after is None:
        place, path = recipe.place("model")
        gone = (Problem(place, path, f"{recipe.model} has no {'new' if after is None else 'old'} schema"),)
        return Drift(
            recipe.file, problems=gone if after is None else (), already=(*problems, *gone[: before is None])
        )
    if before == after and not problems:
        return Drift(recipe.file)
    written = list(_written(recipe, extensions))
    was = {*problems, *_problems(recipe, written, before, after)}
    now = set(_problems(recipe, written, after, before))
    return Drift(
        recipe.file,
        problems=_sorted(now - was),
        already=_sorted(was),
        unjudged=tuple(_unjudged(written, before, after)),
    )


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.where, problem.path, problem.message)))


def _written(recipe: Recipe, extensions: Extensions) -> Iterator[_Written]:
    for name, value in recipe.params.items():
        yield _Written(name, value, ("params", name))
    for source in recipe.axes:
        placed = (
            None if source.spec == "all" else expand_axis(source, None, Draft(recipe, [], extensions=extensions))
        )
        if placed is None:  # `all` is what a schema lists, whatever that is
            continue
        for own, place in zip(placed.axis.values, placed.places, strict=True):
            if not isinstance(own.value, Absent):
                yield _Written(source.name, own.value, place, swept=True)
            item = place[:-1] if place[-1] == "value" else place
            for name, inner in (own.sets or {}).items():
                yield _Written(name, inner, (*item, "set", name))


def _problems(recipe: Recipe, written: Sequence[_Written], schema: Schema, other: Schema) -> Iterator[Problem]:
    properties, marks = schema.get("properties", {}), recipe.marks
    # An axis of a name that neither schema has is a variable of the recipe's own.
    names = [one for one in written if not one.swept]
    names += [_Written(s.name, None, s.path) for s in recipe.axes if s.name in other.get("properties", {})]
    for one in names:
        if one.name not in properties and schema.get("additionalProperties", True) is False:
            yield Problem(marks.key(one.path), dotted(one.path), f"{one.name} is no parameter of {recipe.model}")
    for one in written:
        if one.name in properties and not _templated(one.value) and not _named_size(one, properties[one.name]):
            for fault in find_faults(one.value, properties[one.name]):
                path = (*one.path, *fault.path)
                where = marks.key(path) if fault.on_key else marks.value(path)
                yield Problem(where, dotted(path), fault.message, fault.suggestion)
    given = {one.name for one in written} | {source.name for source in recipe.axes}
    for name in schema.get("required", ()):
        if name not in given:
            said = f"{name} is required: write it under params, or as an axis"
            yield Problem(marks.value(("params",)), "params", said)


def _templated(value: Json) -> bool:
    if isinstance(value, str):
        return is_template(value)
    if isinstance(value, Mapping):
        return any(map(_templated, value.values()))
    return isinstance(value, list) and any(map(_templated, value))


def _named_size(one: _Written, node: Schema) -> bool:
    """Tell whether a size is written by a name, which only a page knows."""
    return one.swept and isinstance(one.value, str) and "x-teststrip-size" in node and sides(one.value) is None


def _unjudged(written: list[_Written], old: Schema, new: Schema) -> Iterator[str]:
    templated = list(dict.fromkeys(dotted(one.path) for one in written if _templated(one.value)))
    if templated:
        yield f"what the templates make: {', '.join(templated)}"
    if meaning(inlined(old)).get("allOf") != meaning(inlined(new)).get("allOf"):
        yield "conditions (needed when ...), which depend on defaults"
    given = {one.name for one in written}
    defaults = [
        name
        for name, node in new.get("properties", {}).items()
        if name not in given and old.get("properties", {}).get(name, {}).get("default") != node.get("default")
    ]
    if defaults:
        yield f"which cells change by another default: {', '.join(defaults)}; give pages to count them"
    else:
        yield "cells and their digests; give pages to count them"
