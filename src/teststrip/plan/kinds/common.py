"""What the axis kinds share: labels, templates that need `vars` only, numbers as JSON has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeAlias

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.model import Axis, AxisValue
from teststrip.provider.model import Parameter
from teststrip.recipe.model import AxisSource
from teststrip.recipe.templates import TemplateFault, compile_template, is_template

Kind: TypeAlias = Callable[[AxisSource, Json, Parameter | None, Draft], PlacedAxis | None]


def flat(source: AxisSource, parameter: Parameter | None, values: Sequence[AxisValue]) -> PlacedAxis:
    """Place values that all come from one text."""
    axis = Axis(source.name, tuple(values), parameter is not None)
    return PlacedAxis(axis, (source.path,) * len(values))


def label_of(value: Json) -> str:
    """Print a value that has no title: a text as it is, all else as JSON."""
    if isinstance(value, str):
        return value or '""'
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def as_number(number: Decimal) -> int | float:
    """Turn a Decimal into the JSON number that prints alike: 28 stays whole, 4.0 stays a fraction."""
    exponent = number.as_tuple().exponent
    return int(number) if isinstance(exponent, int) and exponent >= 0 else float(number)


def takes_text(parameter: Parameter) -> bool:
    """Tell whether a parameter takes any text: then it may hold words to search for."""
    return "string" in (parameter.kind, *parameter.or_kinds) and not parameter.choices


def settle(value: Json, path: Path, draft: Draft) -> Json:
    """Render a templated text that needs the recipe's own variables only; another is reported."""
    try:
        return rendered(value, draft)
    except TemplateFault as fault:
        draft.report(path, fault.message, fault.suggestion)
    return value


def waits(text: str, draft: Draft) -> bool:
    """Tell whether a template needs an axis, or draws: then it is for the cells. Raises TemplateFault."""
    template = compile_template(text, draft.extensions)
    return template.draws or any(axis.name in template.names for axis in draft.recipe.axes)


def rendered(value: Json, draft: Draft) -> Json:
    """Render a text as `settle` does. Raises TemplateFault where that reports."""
    if not isinstance(value, str) or not is_template(value):
        return value
    template = compile_template(value, draft.extensions)
    needed = sorted(template.names & {axis.name for axis in draft.recipe.axes})
    if needed:
        raise TemplateFault(
            f"{needed[0]} is an axis, and this text is the same in every cell: it may use `vars` only"
        )
    return template.render(draft.recipe.variables, work=draft.work)
