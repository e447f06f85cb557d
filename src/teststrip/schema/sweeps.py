"""The forms of an axis: what may stand under `axes`, and how its values are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.provider.attach import takes_picture
from teststrip.schema.brought import with_kinds
from teststrip.schema.hover import markdown
from teststrip.schema.mappings import ANY, COUNT, FILES, HIDE, RANGE, REPLACE, REPLACED, SIZES, SKIP, mapping_forms
from teststrip.schema.parts import closed, ref, text
from teststrip.schema.values import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Parameter
    from teststrip.schema.rules import Schema

PARAMS: Final = "params"
DOTS: Final = ("...", "…")
_ELLIPSIS: Final = "ellipsis"
_DOTS: Final = "dots"
_PATTERN: Final = '{files: "refs/*.png"}'
_PRINTED: Final = "printed"
_SERIES: Final = "numbers with ... between them (4, 5, ..., 8)"
_STEPS: Final = "{from: 1, to: 9, step: 2}"


def axis_of(parameter: Parameter, size_names: Sequence[str] = ()) -> Schema:
    """Return the schema of a parameter's axis. The hover text over its name says what the page says.

    `size_names` are what the page calls its common sizes, for the parameter that takes a size.
    """
    title = parameter.name.replace("_", " ")
    forms: list[Schema] = []
    ways = ["a list of values"]
    if parameter.choices or parameter.kind == "boolean" or size_names:
        forms.append({"title": title, **_every(parameter)})
        ways.append("all")
    if is_numeric(parameter):
        forms.append(ref(_ELLIPSIS))
        ways.append(_SERIES)
    forms.append(_list(ref(item_of(parameter))))
    if is_numeric(parameter):
        forms.append(ref(RANGE if "number" in (parameter.kind, *parameter.or_kinds) else COUNT))
        ways.append("{count: 4}" if parameter.random_default else _STEPS)
    if parameter.size is not None or size_names:
        forms.append(ref(SIZES))
        ways.append("{width: [...], height: [...]}")
    elif takes_picture(parameter):
        forms.append(ref(FILES))
        ways.append(_PATTERN)
    elif _takes_text(parameter):
        forms.append(ref(REPLACE))
        ways.append("{replace: ..., with: [...]}")
    forms.append(ref(TEMPLATE))
    about = {
        "title": title,
        "description": f"Over what {parameter.name} varies: {_or(ways)}.",
        "markdownDescription": f"Over what `{parameter.name}` varies: {_or(ways)}.\n\n{markdown(parameter)}",
    }
    # A lone form stands by itself: an editor shows the words of an anyOf's branches when all of them hold.
    return about | ({"anyOf": forms, "x-teststrip-expects": _or(ways)} if len(forms) > 1 else forms[0])


def free_axis(*, every: bool = False) -> Schema:
    """Return the schema of an axis that is not a parameter; with `every`, one that may turn out to be."""
    item = {
        "anyOf": [{"type": ["string", "number", "boolean", "null", "array"]}, _titled({})],
        "x-teststrip-expects": "a value or {title: ..., value: ...}",
    }
    ways = ["a list of values", _SERIES, "{count: 4}"]
    return {
        "title": "a variable",
        "description": f"A variable for the templates: {_or(ways)}.",
        "anyOf": [*([{"const": "all"}] if every else []), ref(_ELLIPSIS), _list(item), ref(ANY), ref(TEMPLATE)],
        "x-teststrip-expects": _or([ways[0], "all", *ways[1:]] if every else ways),
    }


def items_of(parameter: Parameter, size_names: Sequence[str] = ()) -> Schema:
    """Return one item of a parameter's axis. An object is always the titled form, never a value by itself."""
    named: list[Schema] = (
        [{"description": "A common size of the page.", "enum": list(size_names)}] if size_names else []
    )
    value = {"anyOf": [ref(value_of(parameter)), *named]} if named else ref(value_of(parameter))
    titled = _titled(value)
    if parameter.kind == "object" and not parameter.or_kinds:
        return titled
    dots = [ref(_DOTS)] if is_numeric(parameter) else []
    forms = [ref(value_of(parameter)), *named, *dots, titled]
    # Without words of its own, an editor would take it for one of its branches and show the words of all.
    return {"description": f"A value of {parameter.name}, as it is or with a title.", "anyOf": forms}


def shared_forms(extensions: Extensions = BUILT_IN) -> Schema:
    """Return the definitions that axes refer to. They have no titles: hover text is about the parameter."""
    mappings = mapping_forms(_ELLIPSIS, _DOTS)
    if extensions.kinds:
        mappings[ANY] = with_kinds(mappings[ANY], extensions)
    return {
        _ELLIPSIS: {
            "$comment": "Numbers at equal steps: 4.0, 4.5, ..., 6.0.",
            "type": "string",
            "pattern": r"\.\.\.",
            "x-teststrip-form": True,
        },
        _DOTS: {
            "$comment": "Stands for the numbers between its neighbours in a list: [4.0, 4.5, ..., 6.0].",
            "type": "string",
            "enum": list(DOTS),
            "x-teststrip-form": True,
        },
        _PRINTED: {
            "if": {"anyOf": [{"required": ["value"]}, {"required": ["replace"]}]},
            "then": {},
            "else": {"required": ["title"], "x-teststrip-because": "because there is no value to print"},
        },
        **mappings,
    }


def _takes_text(parameter: Parameter) -> bool:
    return "string" in (parameter.kind, *parameter.or_kinds) and not parameter.choices


def is_numeric(parameter: Parameter) -> bool:
    """Tell whether a parameter takes numbers, so that a series may stand on its axis."""
    return not {"integer", "number"}.isdisjoint({parameter.kind, *parameter.or_kinds})


def sets(names: list[str]) -> Schema:
    """Return the schema of `axes` in which some axis decides one of these parameters, itself or in a `set`."""
    setting = {
        "type": "object",
        "properties": {"set": {"anyOf": [{"required": [name]} for name in names]}},
        "required": ["set"],
    }
    nowhere = {"additionalProperties": {"not": {"type": "array", "contains": setting}}}
    return {"anyOf": [*({"required": [name]} for name in names), {"not": nowhere}]}


def value_of(parameter: Parameter) -> str:
    """Name the definition of a parameter's value."""
    return f"value.{parameter.name}"


def item_of(parameter: Parameter) -> str:
    """Name the definition of a value on a parameter's axis."""
    return f"item.{parameter.name}"


def _titled(value: Schema) -> Schema:
    properties = {
        "title": text("title", "What the sheet prints for this value."),
        "note": text("note", "A remark for the sheet."),
        "value": value or {"title": "value", "description": "What the axis is set to."},
        "set": {"description": "Parameters that this value sets.", **ref(PARAMS)},
        "replace": ref(REPLACED),
        "in": text("in", "Where texts are replaced; the prompt when absent."),
        "skip": ref(SKIP),
        "hide": ref(HIDE),
    }
    return closed(properties) | {"allOf": [ref(_PRINTED)]}


def _every(parameter: Parameter) -> Schema:
    said = "Every value that the page lists."
    return {"description": said, "markdownDescription": f"{said}\n\n{markdown(parameter)}", "const": "all"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
