"""The forms of an axis: what may stand under `axes`, and how its values are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from teststrip.provider.attach import takes_picture
from teststrip.schema.hover import markdown
from teststrip.schema.rules import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.provider.model import Parameter

PARAMS: Final = "params"
DOTS: Final = ("...", "…")
_ELLIPSIS: Final = "ellipsis"
_COUNT: Final = "count"
_DOTS: Final = "dots"
_FILES: Final = "files"
_PATTERN: Final = '{files: "refs/*.png"}'
_SERIES: Final = "numbers with ... between them (4, 5, ..., 8)"


def axis_of(parameter: Parameter) -> Schema:
    """Return the schema of a parameter's axis. The hover text over its name says what the page says."""
    title = parameter.name.replace("_", " ")
    forms: list[Schema] = []
    ways = ["a list of values"]
    if parameter.choices or parameter.kind == "boolean":
        forms.append({"title": title, **_every(parameter)})
        ways.append("all")
    if is_numeric(parameter):
        forms.append(ref(_ELLIPSIS))
        ways.append(_SERIES)
    forms.append(_list(ref(item_of(parameter))))
    if "integer" in (parameter.kind, *parameter.or_kinds):
        forms.append(ref(_COUNT))
        ways.append("{count: 4}")
    if takes_picture(parameter):
        forms.append(ref(_FILES))
        ways.append(_PATTERN)
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
        "anyOf": [
            *([{"const": "all"}] if every else []),
            ref(_ELLIPSIS),
            _list(item),
            ref(_COUNT),
            ref(_FILES),
        ],
        "x-teststrip-expects": _or([ways[0], "all", *ways[1:]] if every else ways),
    }


def items_of(parameter: Parameter) -> Schema:
    """Return one item of a parameter's axis. An object is always the titled form, never a value by itself."""
    titled = _titled(ref(value_of(parameter)))
    if parameter.kind == "object" and not parameter.or_kinds:
        return titled
    dots = [ref(_DOTS)] if is_numeric(parameter) else []
    forms = [ref(value_of(parameter)), *dots, titled]
    # Without words of its own, an editor would take it for one of its branches and show the words of all.
    return {"description": f"A value of {parameter.name}, as it is or with a title.", "anyOf": forms}


def shared_forms() -> Schema:
    """Return the definitions that axes refer to. They have no titles: hover text is about the parameter."""
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
        _COUNT: {
            **closed(
                {
                    "count": {"title": "count", **whole("How many values.", minimum=1)},
                    "from": {
                        "title": "from",
                        "description": "The first value; the others follow one by one. Seeds need none.",
                        "type": "integer",
                    },
                }
            ),
            "required": ["count"],
        },
        _FILES: {
            **closed({"files": text("files", "Pictures by pattern, from where the recipe lies: refs/*.png.")}),
            "required": ["files"],
        },
    }


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


def text(title: str, description: str) -> Schema:
    """Return the schema of a text."""
    return {"title": title, "description": description, "type": "string"}


def whole(description: str, **bounds: int) -> Schema:
    """Return the schema of a whole number."""
    return {"description": description, "type": "integer", **bounds}


def closed(properties: Mapping[str, Any]) -> Schema:
    """Return the schema of a mapping with these members and no others."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def ref(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def _titled(value: Schema) -> Schema:
    properties = {
        "title": text("title", "What the sheet prints for this value."),
        "note": text("note", "A remark for the sheet."),
        "value": value or {"title": "value", "description": "What the axis is set to."},
        "set": {"description": "Parameters that this value sets, in place of one value.", **ref(PARAMS)},
    }
    return closed(properties) | {
        "not": {"required": ["value", "set"]},
        "x-teststrip-refuses": "value and set do not go together: give one of them",
        "if": {"not": {"required": ["value"]}},
        "then": {"required": ["title"], "x-teststrip-because": "because there is no value to print"},
    }


def _every(parameter: Parameter) -> Schema:
    said = "Every value that the page lists."
    return {"description": said, "markdownDescription": f"{said}\n\n{markdown(parameter)}", "const": "all"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
