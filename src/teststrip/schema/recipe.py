"""The JSON Schemas of a recipe: one for editors and checks, per model; one that knows nothing of a provider."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from teststrip.base.rate import RATE_FORM, RATE_PATTERN
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.sizes import named_sizes
from teststrip.schema.asserts import asserts
from teststrip.schema.between import NO_BASE, clashing, conditions
from teststrip.schema.choosing import choosing, grids
from teststrip.schema.parts import closed, ref, text, whole
from teststrip.schema.request import BASE, DIALECT
from teststrip.schema.rules import Schema
from teststrip.schema.sheets import sheet
from teststrip.schema.steps import steps
from teststrip.schema.sweeps import PARAMS, axis_of, free_axis, item_of, items_of, shared_forms, value_of
from teststrip.schema.values import TEMPLATE, TEMPLATE_PATTERN, Writer, elsewhere
from teststrip.steps.builtin import AFTER, BEFORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Parameter, Provider

_NEEDED: Final = ("teststrip", "model")
_MOST_BUDGET: Final = 10**9  # in the page's unit
_LISTS: Final = "lists vary a value only directly under axes"


def recipe_schema(provider: Provider, model_id: str) -> Schema:
    """Return the schema (2020-12) of recipes for one model: what an editor completes, shows and marks.

    Every parameter of the model is typed under `params` and in its axis; a string with `${{` may stand wherever a
    value may. What the page requires is not required inside `params`, since an axis may set it; what a value under
    `params` makes necessary is, unless some axis decides it. An axis that is not a parameter is a free variable.
    `model_id` is an id, not an alias; the aliases are among the values of `model`.
    """
    parameters = provider.parameters_of(model_id)
    writer = Writer(templates=True, sizes=provider.common_sizes, constraints=provider.constraints)
    model = provider.model(model_id)
    names = [f"{provider.name}/{name}" for name in (model_id, *(model.aliases if model else ()))]
    params = closed({parameter.name: ref(value_of(parameter)) for parameter in parameters})
    defs: Schema = {
        PARAMS: params | elsewhere(provider.parameters, parameters) | clashing(parameters, provider.constraints)
    }
    for parameter in parameters:
        defs[value_of(parameter)] = _single(writer.value(parameter), parameter)
        defs[item_of(parameter)] = items_of(parameter, _size_names(provider, parameter))
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/{provider.name}/{quote(model_id, safe='')}.recipe.json",
        "title": f"Recipe for {model.title if model and model.title else model_id}",
        "description": f"A sweep over the parameters of {provider.title}, made from {provider.page}.",
        **_recipe(
            model={"type": "string", "enum": names},
            axes=_two_sided(provider, parameters)
            | {p.name: axis_of(p, _size_names(provider, p)) for p in parameters},
            free=free_axis(),
            own_steps=steps(BEFORE, AFTER),
        ),
        "allOf": [_alone(), *conditions(parameters)],
        "$defs": {TEMPLATE: _template()} | shared_forms() | defs,
    }


def _size_names(provider: Provider, parameter: Parameter) -> list[str]:
    """Return the common sizes of a page and each name that means one of them; [] for what takes no size."""
    takes_size = parameter.size is not None or parameter.name == provider.roles.size
    named = named_sizes(provider.common_sizes) if takes_size else {}
    values = [size.value for sizes in named.values() for size in sizes]
    return list(dict.fromkeys([*(name for name, sizes in named.items() if len(sizes) == 1), *values]))


def _two_sided(provider: Provider, parameters: Sequence[Parameter]) -> dict[str, Schema]:
    """Return the axis `size` of a page that has width and height in two parameters: `all` sizes may be meant."""
    names = {parameter.name for parameter in parameters}
    both = provider.roles.width in names and provider.roles.height in names
    return {"size": free_axis(every=True)} if both else {}


@functools.lru_cache(maxsize=8)
def recipe_structure(extensions: Extensions = BUILT_IN) -> Schema:
    """Return the part of a recipe's schema that holds for every provider: its keys, their shapes, axis forms.

    The axis kinds that plugins bring are among those. Raises UsageError for one whose schema is none.
    """
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/recipe.json",
        "title": "Recipe",
        **_recipe(
            model={"type": "string", "minLength": 1},
            axes={},
            free=free_axis(every=True),
            own_steps=steps(),
            formats=tuple(extensions.writers),
        ),
        "required": list(_NEEDED),
        "$defs": {TEMPLATE: _template()} | shared_forms(extensions) | {PARAMS: {"type": "object"}},
    }


@functools.lru_cache(maxsize=8)
def axis_structure(extensions: Extensions = BUILT_IN) -> Schema:
    """Return what may stand for any axis, as a schema of its own: for one that a template makes."""
    return free_axis(every=True) | {
        "$defs": {TEMPLATE: _template()} | shared_forms(extensions) | {PARAMS: {"type": "object"}}
    }


def _recipe(
    model: Schema, axes: Mapping[str, Schema], free: Schema, own_steps: Schema, formats: Sequence[str] = ()
) -> Schema:
    """Return the top level.

    `axes` are the parameters' own, `free` any other axis, `own_steps` those of steps, `formats` those of plugins.
    """
    return {
        "type": "object",
        "properties": {
            "teststrip": {
                "title": "teststrip",
                "description": "The format of this file.",
                "const": 1,
                "x-teststrip-expects": "1, the only format of a recipe so far",
            },
            "title": text("title", "What the sheet is called; the file's name when absent."),
            "model": {
                "title": "model",
                "description": "PROVIDER/MODEL: the page and the model that draw the pictures.",
                **model,
            },
            "extends": _extends(),
            "vars": {"title": "vars", "description": "Values for the templates, by name.", "type": "object"},
            "chance": {
                "title": "chance",
                **whole("What the draws of templates come from: another number, other draws.", minimum=0),
            },
            "params": {
                "title": "params",
                "description": "What is the same in every cell. An axis of the same name goes before.",
                **ref(PARAMS),
            },
            "axes": {
                "title": "axes",
                "description": "What varies, and over what. A name that is no parameter is a template variable.",
                "type": "object",
                "properties": dict(axes),
                "additionalProperties": free,
            },
            **choosing(),
            "grids": grids(axes, free),
            **own_steps,
            **asserts(),
            "sheets": {
                "title": "sheets",
                "description": "How the sheets are laid out, one entry for each.",
                "type": "array",
                "items": sheet(formats),
                "x-teststrip-such": "[{rows: steps}]",
            },
            "limits": {
                "title": "limits",
                "description": "What a run may use.",
                **closed({"concurrency": _at_once(), "budget": _budget(), "rate": _rate()}),
            },
        },
        "patternProperties": {"^x-": {"description": "Anything at all; a place for YAML anchors."}},
        "additionalProperties": False,
    }


def _extends() -> Schema:
    description = "The recipes that this one is laid over: paths, relative to this file; the later go before."
    several = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    return {
        "title": "extends",
        "description": description,
        "anyOf": [{"type": "string"}, {"description": description, **several}],
        "x-teststrip-expects": "the path of a recipe or a list of paths",
    }


def _at_once() -> Schema:
    return {"title": "concurrency", **whole("How many cells are drawn at once.", minimum=1, maximum=64)}


def _budget() -> Schema:
    return {
        "title": "budget",
        "description": "The most that a run may spend, in the unit of the page's price, over all its resumes.",
        "type": "number",
        "minimum": 0,
        "maximum": _MOST_BUDGET,
    }


def _rate() -> Schema:
    return {
        "title": "rate",
        **text(
            "rate", "How many requests are sent in a time: 30/min, 2/s, 100/h. The page's pace is kept to as well."
        ),
        "pattern": RATE_PATTERN,
        "x-teststrip-expects": RATE_FORM,
    }


def _alone() -> Schema:
    """Require what a recipe must have by itself; one that extends others may have it from them."""
    return {"if": {"not": NO_BASE}, "else": {"required": list(_NEEDED)}}


def _template() -> Schema:
    return {
        "$comment": "Text in which ${{ name }} stands for a variable or the value of an axis.",
        "type": "string",
        "pattern": TEMPLATE_PATTERN,
        "x-teststrip-form": True,
    }


def _single(schema: Schema, parameter: Parameter) -> Schema:
    """Say of a list in place of a single value what a person most likely wanted."""
    return schema if "array" in (parameter.kind, *parameter.or_kinds) else _noted(schema)


def _noted(schema: Schema) -> Schema:
    for key in ("anyOf", "allOf"):
        if key in schema:
            first, *others = schema[key]
            return schema | {key: [first | {"x-teststrip-lists": _LISTS}, *others]}
    return schema | {"x-teststrip-lists": _LISTS}
