"""A value that a request gets: written plainly, or with templates that need the cell's axes.

Text that a template made is typed by the page, never by its looks: `"${{ n }}"` becomes 4 under an integer and
stays "4" under a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.base.yaml import core_scalar
from teststrip.provider.model import Parameter
from teststrip.recipe.templates import TemplateFault, compile_template, is_template

_NUMBER: Final = re.compile(r"[-+0-9.]")


@dataclass(frozen=True, slots=True)
class Slot:
    """One value for one parameter; `names` are the variables that its templates mention, `path` its place."""

    parameter: Parameter
    value: Json
    path: Path
    names: frozenset[str]

    def fill(self, variables: Mapping[str, Json]) -> Json:
        """Render the slot's templates. Raises TemplateFault."""
        return _fill(self.value, self.parameter, variables) if self.names else self.value


def make_slot(parameter: Parameter, value: Json, path: Path) -> Slot:
    """Prepare a value. Raises TemplateFault for a template that cannot be parsed."""
    return Slot(parameter, value, path, frozenset(_names(value)))


def _names(value: Json) -> set[str]:
    if isinstance(value, str):
        if not is_template(value):
            return set()
        # A template without variables is still one that must be rendered: the empty name stands for it.
        return {*compile_template(value).names} or {""}
    if isinstance(value, Mapping):
        return set().union(*(_names(member) for member in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_names(item) for item in value))
    return set()


def _fill(value: Json, parameter: Parameter | None, variables: Mapping[str, Json]) -> Json:
    if isinstance(value, str):
        if not is_template(value):
            return value
        return typed(compile_template(value).render(variables), parameter)
    if isinstance(value, Mapping):
        children = {child.name: child for child in parameter.children} if parameter else {}
        return {name: _fill(member, children.get(name), variables) for name, member in value.items()}
    if isinstance(value, list | tuple):
        inner = parameter and (parameter.items or parameter)
        return [_fill(item, inner, variables) for item in value]
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
