"""The grids of a recipe: what it sweeps at the top of the file, or under `grids`, or both together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from teststrip.base.json import Json
from teststrip.recipe.model import AxisSource, Grid, Keep, Sample, StepSource, Zip

if TYPE_CHECKING:
    from teststrip.base.where import Path

_SWEPT: Final = ("params", "axes", "zip", "where", "sample")


def grids_of(body: Mapping[str, Json], faulty: AbstractSet[Path]) -> tuple[Grid, ...]:
    """Return what a checked recipe sweeps.

    What stands at the top of the file belongs to each entry of `grids`, which may say otherwise: its parameters
    and axes go before those of the same name, its zips and conditions are added, its sample goes before.
    `faulty` are the paths that the structure check refused, of which `body` has none left.
    """
    top = _grid(body, (), faulty)
    inner = body.get("grids")
    if not isinstance(inner, Sequence) or not inner:
        return (top,)
    grids = []
    for index, entry in enumerate(inner):
        if isinstance(entry, Mapping):
            grids.append(_joined(top, _grid(entry, ("grids", index), faulty)))
    return tuple(grids)


def without(body: Mapping[str, Json], faulty: AbstractSet[Path], at: Path = ()) -> dict[str, Json]:
    """Leave out what the structure check refused: a whole axis, parameter, condition or sheet."""
    kept: dict[str, Json] = {}
    for key, value in body.items():
        path = (*at, key)
        if path in faulty:
            continue
        if isinstance(value, Mapping):
            kept[key] = {name: member for name, member in value.items() if (*path, name) not in faulty}
        elif key == "grids" and isinstance(value, list):
            # A refused entry keeps its place, so that the paths of the others stay true.
            kept[key] = [
                without(item, faulty, (*path, index)) if isinstance(item, Mapping) else None
                for index, item in enumerate(value)
            ]
        elif key == "sheets" and isinstance(value, list):
            kept[key] = [_sound_sheet(item, faulty, (*path, index)) for index, item in enumerate(value)]
        elif isinstance(value, list):
            kept[key] = [item for index, item in enumerate(value) if (*path, index) not in faulty]
        else:
            kept[key] = value
    return kept


def _sound_sheet(sheet: Json, faulty: AbstractSet[Path], at: Path) -> dict[str, Json]:
    """Return what can be used of a sheet, which keeps its place as grids do.

    What is wrong with its formats says nothing of whether one of them is an animation.
    """
    if at in faulty or not isinstance(sheet, Mapping):
        return {}
    gone = {path[-1] for path in faulty if path[:-1] == at}
    if "formats" in gone:
        gone.add("animate")
    return {name: member for name, member in sheet.items() if name not in gone}


def unusable(path: Path) -> Path:
    """Return how much of a recipe is not to be used for a fault at a path.

    An axis's value, an axis, a member, or a member of a sheet.
    """
    inside = path[:2] if path[:1] == ("grids",) else ()
    rest = path[len(inside) :]
    value_of_axis = rest[:1] == ("axes",) and len(rest) > 2 and isinstance(rest[2], int)
    return (*inside, *rest[: 3 if value_of_axis or rest[:1] == ("sheets",) else 2])


def steps_of(body: Mapping[str, Json], key: str, faulty: AbstractSet[Path]) -> tuple[StepSource, ...]:
    """Return the steps of `before` or `after`, in their order, each with its place in the file."""
    steps = []
    for index, found in members_of(body, key, faulty, ()):
        path, entry = (key, index), cast("str | Mapping[str, Json]", found)
        if isinstance(entry, str):
            steps.append(StepSource(entry, {}, path))
        else:
            options = {name: value for name, value in entry.items() if name != "use"}
            steps.append(StepSource(str(entry["use"]), options, path))
    return tuple(steps)


def _grid(body: Mapping[str, Json], at: Path, faulty: AbstractSet[Path]) -> Grid:
    """Turn the sweep of a checked mapping into its record; this is the one place that does."""
    params = _mapping(body, "params")
    axes = [AxisSource(name, spec, inside=at) for name, spec in _mapping(body, "axes").items()]
    axes = [replace(axis, unsound=_positions(faulty, axis.path)) for axis in axes]
    broken = sorted((path for path in faulty if path[:-1] == (*at, "axes")), key=str)
    axes += [AxisSource(str(path[-1]), None, sound=False, inside=at) for path in broken]
    title = body.get("title") if at else None
    return Grid(
        title=title if isinstance(title, str) else "",
        path=at,
        params=params,
        places={name: (*at, "params", name) for name in params},
        axes=tuple(axes),
        zips=tuple(
            Zip(tuple(cast("list[str]", names)), (*at, "zip", index))
            for index, names in members_of(body, "zip", faulty, at)
        ),
        keeps=tuple(_keep(entry, (*at, "where", index)) for index, entry in members_of(body, "where", faulty, at)),
        sample=_sample(body.get("sample"), (*at, "sample"), faulty),
    )


def _joined(top: Grid, own: Grid) -> Grid:
    axes = {axis.name: axis for axis in top.axes} | {axis.name: axis for axis in own.axes}
    # A parameter that the grid settles is not swept by an axis from above, and the other way round.
    axes = {name: axis for name, axis in axes.items() if axis.inside or name not in own.params}
    fixed = {name: value for name, value in top.params.items() if name not in {a.name for a in own.axes}}
    params = {**fixed, **own.params}
    return replace(
        own,
        params=params,
        places={name: own.places.get(name) or top.places[name] for name in params},
        axes=tuple(axes.values()),
        zips=(*_left(top, {axis.name for axis in top.axes} - axes.keys()), *own.zips),
        keeps=(*top.keeps, *own.keeps),
        sample=own.sample or top.sample,
    )


def _left(top: Grid, settled: AbstractSet[str]) -> Iterator[Zip]:
    """Yield the zips from above without the axes that a grid has settled; one that is left varies by itself."""
    for zipped in top.zips:
        names = tuple(name for name in zipped.names if name not in settled)
        if len(names) > 1:
            yield replace(zipped, names=names) if settled else zipped


def members_of(body: Mapping[str, Json], key: str, faulty: AbstractSet[Path], at: Path) -> list[tuple[int, Json]]:
    """Return the entries of a list with their numbers in the file, though the refused are gone from it."""
    value = body.get(key)
    if isinstance(value, str):
        return [(0, value)]
    entries = list(cast("Sequence[Json]", value or ()))
    gone = {path[-1] for path in faulty if path[:-1] == (*at, key)}
    places = [index for index in range(len(entries) + len(gone)) if index not in gone]
    return list(zip(places, entries, strict=False))


def _keep(entry: Json, path: Path) -> Keep:
    if isinstance(entry, Mapping):
        return Keep(str(entry["keep"]), str(entry.get("because", "")), path)
    return Keep(str(entry), "", path)


def _sample(value: Json, path: Path, faulty: AbstractSet[Path]) -> Sample | None:
    if not isinstance(value, Mapping) or any(at[: len(path)] == path for at in faulty):
        return None
    count, seed = cast("float", value["count"]), cast("float", value.get("seed", 0))
    return Sample(str(value.get("method", "random")), int(count), int(seed), path)


def _positions(faulty: AbstractSet[Path], path: Path) -> frozenset[int]:
    return frozenset(
        part for at in faulty if at[: len(path)] == path for part in at[len(path) :] if isinstance(part, int)
    )


def _mapping(body: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}
