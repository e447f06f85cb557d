"""The JSON Schemas of a recipe: one for editors and checks, per model; one that knows nothing of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from teststrip.schema.request import BASE, DIALECT
from teststrip.schema.values import TEMPLATE, TEMPLATE_PATTERN, Schema, Writer, elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.model import Parameter, Provider

_PARAMS: Final = "params"
_ELLIPSIS: Final = "ellipsis"
_COUNT: Final = "count"
_LISTS: Final = "lists vary a value only directly under axes"


def recipe_schema(provider: Provider, model_id: str) -> Schema:
    """Return the schema (2020-12) of recipes for one model: what an editor completes, shows and marks.

    Every parameter of the model is typed under `params` and in its axis; a string with `${{` may stand wherever a
    value may. Nothing is required inside `params`, since an axis may set it. An axis that is not a parameter is a
    free variable. `model_id` is an id, not an alias; the aliases are among the values of `model`.
    """
    parameters = provider.parameters_of(model_id)
    writer = Writer(templates=True, sizes=provider.common_sizes)
    model = provider.model(model_id)
    names = [f"{provider.name}/{name}" for name in (model_id, *(model.aliases if model else ()))]
    params = _closed({parameter.name: _ref(_value(parameter)) for parameter in parameters})
    defs: Schema = {_PARAMS: params | elsewhere(provider.parameters, parameters)}
    for parameter in parameters:
        defs[_value(parameter)] = _single(writer.value(parameter), parameter)
        defs[_item(parameter)] = _items(parameter)
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/{provider.name}/{quote(model_id, safe='')}.recipe.json",
        "title": f"Recipe for {model.title if model and model.title else model_id}",
        "description": f"A sweep over the parameters of {provider.title}, made from {provider.page}.",
        **_recipe(
            model={"type": "string", "title": "model", "enum": names},
            axes={parameter.name: _axis_of(parameter) for parameter in parameters},
            free=_free_axis(),
        ),
        "$defs": _shared() | defs,
    }


def recipe_structure() -> Schema:
    """Return the part of a recipe's schema that holds for every provider: its keys, their shapes, axis forms."""
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}/recipe.json",
        "title": "Recipe",
        **_recipe(
            model={"type": "string", "title": "model", "minLength": 1}, axes={}, free=_free_axis(every=True)
        ),
        "$defs": _shared() | {_PARAMS: {"type": "object"}},
    }


def _recipe(model: Schema, axes: Mapping[str, Schema], free: Schema) -> Schema:
    """Return the top level; `axes` are the parameters' own, `free` is any other axis."""
    return {
        "type": "object",
        "properties": {
            "teststrip": {
                "description": "The format of this file.",
                "const": 1,
                "x-teststrip-expects": "1, the only format of a recipe so far",
            },
            "title": _text("What the sheet is called."),
            "model": {"description": "PROVIDER/MODEL: the page and the model that draw the pictures."} | model,
            "vars": {"description": "Values for the templates, by name.", "type": "object"},
            "params": {
                "description": "What is the same in every cell. An axis of the same name goes before.",
                **_ref(_PARAMS),
            },
            "axes": {
                "description": "What varies, and over what. A name that is no parameter is a template variable.",
                "type": "object",
                "properties": dict(axes),
                "additionalProperties": free,
            },
            "sheets": {
                "description": "How the sheet is laid out.",
                "type": "array",
                "maxItems": 1,
                "items": _sheet(),
            },
            "limits": {
                "description": "What a run may use.",
                **_closed({"concurrency": _whole("How many cells are drawn at once.", minimum=1, maximum=64)}),
            },
        },
        "patternProperties": {"^x-": {"description": "Anything at all; a place for YAML anchors."}},
        "required": ["teststrip", "model"],
        "additionalProperties": False,
    }


def _sheet() -> Schema:
    names = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "uniqueItems": True}],
        "x-teststrip-expects": "the name of an axis or a list of names",
    }
    return _closed(
        {
            "rows": {"description": "The axes that go down the sheet, the outermost first.", **names},
            "cols": {"description": "The axes that go across the sheet, the outermost first.", **names},
            "pages": {"description": "The axes that make a page for each of their values.", **names},
            "title": _text("The heading; the recipe's title when absent."),
            "caption": _text("What stands under each picture; ${{ name }} has an axis or a parameter."),
            "formats": {
                "description": "The files to write.",
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"title": "format", "type": "string", "enum": ["png"]},
            },
        }
    )


def _axis_of(parameter: Parameter) -> Schema:
    forms: list[Schema] = []
    ways = ["a list of values"]
    if parameter.choices or parameter.kind == "boolean":
        forms.append(_every())
        ways.append("all")
    if parameter.kind in {"integer", "number"}:
        forms.append(_ref(_ELLIPSIS))
        ways.append("numbers with ... between them (4, 5, ..., 8)")
    forms.append(_list(_ref(_item(parameter))))
    if parameter.kind == "integer":
        forms.append(_ref(_COUNT))
        ways.append("{count: 4}")
    return {
        "title": f"axis {parameter.name}",
        "description": f"Over what {parameter.name} varies: {_or(ways)}.",
        "anyOf": forms,
        "x-teststrip-expects": _or(ways),
    }


def _free_axis(*, every: bool = False) -> Schema:
    """Return the schema of an axis that is not a parameter; with `every`, one that may turn out to be."""
    item = {
        "anyOf": [{"type": ["string", "number", "boolean", "null", "array"]}, _titled({})],
        "x-teststrip-expects": "a value or {title: ..., value: ...}",
    }
    ways = ["a list of values", "numbers with ... between them (4, 5, ..., 8)", "{count: 4}"]
    return {
        "description": f"A variable for the templates: {_or(ways)}.",
        "anyOf": [*([_every()] if every else []), _ref(_ELLIPSIS), _list(item), _ref(_COUNT)],
        "x-teststrip-expects": _or([ways[0], "all", *ways[1:]] if every else ways),
    }


def _items(parameter: Parameter) -> Schema:
    """Return one item of a parameter's axis. An object is always the titled form, never a value by itself."""
    titled = _titled(_ref(_value(parameter)))
    return titled if parameter.kind == "object" else {"anyOf": [_ref(_value(parameter)), titled]}


def _titled(value: Schema) -> Schema:
    properties = {
        "title": _text("What the sheet prints for this value."),
        "note": _text("A remark for the sheet."),
        "value": {"description": "What the axis is set to.", **value},
        "set": {"description": "Parameters that this value sets, in place of one value.", **_ref(_PARAMS)},
    }
    return _closed(properties) | {
        "not": {"required": ["value", "set"]},
        "x-teststrip-refuses": "value and set do not go together: give one of them",
        "if": {"not": {"required": ["value"]}},
        "then": {"required": ["title"], "x-teststrip-because": "because there is no value to print"},
    }


def _shared() -> Schema:
    return {
        TEMPLATE: {
            "title": "template",
            "description": "Text in which ${{ name }} stands for a variable or the value of an axis.",
            "type": "string",
            "pattern": TEMPLATE_PATTERN,
            "x-teststrip-form": True,
        },
        _ELLIPSIS: {
            "title": "numbers with a gap",
            "description": "Numbers at equal steps: 4.0, 4.5, ..., 6.0.",
            "type": "string",
            "pattern": r"\.\.\.",
            "x-teststrip-form": True,
        },
        _COUNT: {
            "title": "so many whole numbers",
            "description": "count: how many values. from: the first; without it they are drawn once and locked.",
            **_closed(
                {
                    "count": _whole("How many values.", minimum=1),
                    "from": {"description": "The first value; the others follow one by one.", "type": "integer"},
                }
            ),
            "required": ["count"],
        },
    }


def _single(schema: Schema, parameter: Parameter) -> Schema:
    """Say of a list in place of a single value what a person most likely wanted."""
    return schema if parameter.kind == "array" else _noted(schema)


def _noted(schema: Schema) -> Schema:
    if "anyOf" in schema:
        first, *others = schema["anyOf"]
        return schema | {"anyOf": [first | {"x-teststrip-lists": _LISTS}, *others]}
    return schema | {"x-teststrip-lists": _LISTS}


def _every() -> Schema:
    return {"title": "all", "description": "Every value that the provider page lists.", "const": "all"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def _text(description: str) -> Schema:
    return {"description": description, "type": "string"}


def _whole(description: str, **bounds: int) -> Schema:
    return {"description": description, "type": "integer", **bounds}


def _closed(properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _value(parameter: Parameter) -> str:
    return f"value.{parameter.name}"


def _item(parameter: Parameter) -> str:
    return f"item.{parameter.name}"


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
