"""How large the parts of a recipe may be, looked at before anything that takes time for each of them.

The figures are far beyond what a person writes, and low enough that whoever made a recipe by the million hears of
it at once, and not of each value by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.recipe.templates import is_template

MAX_KEYS: Final = 10_000  # at the top of a recipe, under `params`, and in a `set`
MAX_NAMES: Final = 1_000  # in a list of a sheet
MAX_VARS: Final = 10_000
MAX_SHEETS: Final = 100
MAX_AXES: Final = 200  # twenty of two values make a million cells; the others have one value each
MAX_AXIS_VALUES: Final = 10_000
MAX_GRIDS: Final = 200
MAX_CONDITIONS: Final = 100  # each is asked of up to five million places
MAX_TEMPLATES: Final = 50_000


def outsized(body: Mapping[str, Json]) -> Iterator[tuple[Path, str]]:
    """Yield the place of every part that is too large, and what is wrong with it."""
    templates = _templates(body, {})
    if templates > MAX_TEMPLATES:
        yield (), f"a recipe has at most {MAX_TEMPLATES:,} texts with templates, and this has {templates:,}"
    yield from _members(body, (), "a recipe has at most {:,} keys", MAX_KEYS)
    yield from _members(body.get("vars"), ("vars",), "a recipe has at most {:,} variables", MAX_VARS)
    yield from _swept(body, ())
    grids = body.get("grids")
    yield from _members(grids, ("grids",), "a recipe has at most {:,} grids", MAX_GRIDS)
    for index, grid in enumerate(grids[:MAX_GRIDS]) if isinstance(grids, list) else ():
        if isinstance(grid, Mapping):
            yield from _swept(grid, ("grids", index))
    sheets = body.get("sheets")
    yield from _members(sheets, ("sheets",), "a recipe has at most {:,} sheets", MAX_SHEETS)
    for index, sheet in enumerate(sheets) if isinstance(sheets, list) else ():
        for key, names in sheet.items() if isinstance(sheet, Mapping) else ():
            yield from _members(
                names, ("sheets", index, key), "a list in a sheet has at most {:,} names", MAX_NAMES
            )


def _swept(body: Mapping[str, Json], at: Path) -> Iterator[tuple[Path, str]]:
    """Look at what is swept, at the top or in a grid."""
    params = (*at, "params")
    yield from _members(body.get("params"), params, "a request has at most {:,} parameters", MAX_KEYS)
    yield from _members(body.get("where"), (*at, "where"), "there are at most {:,} conditions", MAX_CONDITIONS)
    yield from _members(body.get("zip"), (*at, "zip"), "there are at most {:,} zips", MAX_AXES)
    axes = body.get("axes")
    yield from _members(axes, (*at, "axes"), "a recipe has at most {:,} axes", MAX_AXES)
    if isinstance(axes, Mapping):
        for name, spec in axes.items():
            yield from _axis(spec, (*at, "axes", name))


def _axis(spec: Json, path: Path) -> Iterator[tuple[Path, str]]:
    yield from _members(spec, path, "an axis has at most {:,} values", MAX_AXIS_VALUES)
    if isinstance(spec, list) and len(spec) <= MAX_AXIS_VALUES:
        for index, item in enumerate(spec):
            if isinstance(item, Mapping):
                said = "a value sets at most {:,} parameters"
                yield from _members(item.get("set"), (*path, index, "set"), said, MAX_KEYS)


def _templates(value: Json, seen: dict[int, bool]) -> int:
    """Count the texts with templates; what aliases repeat is looked at once and counts each time."""
    if isinstance(value, str):
        if id(value) not in seen:
            seen[id(value)] = is_template(value)
        return seen[id(value)]
    if isinstance(value, Mapping):
        return sum(_templates(member, seen) for member in value.values())
    return sum(_templates(item, seen) for item in value) if isinstance(value, list) else 0


def _members(value: Json, path: Path, said: str, most: int) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list | Mapping) and len(value) > most:
        yield path, f"{said.format(most)}, and this has {len(value):,}"
