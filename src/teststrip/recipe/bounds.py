"""What keeps templates small: faults, the work that one rendering may do, and values as text.

A recipe may come from anybody. An expression has no loops, so it takes as many operations as it has signs; what
could grow is what an operation handles. So every operation says how many characters and items it is about to
handle, before it does, and stops when the rendering has had its share.
"""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from teststrip.recipe.chance import Chance

MAX_TEXT: Final = 100_000  # characters that a template may be, and may make; the longest prompts are a tenth of it
MAX_ITEMS: Final = 10_000  # items of a list that a template makes
MAX_WORK: Final = 5_000_000  # characters and items that one rendering may handle, all operations together
MAX_ALL_WORK: Final = 1_000_000_000  # as MAX_WORK, for all templates of a plan, in all cells
MAX_VARS_WORK: Final = 50_000_000  # as MAX_ALL_WORK, for the variables of a recipe, which are all kept
MAX_NUMBER: Final = 2**63
_ITEM: Final = 250  # characters that could be handled in the time that one item takes

_WORDS: Final = {None: "", True: "true", False: "false"}
_SHORT: Final = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


class AbsentError(LookupError):
    """A member that is not there; `default` puts something in its place."""


class TemplateFault(Exception):  # noqa: N818  a fault becomes a located problem at the caller; it is no error of its own
    """A template that cannot be read or rendered; `suggestion` is a name that was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


class Work:
    """What several renderings may handle together."""

    __slots__ = ("_left", "_most")

    def __init__(self, most: int = MAX_ALL_WORK) -> None:
        self._left = self._most = most

    def spend(self, amount: int) -> None:
        """Account for what a rendering has handled. Raises TemplateFault."""
        self._left -= amount
        if self._left < 0:
            raise TemplateFault(f"all templates together handle more than {self._most:,} characters")


class Frame:
    """One rendering: the variables, what its draws draw from (None where nothing may be drawn), the work left."""

    __slots__ = ("_left", "chance", "variables")

    def __init__(self, variables: Mapping[str, Any], chance: Chance | None = None) -> None:
        self.variables = variables
        self.chance = chance
        self._left = MAX_WORK

    @property
    def spent(self) -> int:
        """What has been handled so far."""
        return MAX_WORK - self._left

    def spend(self, amount: int) -> None:
        """Account for characters or items that are about to be handled. Raises TemplateFault."""
        self._left -= amount
        if self._left < 0:
            raise TemplateFault(
                f"the template handles more than {MAX_WORK:,} characters, a list item counted as {_ITEM}"
            )

    def weigh(self, value: object) -> None:
        """Account for a value with all that is in it. Raises TemplateFault."""
        self.spend(len(value) + _ITEM if isinstance(value, str) else _ITEM)
        if isinstance(value, Mapping):
            for name, member in value.items():
                self.weigh(name)
                self.weigh(member)
        elif isinstance(value, list | tuple):
            for item in value:
                self.weigh(item)

    def text(self, value: object) -> str:
        """Print a value as a recipe writes it: `true`; nothing for null; lists and mappings as JSON."""
        if isinstance(value, str):
            self.spend(len(value))
            return value
        if value is None or isinstance(value, bool):
            return _WORDS[value]
        if isinstance(value, int | float):
            return str(value)
        self.weigh(value)
        return json.dumps(value, ensure_ascii=False)


def bounded(text: str) -> str:
    """Return a text that a template made. Raises TemplateFault when it is too long."""
    if len(text) > MAX_TEXT:
        raise TemplateFault(f"the template makes more than {MAX_TEXT:,} characters")
    return text


def finite(number: float) -> float:
    """Return a number that a template made. Raises TemplateFault when JSON could not carry it."""
    if not math.isfinite(number):
        raise TemplateFault("the template makes a number that is not finite")
    return number


def number_of(value: object, what: str) -> int | float:
    """Return a value that has to be a number; `what` needs it. Raises TypeError, and ValueError for a huge one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{what} needs numbers, and {shown(value)} is none")
    if abs(value) > MAX_NUMBER:
        raise ValueError("a number is too large")
    return value


def shown(value: object) -> str:
    """Return a value for a sentence about it: shortened, however large it is."""
    if value is None or isinstance(value, bool):
        return _WORDS[value] or "none"
    return _SHORT.repr(value)
