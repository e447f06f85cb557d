"""One parameter as a JSON Schema: for requests as it is, for recipes with template strings let through."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Scalar
from teststrip.schema.digits import size_pattern
from teststrip.schema.hover import escaped, markdown
from teststrip.schema.rules import Schema, conditions_of, constraints_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from teststrip.provider.model import Bounds, CommonSize, Constraint, Parameter, SizeBounds

TEMPLATE_PATTERN: Final = r"\$\{\{"
TEMPLATE: Final = "template"
# A file travels as text in a JSON body, if at all.
_TYPES: Final = {"file": "string"}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes parameters as schemas.

    With `templates`, a string with `${{` may stand wherever a value may, by a reference to `#/$defs/template`.
    `sizes` are the examples of parameters that are sizes; `constraints` those of the page, for the objects within.
    """

    templates: bool = False
    sizes: Sequence[CommonSize] = ()
    constraints: Sequence[Constraint] = ()

    def value(self, parameter: Parameter) -> Schema:
        """Return the schema of a parameter's value, with everything that an editor shows."""
        about: Schema = {"title": parameter.name.removesuffix("[]").replace("_", " ")}
        if parameter.description:
            about["description"] = parameter.description
        # The editors of recipes list the values of an enumeration by themselves, those of requests do not.
        about["markdownDescription"] = markdown(parameter, listed=not self.templates)
        if not isinstance(parameter.default, Absent):
            about["default"] = parameter.default
        examples = [*parameter.examples, *(size.value for size in self.sizes if parameter.size)]
        if examples:
            about["examples"] = examples
        shape = self.shape(parameter)
        if shape == {"type": "string"}:
            # An editor that completes `params` fills in the defaults of plain types: none is wanted there.
            return about | ({"allOf": [shape]} if self.templates and "default" in about else shape)
        # The title is in the branches too, because a sentence about a wrong value is made from a branch alone.
        branches = [{"title": about["title"]} | branch for branch in shape.get("anyOf", [shape])]
        if self.templates:
            branches.append({"$ref": f"#/$defs/{TEMPLATE}"})
        return about | ({"anyOf": branches} if len(branches) > 1 else shape)

    def shape(self, parameter: Parameter) -> Schema:
        """Return what a value must be, without the words about it."""
        kinds = [_TYPES.get(kind, kind) for kind in dict.fromkeys((parameter.kind, *parameter.or_kinds))]
        kinds = list(dict.fromkeys(kinds))
        free = [kind for kind in kinds if not any(_is_of(choice.value, kind) for choice in parameter.choices)]
        if not parameter.choices:
            return self._plain(parameter, kinds)
        if not free or free == kinds:
            return _chosen(parameter, kinds, nullable=parameter.nullable)
        # Of a union, an enumeration binds the kinds that its values have.
        chosen = _chosen(parameter, [kind for kind in kinds if kind not in free], nullable=False)
        return {"anyOf": [chosen, self._plain(parameter, free)]}

    def _plain(self, parameter: Parameter, kinds: list[str]) -> Schema:
        shape: Schema = _type(kinds, nullable=parameter.nullable) | _limits(parameter, kinds)
        if "array" in kinds and parameter.children:
            shape["items"] = self._object(parameter)
        elif "array" in kinds and parameter.items is not None:
            shape["items"] = self.value(parameter.items)
        if "object" in kinds and parameter.children:
            shape |= {key: value for key, value in self._object(parameter).items() if key != "type"}
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
        rules = [*conditions_of(parameter.children), *constraints_of(parameter.children, self.constraints)]
        return shape | ({"allOf": rules} if rules else {})


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


def _type(kinds: list[str], *, nullable: bool) -> Schema:
    named = [*kinds, "null"] if nullable else kinds
    return {"type": named if len(named) > 1 else named[0]}


def _chosen(parameter: Parameter, kinds: list[str], *, nullable: bool) -> Schema:
    values: list[Scalar] = [choice.value for choice in parameter.choices]
    labels = [escaped(choice.label) for choice in parameter.choices]
    shape = _type(kinds, nullable=nullable) | {"enum": [*values, None] if nullable else values}
    return shape | ({"markdownEnumDescriptions": labels} if any(labels) else {})


def _is_of(value: Scalar, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, int | float):
        return kind == "number" or (kind == "integer" and float(value).is_integer())
    return isinstance(value, str) and kind == "string"


def _limits(parameter: Parameter, kinds: list[str]) -> Schema:
    shape: Schema = {} if parameter.bounds is None else _bounds(parameter.bounds)
    if parameter.length is not None:
        what = "Items" if parameter.kind == "array" or "string" not in kinds else "Length"
        shape |= _lengths(parameter.length, what)
    if parameter.step is not None:
        shape["multipleOf"] = number(parameter.step)
    return shape | (_size(parameter.size) if parameter.size is not None else {})


def _lengths(length: Bounds, what: str) -> Schema:
    shape: Schema = {}
    if length.minimum is not None:
        shape[f"min{what}"] = (
            math.floor(length.minimum) + 1 if length.exclusive_minimum else math.ceil(length.minimum)
        )
    if length.maximum is not None:
        most = math.ceil(length.maximum) - 1 if length.exclusive_maximum else math.floor(length.maximum)
        shape[f"max{what}"] = max(0, most)  # a page may say what cannot be, a schema may not
    return shape


def _size(size: SizeBounds) -> Schema:
    # The pattern is for validators that do not know our keyword; the keyword makes the better sentence.
    least, most = (f"{side[0]}{size.separator}{side[1]}" for side in (size.minimum, size.maximum))
    return {
        "pattern": size_pattern(size.minimum, size.maximum, size.separator),
        "patternErrorMessage": f"Write WIDTH{size.separator}HEIGHT in pixels, from {least} to {most}.",
        "x-teststrip-size": {
            "minimum": list(size.minimum),
            "maximum": list(size.maximum),
            "separator": size.separator,
        },
    }
