"""What is wrong with a step or an axis kind that a plugin brings, in words for the plugin's author."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, get_args

from teststrip.base.text import is_unicode
from teststrip.plugins.records import AxisKind
from teststrip.steps.model import AfterStep, BeforeStep, Score, Where


def step_fault(step: Any) -> str:
    """Say why a step is of no use; "" when it is."""
    touches: Any = getattr(step, "touches", None)
    if isinstance(step, BeforeStep):
        if touches is not None and not callable(touches):
            return "`touches` is a function of the options, or None"
        return _call_fault("change", step.change) or _options_fault(step.options)
    if isinstance(step, AfterStep):
        return _call_fault("run", step.run) or _options_fault(step.options) or _after_fault(step)
    return "it is neither a BeforeStep nor an AfterStep"


def kind_fault(name: str, kind: Any) -> str:
    """Say why an axis kind is of no use; "" when it is."""
    if not isinstance(kind, AxisKind):
        return "it is no AxisKind"
    members: Any = kind.members
    if not isinstance(members, Mapping) or not all(isinstance(one, Mapping) for one in members.values()):
        return "`members` has a JSON Schema for each member, by name"
    if name not in members:
        return f"`members` has nothing on `{name}`, the member that tells this kind"
    missing = [one for one in kind.needed if one not in members]
    return _call_fault("expand", kind.expand) or (f"`members` has nothing on `{missing[0]}`" if missing else "")


def _call_fault(name: str, function: Any) -> str:
    return "" if callable(function) else f"`{name}` is no function"


def _options_fault(options: Any) -> str:
    if not isinstance(options, Mapping) or options.get("type") != "object":
        return "`options` is the JSON Schema of an object"
    return ""


def _after_fault(step: AfterStep) -> str:
    if step.where not in get_args(Where):
        return f"`where` is one of {', '.join(get_args(Where))}"
    waits = inspect.iscoroutinefunction(step.run)
    if waits != (step.where == "async"):
        return "`run` is a coroutine function where `where` is 'async', and only there"
    if step.where == "process" and not _importable(step.run):
        return "`run` is called in another process, so it is a function at the top of a module"
    scores: Any = step.scores
    if not isinstance(scores, Mapping) or not all(isinstance(score, Score) for score in scores.values()):
        return "`scores` has a Score for each name"
    wrong = [name for name, score in scores.items() if not _sound(name, score)]
    if wrong:
        return (
            f"the score {wrong[0]!r:.80}: a name is a text, so is a title, and `digits` a whole number from 0 to 9"
        )
    return ""


def _sound(name: Any, score: Any) -> bool:
    texts = isinstance(name, str) and isinstance(score.title, str) and is_unicode(name) and is_unicode(score.title)
    return texts and type(score.digits) is int and 0 <= score.digits <= 9


def _importable(function: Any) -> bool:
    name = getattr(function, "__qualname__", "")
    return bool(getattr(function, "__module__", "")) and name.isidentifier()
