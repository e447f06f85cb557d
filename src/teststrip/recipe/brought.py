"""Filters and functions that plugins bring, called as if they were our own: on copies, bounded, and held to JSON.

What they answer becomes part of a request, and so of what is paid for: they are pure. What one has answered is
kept, so that the same arguments give the same answer within a process, and while there are few answers each call
is made twice: a function that draws by chance or looks at the clock is found out then, before anything is sent.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.plugins.manager import words
from teststrip.plugins.quiet import quiet
from teststrip.plugins.records import Function
from teststrip.recipe.bounds import MAX_ITEMS, MAX_NUMBER, MAX_TEXT, Frame, TemplateFault
from teststrip.recipe.filters import Filter

_KEPT: Final = 65_536  # answers of one function
_TWICE: Final = 16  # answers of one function that are asked for twice
_CALL: Final = 250  # characters that could be handled in the time that a call takes


def filter_of(function: Function) -> Filter:
    """Return a plugin's function as a filter: its first argument is the value before the `|`."""
    first, *others = function.arguments

    def apply(frame: Frame, value: object, /, **given: object) -> object:
        return _answer(function, frame, {first: value, **given}, "filter")

    return Filter(apply, tuple(others), max(0, function.needed - 1))


def function_called(function: Function) -> Callable[..., object]:
    """Return what calls a plugin's function with arguments by name."""

    def apply(frame: Frame, /, **given: object) -> object:
        return _answer(function, frame, given, "function")

    return apply


def _answer(function: Function, frame: Frame, given: Mapping[str, object], what: str) -> object:
    """Ask a function, or remember what it said. Raises TemplateFault that names it and its plugin."""
    frame.spend(_CALL)
    frame.weigh(given)
    try:
        key = json.dumps(given, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TemplateFault(f"{function.name} takes what JSON can carry, and this is not: {error}") from error
    if key in function.answers:
        answer = function.answers[key]
    else:
        answer = _asked(function, key, what)
        if len(function.answers) < _TWICE and _asked(function, key, what) != answer:
            said = f"the {what} {function.name!r} of the plugin {function.plugin!r} gives other answers each time"
            raise TemplateFault(f"{said}; what goes into a request has to be the same whenever it is asked for")
        if len(function.answers) < _KEPT:
            function.answers[key] = answer
    value = json.loads(answer)
    frame.weigh(value)
    return value


def _asked(function: Function, key: str, what: str) -> str:
    """Call a function on arguments of its own, and return what it says as JSON text."""
    try:
        with quiet():
            answer = function.call(*_positions(function, json.loads(key)))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        said = f"the {what} {function.name!r} of the plugin {function.plugin!r} failed: {words(error)}"
        raise TemplateFault(said) from error
    try:
        return json.dumps(_json(answer), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        said = (
            f"the {what} {function.name!r} of the plugin {function.plugin!r} gives what JSON cannot carry: {error}"
        )
        raise TemplateFault(said) from error


def _positions(function: Function, given: Mapping[str, Any]) -> list[Any]:
    """Put arguments into their order, as far as they were given in it; the rest has its defaults."""
    return [given[name] if name in given else function.defaults[name] for name in function.arguments]


def _json(value: Any) -> Json:
    """Take an answer as JSON, in texts, lists and mappings of our own. Raises TypeError and ValueError."""
    if isinstance(value, list | tuple | Mapping) and len(value) > MAX_ITEMS:
        raise ValueError(f"more than {MAX_ITEMS:,} items")
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return {str(name): _json(member) for name, member in value.items()}
    return _scalar(value)


def _scalar(value: Any) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ValueError(f"a text of more than {MAX_TEXT:,} characters")
        value.encode()  # half a surrogate pair is a UnicodeEncodeError, which is a ValueError
        return str(value)
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > MAX_NUMBER:
            raise ValueError("a number that is too large, or not finite")
        return int(value) if isinstance(value, int) else float(value)
    raise TypeError(f"a {type(value).__name__}")
