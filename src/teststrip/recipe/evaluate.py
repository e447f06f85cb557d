"""What a text with templates stands for, where it may be more than text: an axis that a variable has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from teststrip.base.json import Json, canonical
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.templates import TemplateFault, compile_expression, compile_template

_ALONE: Final = re.compile(r"\s*\$\{\{[-+]?(.*?)[-+]?\}\}\s*", re.DOTALL)
_MAX_BYTES: Final = 4 * 2**20


def alone(text: str) -> str | None:
    """Return what stands between the braces of a text that looks like a single `${{ expression }}`."""
    found = _ALONE.fullmatch(text)
    return found[1] if found is not None else None


def evaluate(text: str, variables: Mapping[str, Json], extensions: Extensions = BUILT_IN) -> Json:
    """Return the value of a text that is a single `${{ expression }}`, with its type; of others, what they print.

    Raises TemplateFault as `Template.render` does, and for a value that JSON cannot carry.
    """
    template, inner = compile_template(text, extensions), alone(text)
    try:
        expression = compile_expression(inner, extensions) if inner is not None else None
    except TemplateFault:  # two templates, of which what lies between begins and ends like one
        expression = None
    if expression is None:
        return template.render(variables)
    value = expression.value(variables)
    try:
        written = canonical(value)
    except (TypeError, ValueError, LookupError, RecursionError) as error:
        raise TemplateFault(f"the template makes what JSON cannot carry: {error}") from error
    if len(written) > _MAX_BYTES:
        raise TemplateFault(f"the template makes more than {_MAX_BYTES // 2**20} MiB")
    return _listed(value)


def _listed(value: Any) -> Json:
    """Make lists of tuples, throughout: JSON has no other."""
    if isinstance(value, Mapping):
        return {name: _listed(member) for name, member in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value
