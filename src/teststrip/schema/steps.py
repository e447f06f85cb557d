"""The schemas of `before` and `after`: which steps there are, and the options of each, for an editor.

A plugin may bring others, so a name that is not known here stands for any options; the plan checks those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from teststrip.schema.parts import ref, text
from teststrip.schema.rules import Schema
from teststrip.schema.values import TEMPLATE
from teststrip.steps.model import AfterStep, BeforeStep

Known = Mapping[str, BeforeStep] | Mapping[str, AfterStep]

_TEXTS: Final = {
    "before": "Steps on each request, in this order.",
    "after": "Steps on each picture, in this order.",
}
_WORDS: Final = ("title", "description", "markdownDescription", "default", "examples")
_AS: Final = "What stands before the names of the step's scores, when a step is used more than once."
_AGAINST: Final = "What to compare with: the cell at these values of axes ({sampler: ddim}), or a picture's path."


def steps(before: Mapping[str, BeforeStep] | None = None, after: Mapping[str, AfterStep] | None = None) -> Schema:
    """Return the schemas of `before` and `after`, by key; with steps, also what their options are."""
    return {"before": _steps("before", before or {}), "after": _steps("after", after or {})}


def _steps(kind: str, known: Known) -> Schema:
    description = _TEXTS[kind]
    use = text("use", "The step's name; its options stand beside it.")
    entry: Schema = {
        "description": description,
        "type": "object",
        "properties": {"use": use},
        "required": ["use"],
    }
    name: Schema = {"type": "string"}
    if known:
        names = _named(known)
        entry["properties"] = {"use": {"title": "use", "description": use["description"], **names}}
        entry["allOf"] = [_options(step) for step in known.values()]
        name = names
    return {
        "title": kind,
        "description": description,
        "type": "array",
        "x-teststrip-such": "[{use: name}]",
        "items": {"anyOf": [name, entry], "x-teststrip-expects": "a step, such as {use: name}"},
    }


def _named(known: Known) -> Schema:
    """Return what a name may be: one of these, each with what it does, or that of a plugin's step."""
    own = [{"const": step.name, "description": step.summary or step.name} for step in known.values()]
    return {"anyOf": [*own, {"type": "string", "description": "A plugin's step."}]}


def _options(step: BeforeStep | AfterStep) -> Schema:
    """Say what stands beside a step's name. It is `if not ... else`, as an editor offers what a plain `if` has."""
    shape: Mapping[str, Any] = step.options
    own: Mapping[str, Any] = shape.get("properties", {})
    members: dict[str, Any] = {"use": {"const": step.name}, **{name: _templated(one) for name, one in own.items()}}
    needed = list(shape.get("required", []))
    if isinstance(step, AfterStep):
        if step.scores or step.given is not None:
            members["as"] = text("as", _AS)
        if step.reference:
            compared: list[Schema] = [{"type": "string"}, {"type": "object", "description": _AGAINST}]
            members["against"] = {"title": "against", "description": _AGAINST, "anyOf": compared}
            needed.append("against")
    told: Schema = {"properties": members, "additionalProperties": False}
    told |= {"required": needed} if needed else {}
    return {"if": {"not": {"properties": {"use": {"const": step.name}}, "required": ["use"]}}, "else": told}


def _templated(shape: Any) -> Schema:
    """Return the schema of an option that a template may stand for."""
    if not isinstance(shape, Mapping) or shape.get("type") == "string":
        return dict(shape) if isinstance(shape, Mapping) else {}
    words = {name: shape[name] for name in _WORDS if name in shape}
    return {**words, "anyOf": [dict(shape), ref(TEMPLATE)]}
