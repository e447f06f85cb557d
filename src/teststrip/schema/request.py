"""The JSON Schema of a request's body, for one model of one provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from teststrip.schema.rules import Schema, conditions_of, conditions_within, constraints_of, if_of
from teststrip.schema.values import Writer, elsewhere

if TYPE_CHECKING:
    from teststrip.provider.model import Provider

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://teststrip.dev/schemas"


def request_schema(provider: Provider, model_id: str) -> Schema:
    """Return the schema (2020-12) of the bodies that a model takes, members in page order.

    `model_id` is an id, not an alias. Conditional requirements (`required when action is img2img`) are if/then
    pairs that count the page's default for an absent member; the page's constraints between members follow them.
    Everything is said in 2020-12's own keywords. Those that begin with `x-teststrip-` are for better sentences:
    `find_faults` knows them, and any other validator may pass over them.
    """
    parameters = provider.parameters_of(model_id)
    writer = Writer(sizes=provider.common_sizes, constraints=provider.constraints)
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
    rules = [
        *conditions_of(parameters),
        *(
            {"if": if_of(condition, parameters), "then": then}
            for condition, _, then in conditions_within(parameters)
        ),
        *constraints_of(parameters, provider.constraints),
    ]
    return schema | ({"allOf": rules} if rules else {})
