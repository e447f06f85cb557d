"""Files of tools that plugins know: who reads a file, and what it says as a grid, whose words we then look up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.base.where import Path, Problem, Where
from teststrip.errors import RecipeError, UsageError
from teststrip.exchange.grid.model import Grid, GridAxis, GridValue, Setting
from teststrip.exchange.grid.read import MOST_VALUES
from teststrip.plugins.extensions import Extensions
from teststrip.plugins.manager import words
from teststrip.plugins.quiet import quiet
from teststrip.plugins.records import Imported

OWN: Final = "grid"
"""What the program reads itself: sd-infinity-grid-generator's and SwarmUI's definitions."""
_HOOK: Final = "teststrip_importers"
_SHAPE: Final = "an axis is a list of values, each plain or {title: ..., set: {name: value}}"
_PLAIN: Final = (str, int, float, bool)


def importer_for(text: str, file: str, extensions: Extensions, wanted: str | None = None) -> str:
    """Return the name of whoever reads a file: the one that is `wanted`, else the one that knows it, else ours.

    Raises UsageError for a name that nobody has, for a plugin that fails, and where two plugins know the file.
    """
    importers = extensions.importers
    if wanted is not None:
        if wanted != OWN and wanted not in importers:
            names = [OWN, *importers]
            close = near(wanted, names)
            meant = f"; did you mean {close!r}?" if close else ""
            raise UsageError(f"--from {wanted}: no such importer; there are: {listed(names)}{meant}")
        return wanted
    knowing = [name for name in importers if _knows(name, text, file, extensions)]
    if len(knowing) > 1:
        both = " and ".join(f"{name} (of the plugin {extensions.owner(_HOOK, name)!r})" for name in knowing[:2])
        raise UsageError(f"{file}: {both} both take it for theirs; say which, with --from")
    return knowing[0] if knowing else OWN


def read_brought(name: str, text: str, file: str, extensions: Extensions) -> Grid:
    """Let a plugin read a file. Raises RecipeError for what it cannot read, UsageError for a plugin that fails."""
    plugin = extensions.owner(_HOOK, name)
    try:
        with quiet():
            found: Any = extensions.importers[name].read(text, file)
    except KeyboardInterrupt:
        raise
    except ValueError as error:
        raise RecipeError([Problem(Where(file, 1, 1), "", f"{name}: {error}")]) from error
    except BaseException as error:
        raise UsageError(f"the plugin {plugin!r} failed at {file}: {words(error)}") from error
    try:
        return _grid(found, file)
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"the plugin {plugin!r} read {file}, and of what it says nothing can be made: {error}"
        ) from error


def _knows(name: str, text: str, file: str, extensions: Extensions) -> bool:
    try:
        with quiet():
            return bool(extensions.importers[name].knows(text, file))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        plugin = extensions.owner(_HOOK, name)
        said = f"the plugin {plugin!r} failed at {file}: {words(error)}"
        raise UsageError(f"{said}; --from says who reads it") from error


def _grid(found: Any, file: str) -> Grid:
    if not isinstance(found, Imported):
        raise TypeError(f"it gives a {type(found).__name__}, where an Imported belongs")
    lines = found.lines

    def where(name: str) -> Where:
        line: Any = lines.get(name, 1)
        return Where(file, line if isinstance(line, int) and line > 0 else 1, 1)

    settings = {**found.settings, **({"model": found.model} if found.model else {})}
    return Grid(
        file=file,
        title=str(found.title) or file,
        params=tuple(_setting(name, value, where(name), ("settings", name)) for name, value in settings.items()),
        axes=tuple(_axis(name, values, where(name)) for name, values in found.axes.items()),
        sheet={},
        notes=tuple(str(note) for note in found.notes),
    )


def _axis(name: str, values: Any, where: Where) -> GridAxis:
    if not isinstance(values, list | tuple) or not values or len(values) > MOST_VALUES:
        raise TypeError(f"{name}: {_SHAPE}, from one to {MOST_VALUES:,}")
    path: Path = ("axes", str(name))
    return GridAxis(str(name), where, path, tuple(_values(str(name), values, where, path)))


def _values(name: str, values: Any, where: Where, path: Path) -> Iterator[GridValue]:
    for index, value in enumerate(values):
        at = (*path, index)
        if not isinstance(value, Mapping):
            setting = _setting(name, value, where, at)
            yield GridValue(setting.text, (setting,), where, at, bare=True)
            continue
        sets = value.get("set")
        if not isinstance(sets, Mapping) or not sets or not value.keys() <= {"title", "set", "note"}:
            raise TypeError(f"{name}: {_SHAPE}")
        made = tuple(_setting(str(own), one, where, at) for own, one in sets.items())
        title = str(value.get("title") or ", ".join(one.text for one in made))
        yield GridValue(title, made, where, at, note=str(value.get("note") or ""))


def _setting(name: str, value: Json, where: Where, path: Path) -> Setting:
    """Write a value as the tool might have: our tables read it again."""
    if value is not None and not isinstance(value, _PLAIN):
        raise TypeError(f"{name}: a setting is a text, a number, true or false")
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return Setting(str(name), text, where, path)
