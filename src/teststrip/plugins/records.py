"""What a plugin's author hands over beside steps: frozen records, and functions by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from teststrip.base.json import Json

if TYPE_CHECKING:  # stand above this module
    from decimal import Decimal

    from teststrip.provider.model import Parameter, Provider

Schema: TypeAlias = Mapping[str, Any]

Pricer: TypeAlias = "Callable[[Provider, str, Mapping[str, Json]], Decimal | None]"
"""Prices a request for a provider's model, in the page's unit; None leaves it to the page."""


@dataclass(frozen=True, slots=True)
class AxisKind:
    """A way to write an axis, as a mapping with a member of the kind's name.

    `expand` gets that mapping, its templates rendered and checked, and the page's parameter of the axis's name, or
    None for a variable; it returns the values as a recipe would list them, plainly or as `{title: ..., value:
    ...}`. It is pure, and raises ValueError, in words for whoever wrote the recipe. `members` has the JSON Schema
    of each member by name, that of the kind's own among them; those in `needed` have to be there beside it.
    """

    expand: Callable[[Mapping[str, Json], Parameter | None], Any]
    members: Mapping[str, Schema]
    needed: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A cell as a plugin's check sees it: its pictures as the sheet shows them, and what is known of it.

    `labels` are those of its values, by the names of the axes; `scores` are what steps on its pictures gave.
    """

    pictures: tuple[Path, ...]
    request: Mapping[str, Json]
    labels: Mapping[str, str]
    scores: Mapping[str, Any]


Check: TypeAlias = "Callable[[Checked, Json], str | None]"
"""Says in a sentence what is not as a recipe demands of a cell, or None; it gets what the recipe tells it, too."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an importer understood of a file: settings and axes, in that tool's own words.

    `settings` are the same in every cell. `axes` have a list of values each, plain ones of the setting that the
    axis is called after, or `{"title": ..., "set": {setting: value}}`. `model` is what the file calls its model.
    `lines` has the line of a setting or an axis, by name; `notes` say in sentences what was left out, and why.
    """

    title: str = ""
    model: str = ""
    settings: Mapping[str, Json] = field(default_factory=dict)
    axes: Mapping[str, list[Json]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads another tool's files for `teststrip import`.

    `read` gets the text and the file's name, and raises ValueError, in words for people, for what it cannot read.
    `knows` tells by the same whether a file is this tool's at all; it never raises for a file that is not.
    """

    read: Callable[[str, str], Imported]
    knows: Callable[[str, str], bool]
    summary: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A plugin's function as expressions call it: the names of its arguments, how many it needs, and whose it is.

    `defaults` has the values of the others, `answers` what it has answered so far (see `recipe.brought`).
    """

    name: str
    call: Callable[..., Any]
    arguments: tuple[str, ...]
    needed: int
    plugin: str
    defaults: Mapping[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict, repr=False)


def function_of(name: str, call: Callable[..., Any], plugin: str) -> Function:
    """Look at what a function takes. Raises TypeError for what no expression could call."""
    if inspect.iscoroutinefunction(call):
        raise TypeError("it is a coroutine function")
    arguments: list[str] = []
    defaults: dict[str, Any] = {}
    for parameter in inspect.signature(call).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            arguments.append(parameter.name)
            if parameter.default is not parameter.empty:
                defaults[parameter.name] = parameter.default
        else:
            raise TypeError(
                f"its argument {parameter.name} has no place of its own; name each argument, without *"
            )
    return Function(name, call, tuple(arguments), len(arguments) - len(defaults), plugin, defaults)
