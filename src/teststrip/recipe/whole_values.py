"""What a whole-file template does with values, each step paid for: printing, looping, comparing, building lists.

Nothing here is timed: what would take too long, or need too much memory, passes one of these bounds first.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import jinja2

from teststrip.recipe.templates import MAX_TEXT, TemplateFault
from teststrip.recipe.traced import Traced
from teststrip.recipe.whole_nodes import AT, EACH, ENTER, JOIN, MADE, TEXT, USE, Pieces

MAX_RESULT: Final = 4_000_000  # characters that a template may make
MAX_ROUNDS: Final = 100_000  # of all loops and macros together
MAX_RANGE: Final = 10_000  # numbers of one range
MAX_WEIGHT: Final = 200_000  # values and characters of a list that a template builds, as it would be written out
MAX_WORK: Final = 20_000_000  # steps and characters; a few seconds at most

# What YAML would fold or refuse in a text in quotes, and JSON does not mind.
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class Budget:
    """What one rendering may do; every step pays before it is done. Raises TemplateFault when it is used up."""

    def __init__(self) -> None:
        self._work = MAX_WORK
        self._rounds = MAX_ROUNDS
        self._characters = MAX_RESULT

    def pay(self, steps: int) -> None:
        """Pay for work: nodes of the template, values and characters."""
        self._work -= steps
        if self._work < 0:
            raise TemplateFault(
                "the template takes too many steps; a recipe's axes are the place for large sweeps"
            )

    def go_round(self, rounds: int) -> None:
        """Pay for rounds of a loop, or calls of a macro."""
        self._rounds -= rounds
        if self._rounds < 0:
            raise TemplateFault(
                f"the loops and macros of a template may go {MAX_ROUNDS:,} rounds together, no more"
            )

    def write(self, characters: int) -> None:
        """Pay for text that may become part of the result."""
        self._characters -= characters
        if self._characters < 0:
            raise TemplateFault(f"the template makes more than {MAX_RESULT:,} characters")
        self.pay(characters + 1)


def weigh(value: object, most: int = MAX_WORK) -> int:
    """Count values and characters as if all were written out, shared ones again; stops counting beyond `most`."""
    weight, waiting = 0, [value]
    while waiting and weight <= most:
        one = waiting.pop()
        weight += 1
        if isinstance(one, str):
            weight += len(one)
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        elif isinstance(one, Mapping):
            waiting.extend(one)
            waiting.extend(one.values())
    return weight


def bounded(value: object) -> object:
    """Return a list or mapping. Raises TemplateFault for one that is far larger than it looks."""
    if weigh(value, MAX_WEIGHT) > MAX_WEIGHT:
        raise TemplateFault(f"the template makes a list of more than {MAX_WEIGHT:,} values and characters")
    return value


def range_of(budget: Budget) -> Callable[..., list[int]]:
    """Return `range`, as Python has it, as a list of bounded length."""

    def numbers(*bounds: int) -> list[int]:
        made = range(*bounds)
        if len(made) > MAX_RANGE:
            raise TemplateFault(f"a range may have {MAX_RANGE:,} numbers, and this has {len(made):,}")
        budget.pay(len(made))
        return list(made)

    return numbers


def printed(value: object) -> str:
    """Print a value as YAML reads it: lists and mappings in one line. Raises TypeError for what is no value."""
    if isinstance(value, str):
        return value
    if isinstance(value, jinja2.Undefined):
        return str(value)  # which says what is undefined
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if isinstance(value, list | tuple | Mapping):
        return as_json(value)
    raise TypeError("this is no value that can be printed; a macro is called with ()")


def as_json(value: object) -> str:
    """Write a value as JSON, which YAML reads as the same value: a text comes in quotes."""
    if isinstance(value, jinja2.Undefined):
        return str(value)
    parts: list[str] = []
    length = 0
    for part in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        length += len(part)
        if length > MAX_RESULT:
            raise TemplateFault(f"the template makes more than {MAX_RESULT:,} characters")
        parts.append(part)
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", "".join(parts))


def items(value: object) -> list[tuple[object, object]]:
    """Return the names and values of a mapping, as pairs."""
    if not isinstance(value, Mapping):
        raise TypeError("items needs a mapping")
    return list(value.items())


MORE_FILTERS: Final[dict[str, Callable[..., Any]]] = {"items": items, "tojson": as_json}


def paid(filters: Mapping[str, Callable[..., Any]], budget: Budget) -> dict[str, Callable[..., Any]]:
    """Return filters that pay for what they are given and for what they make."""

    def pay_for(made: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(made)
        def filtered(*arguments: Any, **options: Any) -> Any:
            budget.pay(1 + sum(map(weigh, arguments)) + sum(map(weigh, options.values())))
            result = made(*arguments, **options)
            budget.pay(weigh(result))
            return result

        return filtered

    return {name: pay_for(made) for name, made in filters.items()}


def inner_filters(pieces: Pieces, budget: Budget) -> dict[str, Callable[..., Any]]:
    """Return the filters that `annotate` puts into a tree."""
    inner = {**_writing(pieces, budget), **_working(budget)}
    # With the context as an argument Jinja does not call them while it compiles.
    return {name: jinja2.pass_context(function) for name, function in inner.items()}


def _writing(pieces: Pieces, budget: Budget) -> dict[str, Callable[..., Any]]:
    def at(_context: object, value: object, number: int) -> Traced:
        text = printed(value)
        budget.write(len(text))
        return text if isinstance(text, Traced) else Traced(text, ((0, pieces.origins[number]),))

    def text(_context: object, number: int) -> Traced:
        budget.write(len(pieces.texts[number]))
        return pieces.texts[number]

    def join(_context: object, values: list[object]) -> str:
        parts = [printed(value) for value in values]
        length = sum(map(len, parts))
        if length > MAX_TEXT:
            raise TemplateFault(f"`~` makes more than {MAX_TEXT:,} characters")
        budget.pay(length + len(parts))
        return "".join(parts)

    return {AT: at, TEXT: text, JOIN: join}


def _working(budget: Budget) -> dict[str, Callable[..., Any]]:
    def each(_context: object, value: object, size: int) -> object:
        if isinstance(value, jinja2.Undefined):
            return iter(value)  # which says what is undefined
        if not isinstance(value, list | tuple | str | Mapping):
            raise TypeError("a loop needs a list")
        budget.go_round(len(value))
        budget.pay(len(value) * (size + 1))
        return value

    def enter(_context: object, size: int) -> None:
        budget.go_round(1)
        budget.pay(size)

    def use(_context: object, value: object) -> object:
        budget.pay(weigh(value))
        return value

    def made(_context: object, value: object) -> object:
        bounded(value)
        budget.pay(weigh(value))
        return value

    return {EACH: each, ENTER: enter, USE: use, MADE: made}
