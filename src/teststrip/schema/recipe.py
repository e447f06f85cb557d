"""The JSON Schemas of a recipe: one for editors and checks, per model; one that knows nothing of a provider."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from teststrip.base.rate import RATE_FORM, RATE_PATTERN
from teststrip.base.sheets import CELL_WIDTHS, FORMATS, SHEET_WIDTHS, THEMES
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.sizes import named_sizes
from teststrip.schema.asserts import asserts
from teststrip.schema.choosing import choosing, grids
from teststrip.schema.parts import closed, ref, text, whole
from teststrip.schema.request import BASE, DIALECT
from teststrip.schema.rules import NULL, Schema, clashes, if_of, needed
from teststrip.schema.steps import steps
from teststrip.schema.sweeps import PARAMS, axis_of, free_axis, item_of, items_of, sets, shared_forms, value_of
from teststrip.schema.values import TEMPLATE, TEMPLATE_PATTERN, Writer, elsewhere
from teststrip.steps.builtin import AFTER, BEFORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Condition, Constraint, Parameter, Provider

_NEEDED: Final = ("teststrip", "model")
_NO_BASE: Final[Schema] = {"not": {"required": ["extends"]}}
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
        PARAMS: params | elsewhere(provider.parameters, parameters) | _clashes(parameters, provider.constraints)
    }
    for parameter in parameters:
        defs[value_of(parameter)] = _single(writer.value(parameter), parameter)
        defs[item_of(parameter)] = items_of(parameter, _size_names(provider, parameter))
    conditions = _conditions(parameters)
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
        "allOf": [_alone(), *conditions],
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
                "items": _sheet(formats),
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


def _sheet(formats_brought: Sequence[str]) -> Schema:
    formats: Schema = {
        "title": "formats",
        "description": "The files to write.",
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"title": "format", "type": "string", "enum": [*FORMATS, *formats_brought]},
    }
    theme = text("theme", "Light, dark, or black on white for printing.") | {"enum": list(THEMES)}
    return closed(
        {
            "rows": _names("rows", "The axes that go down the sheet, the outermost first."),
            "cols": _names("cols", "The axes that go across the sheet, the outermost first."),
            "pages": _names("pages", "The axes that make a page for each of their values."),
            "super_rows": _names("super_rows", "The axes that part the rows into groups, the outermost first."),
            "super_cols": _names("super_cols", "The axes that part the columns into groups, the outermost first."),
            "animate": text("animate", "The axis that a GIF, or an animated WebP, runs along: a frame a value."),
            "title": text("title", "The heading; the recipe's title when absent."),
            "author": text("author", "Who made the sheet; it stands at the foot."),
            "notes": _texts("notes", "Remarks that stand at the foot."),
            "caption": text("caption", "What stands under each picture; ${{ name }} has an axis or a parameter."),
            "formats": formats,
            "theme": theme,
            "cell_width": {
                "title": "cell_width",
                **_between("The width of the widest picture, in pixels; none is enlarged.", CELL_WIDTHS),
            },
            "width": {"title": "width", **_between("The width of a page, in pixels.", SHEET_WIDTHS)},
        }
    )


def _between(description: str, bounds: tuple[int, int]) -> Schema:
    return whole(description, minimum=bounds[0], maximum=bounds[1])


def _texts(title: str, description: str) -> Schema:
    several = {"type": "array", "items": {"type": "string"}}
    return {
        "title": title,
        "description": description,
        "anyOf": [{"type": "string"}, {"description": description, **several}],
        "x-teststrip-expects": "a text or a list of texts",
    }


def _names(title: str, description: str) -> dict[str, Any]:
    several = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    return {
        "title": title,
        "description": description,
        # Branches without words of their own look the same to an editor, which then shows those of both.
        "anyOf": [{"type": "string"}, {"description": description, **several}],
        "x-teststrip-expects": "the name of an axis or a list of names",
    }


def _conditions(parameters: Sequence[Parameter]) -> list[Schema]:
    """Return what values under `params` make necessary there, as long as no axis has a say in it.

    Each is `if not ... else`, since an editor offers what stands in a plain `if` as if it were wanted.
    """
    return [
        {
            "if": {
                "not": {
                    "properties": {
                        PARAMS: _worded(if_of(condition, parameters, _not_given(condition))),
                        "axes": {"not": sets([condition.parameter, parameter.name])},
                    },
                    "required": [PARAMS],
                    **_NO_BASE,
                }
            },
            "else": {"properties": {PARAMS: needed(parameter.name, f"because {condition}")}},
        }
        for parameter in parameters
        if (condition := parameter.required_when) is not None
    ]


def _alone() -> Schema:
    """Require what a recipe must have by itself; one that extends others may have it from them."""
    return {"if": {"not": _NO_BASE}, "else": {"required": list(_NEEDED)}}


def _worded(test: Schema) -> Schema:
    """Give what is tested words of its own, or an editor would take it for a branch of the value's schema."""
    if "properties" not in test:
        return test
    tested = {name: {"description": "makes others necessary", **one} for name, one in test["properties"].items()}
    return test | {"properties": tested}


def _not_given(condition: Condition) -> Schema:
    """Return what decides nothing: null and, since nobody knows what becomes of it, a template."""
    return {"anyOf": [NULL, ref(TEMPLATE)]} if condition.given else NULL


def _clashes(parameters: Sequence[Parameter], constraints: Sequence[Constraint]) -> Schema:
    """Refuse what does not go together. What must be given may be given by an axis: the plan sees to it."""
    rules = [
        rule
        for constraint in constraints
        if constraint.kind in ("exclusive", "one")
        for rule in clashes([member.name for member in parameters if member.path in constraint.parameters])
    ]
    return {"allOf": rules} if rules else {}


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
