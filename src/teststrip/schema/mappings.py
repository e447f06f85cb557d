"""The forms of an axis that are mappings: numbers between ends, sizes, search and replace.

A parameter's axis takes the form that fits it. A free variable takes any, in one schema: so a misspelt member is
known among all of them, and which form was meant shows in what is there.
"""

from __future__ import annotations

from typing import Any, Final

from teststrip.schema.parts import closed, ref, templated, text
from teststrip.schema.rules import Schema, needed
from teststrip.schema.values import TEMPLATE

COUNT: Final = "count"  # whole numbers
RANGE: Final = "range"  # numbers of any kind
SIZES: Final = "sizes"
REPLACE: Final = "replace"
FILES: Final = "files"
ANY: Final = "mapping"
SKIP: Final = "skip"
HIDE: Final = "hide"
REPLACED: Final = "replaced"
_SIDE: Final = "side"
_SPREAD: Final = "spread"
_ENDS: Final = ("from", "to", "step", "count", "spacing")


def mapping_forms(ellipsis: str, dots: str) -> Schema:
    """Return the definitions of the forms; the names are those of the definitions of a series and of its dots."""
    sizes = _size_members()
    return {
        COUNT: closed(_number_members("integer")) | {"allOf": [ref(_SPREAD)]},
        RANGE: closed(_number_members("number")) | {"required": ["from"], "allOf": [ref(_SPREAD)]},
        _SPREAD: {"allOf": _number_rules()},
        SIZES: closed(sizes) | {"required": ["width", "height"]},
        REPLACE: closed(_replace_members()) | {"required": ["replace", "with"]},
        FILES: closed(_file_members()) | {"required": ["files"]},
        ANY: closed(_number_members("number") | sizes | _replace_members() | _file_members())
        | {"allOf": _any_rules()},
        REPLACED: {
            "title": "replace",
            "description": "Texts of the prompt, and what stands in their place.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 100,  # each is looked for at every letter
            "propertyNames": {"minLength": 1},
            "additionalProperties": {"type": "string"},
        },
        SKIP: {"title": "skip", "description": "Keep the place, and do not draw it.", "type": "boolean"},
        HIDE: {"title": "hide", "description": "Draw it, and do not show it on sheets.", "type": "boolean"},
        _SIDE: {
            "anyOf": [
                _pixels(),
                {"type": "array", "minItems": 1, "items": {"anyOf": [_pixels(), ref(dots), ref(TEMPLATE)]}},
                ref(COUNT),
                ref(ellipsis),
                ref(TEMPLATE),
            ],
            "x-teststrip-expects": "a number of pixels, a list, a series (512, 576, ..., 1024) or {from: ...}",
        },
    }


def own_members() -> tuple[str, ...]:
    """Return every member that a mapping on an axis may have, of a form or of a value with a title."""
    forms = _number_members("number") | _size_members() | _replace_members() | _file_members()
    return (*forms, "title", "note", "value", "set", "skip", "hide")


def _number_members(kind: str) -> dict[str, Any]:
    number = {"type": kind}
    spacing = {
        "title": "spacing",
        "description": "At equal distances (linear) or at equal ratios (log).",
        "type": "string",
        "enum": ["linear", "log"],
    }
    return {
        "count": templated("count", "How many values.", {"type": "integer", "minimum": 1}),
        "from": templated("from", "The first value. Seeds need none.", number),
        "to": templated("to", "The last value.", number),
        "step": templated("step", "From each value to the next; below 0 when `to` is below `from`.", number),
        "spacing": spacing,
        "multiple_of": templated("multiple_of", "What values between the ends are rounded to.", number),
    }


def _number_rules() -> list[Schema]:
    stepped = _any("to", "step")
    return [
        _where({"not": stepped}, needed("count", "because there is neither `to` nor `step`")),
        _where(stepped, needed("from", "because the first value is not known otherwise")),
        {
            "not": {"allOf": [{"required": ["to"]}, {"not": _any("step", "count")}]},
            "x-teststrip-refuses": "step or count is missing; it tells how `to` is reached",
        },
        {
            "not": {"allOf": [{"required": ["step"]}, {"not": _any("to", "count")}]},
            "x-teststrip-refuses": "to or count is missing; it tells where the steps end",
        },
        {
            "not": {"required": ["to", "step", "count"]},
            "x-teststrip-refuses": "to, step and count do not go together: any two of them tell the third",
        },
        *(
            _where(
                {"required": [given]}, needed(name, f"because `{given}` is about so many values between two ends")
            )
            for given in ("spacing", "multiple_of")
            for name in ("to", "count")
        ),
    ]


def _any(*names: str) -> Schema:
    return {"anyOf": [{"required": [name]} for name in names]}


def _size_members() -> dict[str, Any]:
    return {
        "width": {"title": "width", "description": "The widths, in pixels.", **ref(_SIDE)},
        "height": {"title": "height", "description": "The heights, in pixels.", **ref(_SIDE)},
        "multiple_of": templated("multiple_of", "What every side is a multiple of.", _pixels()),
        "min_pixels": templated("min_pixels", "Smaller sizes, by area, are left out.", _pixels()),
        "max_pixels": templated("max_pixels", "Larger sizes, by area, are left out.", _pixels()),
    }


def _replace_members() -> dict[str, Any]:
    titled = closed(
        {
            "title": text("title", "What the sheet prints for this value."),
            "note": text("note", "A remark for the sheet."),
            "value": text("value", "The text that stands in place of the other."),
            "skip": ref(SKIP),
            "hide": ref(HIDE),
        }
    )
    return {
        "replace": {**text("replace", "The text to replace; it is also the first value."), "minLength": 1},
        "with": {
            "title": "with",
            "description": "The texts that stand in its place, one by one.",
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"type": "string"}, titled | {"required": ["value"]}]},
        },
        "in": text("in", "The parameter that has the text; the prompt when absent."),
    }


def _file_members() -> dict[str, Any]:
    return {"files": text("files", "Pictures by pattern, from where the recipe lies: refs/*.png.")}


def _any_rules() -> list[Schema]:
    sized, replacing, pixels = _any("width", "height"), _any("replace", "with"), _any("min_pixels", "max_pixels")
    neither: Schema = {"not": {"anyOf": [sized, replacing, _any("files")]}}
    return [
        *(_where(sized, needed(name, "because a size has two sides")) for name in ("width", "height")),
        *(_where(replacing, needed(name, "because one text stands for another")) for name in ("replace", "with")),
        _where(neither, ref(_SPREAD)),
        *(_where(pixels, needed(name, "because pixels bound sizes")) for name in ("width", "height")),
        _where({"required": ["in"]}, needed("replace", "because `in` says where")),
        *(_apart(form, others) for form, others in _STRANGERS.items()),
    ]


_STRANGERS: Final = {
    "width": (*_ENDS, "replace", "with", "in"),
    "replace": (*_ENDS, "multiple_of"),
    "files": (*_ENDS, "multiple_of", "width", "height", "replace", "with", "in"),
}


def _apart(form: str, others: tuple[str, ...]) -> Schema:
    return {
        "not": {"allOf": [{"required": [form]}, _any(*others)]},
        "x-teststrip-refuses": f"{form} does not go together with {', '.join(others[:-1])} or {others[-1]}",
    }


def _where(test: Schema, rule: Schema) -> Schema:
    # Turned round, since an editor offers what stands in a plain `if` as if it were wanted.
    return {"if": {"not": test}, "else": rule}


def _pixels() -> Schema:
    return {"type": "integer", "minimum": 1}
