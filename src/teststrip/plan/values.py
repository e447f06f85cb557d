"""A value that a request gets: written plainly, or with templates that need the cell's axes.

Text that a template made is typed by the page, never by its looks: `"${{ n }}"` becomes 4 under an integer and
stays "4" under a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.base.yaml import core_scalar
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.model import Parameter
from teststrip.recipe.bounds import Work
from teststrip.recipe.chance import Chance
from teststrip.recipe.templates import Template, TemplateFault, compile_template, is_template

_NUMBER: Final = re.compile(r"[-+0-9.]")


@dataclass(frozen=True, slots=True)
class Slot:
    """One value for one parameter, at the place `path` of the recipe.

    `names` are the variables that its value depends on: those that its templates mention, and the axes that their
    draws go by; `drawn` are the axes among them that no template mentions.
    """

    parameter: Parameter
    value: Json
    path: Path
    names: frozenset[str]
    drawn: frozenset[str] = frozenset()
    draws: bool = False
    extensions: Extensions = BUILT_IN

    def fill(self, variables: Mapping[str, Json], chance: Chance | None = None, work: Work | None = None) -> Json:
        """Render the slot's templates; `work` is shared with other slots. Raises TemplateFault."""
        if not self.names:
            return self.value

        def printed(text: str, inside: str) -> str:
            here = replace(chance, place=chance.place + inside) if chance and inside else chance
            return compile_template(text, self.extensions).render(variables, here, work)

        return _fill(self.value, self.parameter, printed, "")


def make_slot(
    parameter: Parameter,
    value: Json,
    path: Path,
    axes: frozenset[str] = frozenset(),
    extensions: Extensions = BUILT_IN,
) -> Slot:
    """Prepare a value; `axes` are those that a draw may go by. Raises TemplateFault for an unreadable template."""
    templates = list(_templates(value, extensions))
    if not templates:
        return Slot(parameter, value, path, frozenset())
    mentioned = frozenset[str]().union(*(template.names for template in templates))
    drawn = axes - mentioned if any(template.per is None for template in templates) else frozenset[str]()
    # A template without variables is still one that must be rendered: the empty name stands for it.
    names = mentioned | drawn or frozenset({""})
    return Slot(parameter, value, path, names, drawn, any(template.draws for template in templates), extensions)


def _templates(value: Json, extensions: Extensions) -> Iterator[Template]:
    if isinstance(value, str):
        if is_template(value):
            yield compile_template(value, extensions)
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _templates(member, extensions)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _templates(item, extensions)


def _fill(value: Json, parameter: Parameter | None, printed: Callable[[str, str], str], inside: str) -> Json:
    """Render what is templated in a value; `inside` leads to it from the parameter."""
    if isinstance(value, str):
        return typed(printed(value, inside), parameter) if is_template(value) else value
    if isinstance(value, Mapping):
        children = {child.name: child for child in parameter.children} if parameter else {}
        return {
            name: _fill(member, children.get(name), printed, f"{inside}.{name}") for name, member in value.items()
        }
    if isinstance(value, list | tuple):
        inner = parameter and (parameter.items or parameter)
        return [_fill(item, inner, printed, f"{inside}[{index}]") for index, item in enumerate(value)]
    return value


def typed(text: str, parameter: Parameter | None) -> Json:
    """Read rendered text as what the page says the parameter is; what does not fit stays text, and is reported."""
    if parameter is None or parameter.kind not in ("integer", "number", "boolean"):
        return text
    value = core_scalar(text.strip())
    if value is None:
        return None if parameter.nullable else text
    if isinstance(value, bool):
        return value if parameter.kind == "boolean" else text
    if isinstance(value, int | float) and parameter.kind != "boolean" and _NUMBER.match(text.strip()):
        return (
            int(value)
            if isinstance(value, float) and value.is_integer() and parameter.kind == "integer"
            else value
        )
    return text


__all__ = ["Slot", "TemplateFault", "make_slot", "typed"]
