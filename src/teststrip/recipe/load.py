"""Text to a frozen recipe: parse, check the structure, render the variables, and tell every problem at once.

What a recipe's values may be is the provider page's business and is checked by the plan; here is only what is
true of every recipe.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Final, cast

from teststrip.base.json import Json, canonical, sha256
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import Marks, parse_yaml
from teststrip.errors import RecipeError
from teststrip.recipe.bounds import MAX_VARS_WORK, Work
from teststrip.recipe.chance import Chance
from teststrip.recipe.grids import grids_of, steps_of, unusable, without
from teststrip.recipe.model import Limits, Recipe, SheetSpec, SourceFile
from teststrip.recipe.size import outsized
from teststrip.recipe.templates import TemplateFault, render
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import recipe_structure

_LATER: Final = ("extends",)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a recipe: the recipe as far as it is understood, and all problems so far.

    `recipe` is None when there is too little to go on, such as no model.
    """

    recipe: Recipe | None
    problems: tuple[Problem, ...]


def load_recipe(path: FilePath, variables: Mapping[str, str] | None = None) -> Recipe:
    """Read a recipe file; `variables` override its `vars`.

    Raises RecipeError with every problem of the file, each at its place.
    """
    reading = read_recipe(path, variables)
    if reading.recipe is None or reading.problems:
        raise RecipeError(reading.problems)
    return reading.recipe


def read_recipe(path: FilePath, variables: Mapping[str, str] | None = None) -> Reading:
    """Read a recipe file as far as possible; never raises for what is in the file."""
    # A name that is not UTF-8 (or not in the locale's letters) has no place in JSON: it is shown as bytes are.
    file = os.fsencode(path).decode("utf-8", "backslashreplace")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _unread(file, f"the file is not UTF-8 text (byte {error.start})")
    except OSError as error:
        return _unread(file, f"the file cannot be read: {error.strerror or error}")
    return read_text(text, file, variables)


def read_text(text: str, file: str, variables: Mapping[str, str] | None = None) -> Reading:
    """Read a recipe from its text; `file` is the name that places carry."""
    document, problems = parse_yaml(text, file)
    if document is None:
        return Reading(None, tuple(problems))
    if not isinstance(document.value, Mapping):
        return _unread(file, "a recipe is a mapping: `teststrip: 1`, `model: ...`, `params:`, `axes:`")
    large = [Problem(document.marks.key(path), dotted(path), said) for path, said in outsized(document.value)]
    if large:
        return Reading(None, (*problems, *large))
    faulty = _structure(document.value, document.marks, problems)
    body = without(document.value, faulty)
    given = dict(variables or {})
    known = _variables(body, given, document.marks, problems)
    recipe_digest = sha256(text.encode() + b"\0" + canonical(given))
    _titles(body, known, document.marks, problems)
    recipe = _recipe(body, known, recipe_digest, document.marks)
    if recipe is not None:
        grids = grids_of(body, faulty)
        # The axes at the top, and of those under `grids` each name once: what sheets and comparisons go by.
        axes = {axis.name: axis for grid in reversed(grids) for axis in reversed(grid.axes)}
        source = SourceFile(file, sha256(text.encode()), text)
        recipe = replace(recipe, axes=tuple(reversed(axes.values())), grids=grids, sources=(source,))
    return Reading(recipe, tuple(problems))


def _unread(file: str, message: str) -> Reading:
    return Reading(None, (Problem(Where(file, 1, 1), "", message),))


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
        faulty.add(unusable(fault.path))
    return faulty


def _variables(
    body: Mapping[str, Json], given: Mapping[str, str], marks: Marks, problems: list[Problem]
) -> dict[str, Json]:
    """Render `vars` in order: each may use those above it, and those given from outside win."""
    known: dict[str, Json] = dict(given)
    work = Work(MAX_VARS_WORK)
    seed = _chance(body)
    for name, value in _mapping(body, "vars").items():
        if name in given:
            continue
        if isinstance(value, str):
            try:
                known[name] = render(value, known, Chance(seed, f"vars.{name}"), work)
                continue
            except TemplateFault as fault:
                path = ("vars", name)
                problems.append(Problem(marks.value(path), dotted(path), fault.message, fault.suggestion))
        known[name] = value
    return known


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
        axes=(),
        sheets=tuple(_sheet(cast("Mapping[str, Json]", sheet)) for sheet in cast("list[Json]", sheets or [])),
        chance=_chance(body),
        limits=Limits(concurrency=cast("int | None", limits.get("concurrency"))),
        marks=marks,
        before=steps_of(body, "before"),
        after=steps_of(body, "after"),
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
