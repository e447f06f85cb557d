"""One parameter as a JSON Schema: for requests as it is, for recipes with template strings let through."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import Absent, Json, Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from teststrip.provider.model import Bounds, CommonSize, Condition, Parameter, SizeBounds

Schema = dict[str, Any]

TEMPLATE_PATTERN: Final = r"\$\{\{"
TEMPLATE: Final = "template"
# A file travels as text in a JSON body, if at all.
_TYPES: Final = {"file": "string"}
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes parameters as schemas.

    With `templates`, a string with `${{` may stand wherever a value may, by a reference to `#/$defs/template`.
    `sizes` are the examples of parameters that are sizes.
    """

    templates: bool = False
    sizes: Sequence[CommonSize] = ()

    def value(self, parameter: Parameter) -> Schema:
        """Return the schema of a parameter's value, with everything that an editor shows."""
        about: Schema = {"title": parameter.name.removesuffix("[]").replace("_", " ")}
        if parameter.description:
            about["description"] = parameter.description
        about["markdownDescription"] = markdown(parameter)
        if not isinstance(parameter.default, Absent):
            about["default"] = parameter.default
        examples = [*parameter.examples, *(size.value for size in self.sizes if parameter.size)]
        if examples:
            about["examples"] = examples
        shape = self.shape(parameter)
        if not self.templates or shape == {"type": "string"}:
            return about | shape
        # The title is in the branch too, because a sentence about a wrong value is made from the branch alone.
        return about | {"anyOf": [{"title": about["title"]} | shape, {"$ref": f"#/$defs/{TEMPLATE}"}]}

    def shape(self, parameter: Parameter) -> Schema:
        """Return what a value must be, without the words about it."""
        kinds = [_TYPES.get(kind, kind) for kind in (parameter.kind, *parameter.or_kinds)]
        kinds += ["null"] if parameter.nullable else []
        shape: Schema = {"type": kinds if len(kinds) > 1 else kinds[0]} | _limits(parameter)
        if parameter.kind == "array" and parameter.children:
            shape["items"] = self._object(parameter)
        elif parameter.kind == "array" and parameter.items is not None:
            shape["items"] = self.value(parameter.items)
        elif parameter.kind == "object" and parameter.children:
            shape |= self._object(parameter)
        return shape

    def _object(self, parameter: Parameter) -> Schema:
        shape: Schema = {
            "type": "object",
            "properties": {child.name: self.value(child) for child in parameter.children},
        }
        required = [child.name for child in parameter.children if child.required]
        if required:
            shape["required"] = required
        shape["additionalProperties"] = False
        return shape


def markdown(parameter: Parameter) -> str:
    """Write what a page says of a parameter as Markdown, for an editor's hover text."""
    parts = [_escaped(parameter.description)] if parameter.description else []
    if parameter.choices:
        parts.append("\n".join(_choice(choice.value, choice.label) for choice in parameter.choices))
    bounded = parameter.items or parameter
    if bounded.bounds is not None and not bounded.choices:
        parts.append(f"Range: {_reach(bounded.bounds)}{', each' if parameter.items else ''}.")
    if parameter.size is not None:
        least, most = ("x".join(map(str, sides)) for sides in (parameter.size.minimum, parameter.size.maximum))
        parts.append(f"Range: {least} to {most} pixels, each side by itself.")
    if parameter.random_default:
        parts.append("Default: drawn anew for each picture.")
    elif not isinstance(parameter.default, Absent):
        parts.append(f"Default: {_code(parameter.default)}.")
    if parameter.required_when is not None:
        parts.append(f"Required when {_when(parameter.required_when)}.")
    elif parameter.applies_when is not None:
        parts.append(f"Counts when {_when(parameter.applies_when)}.")
    return "\n\n".join(parts)


def number(value: Decimal) -> int | float:
    """Return a bound as a JSON number: whole as the page writes it, else a fraction."""
    return int(value) if value == value.to_integral_value() else float(value)


def elsewhere(parameters: Sequence[Parameter], taken: Sequence[Parameter]) -> Schema:
    """Say, for a message, which models take the parameters that are not among `taken`; {} when all are."""
    others = {
        parameter.name: f"{' and '.join(parameter.models)} {'does' if len(parameter.models) == 1 else 'do'}"
        for parameter in parameters
        if parameter not in taken
    }
    return {"x-teststrip-elsewhere": others} if others else {}


def _bounds(bounds: Bounds) -> Schema:
    shape: Schema = {}
    if bounds.minimum is not None:
        shape["exclusiveMinimum" if bounds.exclusive_minimum else "minimum"] = number(bounds.minimum)
    if bounds.maximum is not None:
        shape["exclusiveMaximum" if bounds.exclusive_maximum else "maximum"] = number(bounds.maximum)
    return shape


def _limits(parameter: Parameter) -> Schema:
    shape: Schema = {}
    if parameter.choices:
        values: list[Scalar] = [choice.value for choice in parameter.choices]
        shape["enum"] = [*values, None] if parameter.nullable else values
    elif parameter.bounds is not None:
        shape |= _bounds(parameter.bounds)
    if parameter.length is not None:
        shape |= _lengths(parameter)
    if parameter.step is not None:
        shape["multipleOf"] = number(parameter.step)
    return shape | (_size(parameter.size) if parameter.size is not None else {})


def _lengths(parameter: Parameter) -> Schema:
    what = "Items" if parameter.kind == "array" else "Length"
    least, most = (parameter.length.minimum, parameter.length.maximum) if parameter.length else (None, None)
    shape: Schema = {} if least is None else {f"min{what}": number(least)}
    return shape if most is None else shape | {f"max{what}": number(most)}


def _size(size: SizeBounds) -> Schema:
    return {
        "pattern": rf"^[1-9][0-9]{{0,8}}{re.escape(size.separator)}[1-9][0-9]{{0,8}}$",
        "x-teststrip-size": {
            "minimum": list(size.minimum),
            "maximum": list(size.maximum),
            "separator": size.separator,
        },
    }


def _choice(value: Scalar, label: str) -> str:
    return f"- {_code(value)}" + (f": {_escaped(label)}" if label else "")


def _reach(bounds: Bounds) -> str:
    if bounds.minimum is None:
        return f"{'below' if bounds.exclusive_maximum else 'at most'} {bounds.maximum}"
    least = f"{'above ' if bounds.exclusive_minimum else ''}{bounds.minimum}"
    if bounds.maximum is None:
        return f"{'' if bounds.exclusive_minimum else 'at least '}{least}"
    return f"{least} to {'below ' if bounds.exclusive_maximum else ''}{bounds.maximum}"


def _when(condition: Condition) -> str:
    if not condition.values:
        return f"`{condition.parameter}` is {'given' if condition.given else 'not given'}"
    return f"`{condition.parameter}` is {' or '.join(map(_code, condition.values))}"


def _code(value: Json) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return f"`{text}`"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
