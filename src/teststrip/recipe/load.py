"""Text to a frozen recipe: parse, check the structure, render the variables, and tell every problem at once.

What a recipe's values may be is the provider page's business and is checked by the plan; here is only what is
true of every recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import cast

from teststrip.base.json import Json, sha256
from teststrip.base.sheets import THEMES
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import Document, Marks
from teststrip.errors import RecipeError
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.asserts import asserts_of
from teststrip.recipe.changes import NO_CHANGES, Changes
from teststrip.recipe.gather import gather
from teststrip.recipe.grids import grids_of, steps_of, unusable, without
from teststrip.recipe.limits import limits_of
from teststrip.recipe.model import Recipe, SheetSpec, SourceFile
from teststrip.recipe.size import outsized
from teststrip.recipe.sources import SourceFault, read_given, shown, source_of
from teststrip.recipe.templates import TemplateFault, render
from teststrip.recipe.variables import render_variables
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import recipe_structure


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a recipe: the recipe as far as it is understood, and all problems so far.

    `recipe` is None when there is too little to go on, such as no model.
    """

    recipe: Recipe | None
    problems: tuple[Problem, ...]


def load_recipe(path: FilePath, changes: Changes = NO_CHANGES, extensions: Extensions = BUILT_IN) -> Recipe:
    """Read a recipe file, with what it extends; `changes` are made to it from outside.

    `extensions` has what plugins bring for its templates and axes.

    Raises RecipeError with every problem, each at its place.
    """
    reading = read_recipe(path, changes, extensions)
    if reading.recipe is None or reading.problems:
        raise RecipeError(reading.problems)
    return reading.recipe


def read_recipe(path: FilePath, changes: Changes = NO_CHANGES, extensions: Extensions = BUILT_IN) -> Reading:
    """Read a recipe file as far as possible; never raises for what is in the file."""
    try:
        source = read_given(path)
    except SourceFault as fault:
        return Reading(None, (Problem(Where(shown(path), 1, 1), "", fault.message),))
    return read_source(source, changes, extensions)


def read_text(text: str, file: str, changes: Changes = NO_CHANGES, extensions: Extensions = BUILT_IN) -> Reading:
    """Read a recipe from its text; `file` is the name that places carry, and where paths in it begin."""
    return read_source(source_of(text, file), changes, extensions)


def read_source(source: SourceFile, changes: Changes, extensions: Extensions = BUILT_IN) -> Reading:
    """Read a recipe from a file that was read."""
    gathered = gather(source, changes, extensions=extensions)
    document, problems = gathered.document, gathered.problems
    if document is None or not isinstance(document.value, Mapping):
        return Reading(None, tuple(problems))
    large = [Problem(document.marks.key(path), dotted(path), said) for path, said in outsized(document.value)]
    if large:
        return Reading(None, (*problems, *large))
    faulty = _structure(document, problems, extensions)
    body = without(document.value, faulty)
    own, chance = _mapping(body, "vars"), _chance(body)
    known = render_variables(own, document.marks, changes.env, chance, problems, extensions)

    def titled(title: str) -> str:
        return render(title, known, extensions=extensions)

    _titles(body, titled, document.marks, problems)
    recipe = _recipe(body, known, sha256(gathered.covered()), document.marks)
    if recipe is not None:
        grids = grids_of(body, faulty)
        # The axes at the top, and of those under `grids` each name once: what sheets and comparisons go by.
        axes = {axis.name: axis for grid in reversed(grids) for axis in reversed(grid.axes)}
        recipe = replace(recipe, axes=tuple(reversed(axes.values())), grids=grids, sources=gathered.sources)
        steps = {key: steps_of(body, key, faulty) for key in ("before", "after")}
        recipe = replace(recipe, before=steps["before"], after=steps["after"], asserts=asserts_of(body, faulty))
    return Reading(recipe, tuple(problems))


def _structure(document: Document, problems: list[Problem], extensions: Extensions) -> set[Path]:
    """Report what the structure schema finds; return the paths that are not to be used."""
    faulty: set[Path] = set()
    marks = document.marks
    for fault in find_faults(document.value, recipe_structure(extensions)):
        where = marks.key(fault.path) if fault.on_key else marks.value(fault.path)
        problems.append(Problem(where, dotted(fault.path), fault.message, fault.suggestion))
        faulty.add(unusable(fault.path))
    return faulty


def _titles(body: dict[str, Json], titled: Callable[[str], str], marks: Marks, problems: list[Problem]) -> None:
    """Render what is said of a recipe and of its sheets, in place: it is of all cells, so `vars` only."""
    holders: list[tuple[dict[str, Json], Path]] = [(body, ())]
    sheets = [dict(cast("Mapping[str, Json]", sheet)) for sheet in cast("list[Json]", body.get("sheets") or [])]
    if sheets:
        body["sheets"] = sheets
        holders += [(sheet, ("sheets", index)) for index, sheet in enumerate(sheets)]
    for holder, path in holders:
        for name in ("title", "author", "notes") if path else ("title",):
            place = (*path, name)
            said = holder.get(name)
            if isinstance(said, list):
                holder[name] = [
                    _rendered(one, titled, (*place, at), marks, problems) for at, one in enumerate(said)
                ]
            elif said is not None:
                holder[name] = _rendered(said, titled, place, marks, problems)


def _rendered(
    text: Json, titled: Callable[[str], str], place: Path, marks: Marks, problems: list[Problem]
) -> Json:
    if not isinstance(text, str):
        return text
    try:
        return titled(text)
    except TemplateFault as fault:
        problems.append(Problem(marks.value(place), dotted(place), fault.message, fault.suggestion))
        return text


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
        axes=(),
        sheets=tuple(_sheet(cast("Mapping[str, Json]", sheet)) for sheet in cast("list[Json]", sheets or [])),
        chance=_chance(body),
        limits=limits_of(limits),
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
        super_rows=_names(sheet.get("super_rows")),
        super_cols=_names(sheet.get("super_cols")),
        animate=cast("str | None", sheet.get("animate")),
        author=cast("str | None", sheet.get("author")),
        notes=_names(sheet.get("notes")),
        theme=cast("str", sheet.get("theme") or THEMES[0]),
        cell_width=_pixels(sheet.get("cell_width")),
        width=_pixels(sheet.get("width")),
    )


def _pixels(value: Json) -> int | None:
    return None if value is None else int(cast("float", value))  # 300.0 is a whole number too


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
