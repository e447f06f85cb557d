"""The JSON Schema of a request's body, for one model of one provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from teststrip.schema.values import Schema, Writer, elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.model import Condition, Parameter, Provider

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://teststrip.dev/schemas"


def request_schema(provider: Provider, model_id: str) -> Schema:
    """Return the schema (2020-12) of the bodies that a model takes, members in page order.

    `model_id` is an id, not an alias. Conditional requirements (`required when action is img2img`) are if/then
    pairs that count the page's default for an absent member. What 2020-12 cannot say, the bounds of each side of
    a WIDTHxHEIGHT, is in the keyword `x-teststrip-size`, which `find_faults` knows.
    """
    parameters = provider.parameters_of(model_id)
    writer = Writer(sizes=provider.common_sizes)
    model = provider.model(model_id)
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"{BASE}/{provider.name}/{quote(model_id, safe='')}.request.json",
        "title": f"Request to {model.title if model and model.title else model_id}",
        "description": f"The body that {provider.title} takes for {model_id}, made from {provider.page}.",
        "type": "object",
        "properties": {parameter.name: writer.value(parameter) for parameter in parameters},
        "required": [parameter.name for parameter in parameters if parameter.required],
        "additionalProperties": False,
        **elsewhere(provider.parameters, parameters),
    }
    conditions = _conditions(parameters)
    return schema | ({"allOf": conditions} if conditions else {})


def _conditions(parameters: Sequence[Parameter]) -> list[Schema]:
    return [
        {
            "if": _if(condition, parameters),
            "then": _then(parameter.path, f"because {condition}"),
        }
        for parameter in _everyone(parameters)
        if (condition := parameter.required_when) is not None
    ]


def _everyone(parameters: Sequence[Parameter]) -> Iterator[Parameter]:
    for parameter in parameters:
        yield parameter
        yield from _everyone(parameter.children)


def _if(condition: Condition, parameters: Sequence[Parameter]) -> Schema:
    if not condition.values:
        given: Schema = {
            "properties": {condition.parameter: {"not": {"type": "null"}}},
            "required": [condition.parameter],
        }
        return given if condition.given else {"not": given}
    one = {"const": condition.values[0]} if len(condition.values) == 1 else {"enum": list(condition.values)}
    test: Schema = {"properties": {condition.parameter: one}}
    by_default = any(p.name == condition.parameter and condition.met(p.default) for p in parameters)
    return test if by_default else test | {"required": [condition.parameter]}


def _then(path: str, why: str) -> Schema:
    """Require the member at a path like `a[].b`, inside whatever holds it."""
    head, dot, rest = path.partition(".")
    if not dot:
        return {"required": [head], "x-teststrip-because": why}
    inner = _then(rest, why)
    name = head.removesuffix("[]")
    return {"properties": {name: {"items": inner} if head.endswith("[]") else inner}}
