"""One rendering of a whole-file template: its scopes, and the budget that all it does is paid from.

Nothing is timed: what would take too long, or need too much memory, passes one of these bounds first, and the same
template is refused everywhere or nowhere.
"""

from __future__ import annotations

import json
import re
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from teststrip.base.where import Where
from teststrip.recipe.bounds import Frame, TemplateFault, shown
from teststrip.recipe.expressions import Evaluate
from teststrip.recipe.sources import SourceFault
from teststrip.recipe.traced import Traced, joined

MAX_RESULT: Final = 1_000_000  # characters that a template may make
MAX_ROUNDS: Final = 100_000  # of all loops together
MAX_RANGE: Final = 10_000  # numbers of one range
MAX_NESTED: Final = 40  # macros and includes inside one another
_CALL: Final = 40  # steps of a call, which takes as long
MAX_STEPS: Final = 2_000_000  # parts of the template, characters and items that are handled; some seconds at most

# What YAML would fold or refuse in a text in quotes, and JSON does not mind.
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")

Scope: TypeAlias = "ChainMap[str, Any]"
Run: TypeAlias = "Callable[[WholeFrame, list[str]], None]"


class PlacedFault(TemplateFault):
    """A fault with its place in a template; `word` is what it is about, where that is known."""

    def __init__(self, where: Where, message: str, suggestion: str | None = None, word: str = "") -> None:
        super().__init__(message, suggestion)
        self.where = where
        self.word = word


class MissingFault(SourceFault):
    """A file to include that is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    """A macro, with the scope in which it was defined; `defaults` are those of the last parameters."""

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[Evaluate, ...]
    body: Run
    scope: Scope


class WholeFrame(Frame):
    """A rendering. `variables` is the scope of the moment; `given` are the variables from outside."""

    __slots__ = ("_characters", "_nested", "_rounds", "_steps", "given")
    variables: Scope

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        super().__init__(self.fresh())
        self._steps = MAX_STEPS
        self._rounds = MAX_ROUNDS
        self._characters = MAX_RESULT
        self._nested = 0

    def fresh(self) -> Scope:
        """Return a scope in which only the given variables are known."""
        return ChainMap({}, dict(self.given))

    def spend(self, amount: int) -> None:
        """Account for work that is about to be done. Raises TemplateFault."""
        self._steps -= amount
        if self._steps < 0:
            raise TemplateFault(
                "the template takes too many steps; the axes of a recipe are made for large sweeps"
            )

    def weigh(self, value: object) -> None:
        """Account for a value with all that is in it, shared parts as often as they would be written."""
        weight, waiting = 0, [value]
        while waiting and weight <= self._steps:
            one = waiting.pop()
            weight += 1
            if isinstance(one, str):
                weight += len(one)
            elif isinstance(one, list | tuple):
                waiting.extend(one)
            elif isinstance(one, Mapping):
                waiting.extend(one)
                waiting.extend(one.values())
        self.spend(weight)

    def go_round(self, rounds: int) -> None:
        """Account for the rounds of a loop before the first. Raises TemplateFault."""
        self._rounds -= rounds
        if self._rounds < 0:
            raise TemplateFault(f"the loops of a template may go {MAX_ROUNDS:,} rounds together, no more")

    def write(self, text: str, out: list[str]) -> None:
        """Write a piece of text. Raises TemplateFault when it is too much."""
        self._characters -= len(text)
        if self._characters < 0:
            raise TemplateFault(f"the template makes more than {MAX_RESULT:,} characters")
        self.spend(len(text) + 1)
        out.append(text)

    def text(self, value: object) -> str:
        """Print a value as YAML reads it: lists and mappings as JSON. Raises TypeError for what is no value."""
        if isinstance(value, Macro):
            raise TypeError(f"{value.name} is a macro, and is called with ()")
        return self.json(value) if isinstance(value, list | tuple | Mapping) else super().text(value)

    def json(self, value: object) -> str:
        """Write a value as JSON, which YAML reads as the same value: a text comes in quotes."""
        self.weigh(value)
        written = json.dumps(value, ensure_ascii=False)
        self.spend(len(written))
        return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)

    def numbers(self, *bounds: object) -> list[int]:
        """Return what `range` gives, as a list. Raises TemplateFault when it is too long."""
        whole = [bound for bound in bounds if isinstance(bound, int) and not isinstance(bound, bool)]
        if len(whole) < len(bounds) or not 1 <= len(bounds) <= 3:
            raise TypeError("range takes one to three whole numbers")
        made = range(*whole)
        if len(made) > MAX_RANGE:
            raise TemplateFault(f"a range may have {MAX_RANGE:,} numbers, and this has {len(made):,}")
        self.spend(len(made))
        return list(made)

    def inside(self, scope: Scope, run: Run, out: list[str]) -> None:
        """Run a macro's body or another file in a scope of its own."""
        if self._nested >= MAX_NESTED:
            raise TemplateFault(
                f"macros and includes are nested deeper than {MAX_NESTED}; one of them calls itself without an end"
            )
        self.spend(_CALL)
        before = self.variables
        self.variables = scope
        self._nested += 1
        try:
            run(self, out)
        finally:
            self._nested -= 1
            self.variables = before

    def call(self, macro: Macro, positional: Sequence[Any], named: Mapping[str, Any]) -> Traced:
        """Call a macro; its text keeps the places of its parts. Raises TypeError for wrong arguments."""
        takes = f"{macro.name} takes {', '.join(macro.parameters) or 'no arguments'}"
        if len(positional) > len(macro.parameters):
            raise TypeError(f"{takes}; here are {len(positional)}")
        values = dict(zip(macro.parameters, positional, strict=False))
        for name, value in named.items():
            if name in values or name not in macro.parameters:
                raise TypeError(f"{takes}; {shown(name)} is {'given twice' if name in values else 'none of them'}")
            values[name] = value
        scope = macro.scope.new_child(values)
        first = len(macro.parameters) - len(macro.defaults)
        out: list[str] = []

        def run(frame: WholeFrame, out: list[str]) -> None:
            for index, name in enumerate(macro.parameters):
                if name not in values and index < first:
                    raise TypeError(f"{takes}; {name} is missing")
                if name not in values:
                    values[name] = macro.defaults[index - first](frame)
            macro.body(frame, out)

        self.inside(scope, run, out)
        text = joined(out)
        self.spend(len(text) + len(out))
        return text


def loop_at(index: int, length: int) -> Mapping[str, object]:
    """Return what `loop` has in a round."""
    return {
        "index": index + 1,
        "index0": index,
        "revindex": length - index,
        "revindex0": length - index - 1,
        "first": index == 0,
        "last": index == length - 1,
        "length": length,
    }


def assigned(names: str | tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return names with their values, of a list one each. Raises TypeError for a list of another length."""
    if isinstance(names, str):
        return {names: value}
    if not isinstance(value, list | tuple) or len(value) != len(names):
        raise TypeError(f"{shown(value)} cannot be parted into {', '.join(names)}")
    return dict(zip(names, value, strict=True))
