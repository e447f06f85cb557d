"""Text to a frozen recipe: parse, check the structure, render the variables, and tell every problem at once.

What a recipe's values may be is the provider page's business and is checked by the plan; here is only what is
true of every recipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Final, cast

from teststrip.base.json import Json, sha256
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import Marks
from teststrip.errors import RecipeError
from teststrip.recipe.changes import NO_CHANGES, Changes
from teststrip.recipe.gather import gather
from teststrip.recipe.model import AxisSource, Limits, Recipe, SheetSpec, SourceFile
from teststrip.recipe.size import outsized
from teststrip.recipe.sources import SourceFault, read_given, shown, source_of
from teststrip.recipe.templates import TemplateFault, render
from teststrip.recipe.variables import render_variables
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import recipe_structure

_LATER: Final = ("grids", "zip", "where", "sample", "before", "after")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a recipe: the recipe as far as it is understood, and all problems so far.

    `recipe` is None when there is too little to go on, such as no model.
    """

    recipe: Recipe | None
    problems: tuple[Problem, ...]


def load_recipe(path: FilePath, changes: Changes = NO_CHANGES) -> Recipe:
    """Read a recipe file, with what it extends; `changes` are made to it from outside.

    Raises RecipeError with every problem, each at its place.
    """
    reading = read_recipe(path, changes)
    if reading.recipe is None or reading.problems:
        raise RecipeError(reading.problems)
    return reading.recipe


def read_recipe(path: FilePath, changes: Changes = NO_CHANGES) -> Reading:
    """Read a recipe file as far as possible; never raises for what is in the file."""
    try:
        source = read_given(path)
    except SourceFault as fault:
        return Reading(None, (Problem(Where(shown(path), 1, 1), "", fault.message),))
    return read_source(source, changes)


def read_text(text: str, file: str, changes: Changes = NO_CHANGES) -> Reading:
    """Read a recipe from its text; `file` is the name that places carry, and where paths in it begin."""
    return read_source(source_of(text, file), changes)


def read_source(source: SourceFile, changes: Changes) -> Reading:
    """Read a recipe from a file that was read."""
    gathered = gather(source, changes)
    document, problems = gathered.document, gathered.problems
    if document is None or not isinstance(document.value, Mapping):
        return Reading(None, tuple(problems))
    large = [Problem(document.marks.key(path), dotted(path), said) for path, said in outsized(document.value)]
    if large:
        return Reading(None, (*problems, *large))
    faulty = _structure(document.value, document.marks, problems)
    body = _without(document.value, faulty)
    known = render_variables(_mapping(body, "vars"), document.marks, changes.env, _chance(body), problems)
    recipe_digest = sha256(gathered.covered())
    unsound = tuple(
        AxisSource(str(path[1]), None, sound=False)
        for path in sorted((path for path in faulty if path[:1] == ("axes",) and len(path) == 2), key=str)
    )
    _titles(body, known, document.marks, problems)
    recipe = _recipe(body, known, recipe_digest, document.marks)
    if recipe is not None:
        axes = (replace(axis, unsound=_positions(faulty, axis.path)) for axis in recipe.axes)
        recipe = replace(recipe, axes=(*axes, *unsound), sources=gathered.sources)
    return Reading(recipe, tuple(problems))


def _positions(faulty: set[Path], path: Path) -> frozenset[int]:
    return frozenset(part for at in faulty if at[:2] == path for part in at[2:] if isinstance(part, int))


def _structure(body: Mapping[str, Json], marks: Marks, problems: list[Problem]) -> set[Path]:
    """Report what the structure schema finds; return the paths that are not to be used."""
    faulty: set[Path] = set()
    for key in body:
        if key in _LATER:
            said = f"`{key}` is not understood by this version of teststrip, which sweeps the product of `axes`"
            problems.append(Problem(marks.key((key,)), key, said))
    known = {key: value for key, value in body.items() if key not in _LATER}
    for fault in find_faults(known, recipe_structure()):
        where = marks.key(fault.path) if fault.on_key else marks.value(fault.path)
        problems.append(Problem(where, dotted(fault.path), fault.message, fault.suggestion))
        value_of_axis = fault.path[:1] == ("axes",) and len(fault.path) > 2 and isinstance(fault.path[2], int)
        faulty.add(fault.path[: 3 if value_of_axis else 2])
    return faulty


def _without(body: Mapping[str, Json], faulty: set[Path]) -> dict[str, Json]:
    """Leave out what the structure check refused, at most two levels deep: a whole axis, parameter or sheet."""
    kept: dict[str, Json] = {}
    for key, value in body.items():
        if (key,) in faulty:
            continue
        if isinstance(value, Mapping):
            kept[key] = {name: member for name, member in value.items() if (key, name) not in faulty}
        elif isinstance(value, list):
            kept[key] = [item for index, item in enumerate(value) if (key, index) not in faulty]
        else:
            kept[key] = value
    return kept


def _titles(body: dict[str, Json], known: Mapping[str, Json], marks: Marks, problems: list[Problem]) -> None:
    """Render the titles of the recipe and of its sheets, in place: they stand over all cells, so `vars` only."""
    holders: list[tuple[dict[str, Json], Path]] = [(body, ())]
    sheets = [dict(cast("Mapping[str, Json]", sheet)) for sheet in cast("list[Json]", body.get("sheets") or [])]
    if sheets:
        body["sheets"] = sheets
        holders += [(sheet, ("sheets", index)) for index, sheet in enumerate(sheets)]
    for holder, path in holders:
        title = holder.get("title")
        if isinstance(title, str):
            place = (*path, "title")
            try:
                holder["title"] = render(title, known)
            except TemplateFault as fault:
                problems.append(Problem(marks.value(place), dotted(place), fault.message, fault.suggestion))


def _recipe(body: Mapping[str, Json], variables: Mapping[str, Json], digest: str, marks: Marks) -> Recipe | None:
    name = body.get("model")
    if not isinstance(name, str):
        return None
    provider, _, model = name.partition("/")
    title = body.get("title")
    limits = _mapping(body, "limits")
    sheets = body.get("sheets")
    return Recipe(
        file=marks.file,
        digest=digest,
        title=title if isinstance(title, str) else _title_of(marks.file),
        provider=provider,
        model=model,
        variables=variables,
        params=_mapping(body, "params"),
        axes=tuple(AxisSource(axis, spec) for axis, spec in _mapping(body, "axes").items()),
        sheets=tuple(_sheet(cast("Mapping[str, Json]", sheet)) for sheet in cast("list[Json]", sheets or [])),
        chance=_chance(body),
        limits=Limits(concurrency=cast("int | None", limits.get("concurrency"))),
        marks=marks,
    )


def _chance(body: Mapping[str, Json]) -> int:
    return int(cast("float", body.get("chance") or 0))  # 7.0 is a whole number too


def _sheet(sheet: Mapping[str, Json]) -> SheetSpec:
    """Turn a checked sheet entry into its record; this is the one place that does."""
    return SheetSpec(
        rows=_names(sheet.get("rows")),
        cols=_names(sheet.get("cols")),
        pages=_names(sheet.get("pages")),
        title=cast("str | None", sheet.get("title")),
        caption=cast("str | None", sheet.get("caption")),
        formats=_names(sheet.get("formats")) or ("png",),
    )


def _names(value: Json) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(cast("list[str]", value or []))


def _mapping(body: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}


def _title_of(file: str) -> str:
    """Make a title of a file's name: `night-portrait.yaml` -> `night portrait`."""
    stem = FilePath(file).name.split(".")[0]
    return stem.replace("-", " ").replace("_", " ") or "recipe"
