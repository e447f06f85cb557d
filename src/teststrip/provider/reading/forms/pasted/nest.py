"""Which parameter of a pasted page is a member of which: by dots in names, brackets on lines, buttons and examples.

Most sites fold the members of an object under a button whose words alone are copied. Where no example of the page has
a name, it is read as a member of the last object with the button, and the object is flagged.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.examples import Examples


_FEWEST_SORTED: Final = 8  # names whose order is no accident


def is_level(names: Sequence[str]) -> bool:
    """Tell whether names stand in the order of the alphabet, all of them: members between them would break it."""
    if len(names) < _FEWEST_SORTED or any("." in name for name in names):
        return False
    keys = [name.lower().replace("-", "_") for name in names]
    return all(one < other for one, other in itertools.pairwise(keys))


@dataclass(slots=True)
class Holder:
    """An object that may have members.

    `bracketed`: signs of the page say where they begin and end; `soft`: no sign says that any follow.
    """

    name: str
    where: Where
    members: set[str] = field(default_factory=set)
    bracketed: bool = False
    soft: bool = False


class Nest:
    """The objects that are open at a place of a run; `guessed` are those whose members no example shows."""

    def __init__(self, shape: Examples, *, level: bool = False) -> None:
        self._shape = shape
        self._level = level  # none of the parameters is a member of another
        self._open: list[Holder] = []
        self._last: Holder | None = None
        self.guessed: list[Holder] = []
        self._silent: list[Holder] = []  # objects of which no sign says what they hold
        self._told = level  # something of the run says which parameters are members

    @property
    def doubted(self) -> list[Holder]:
        """The objects that parameters follow, where nothing on the page says which of them are members."""
        return [] if self._told else [one for one in self._silent if one is not self._last and not one.members]

    def place(self, name: str, where: Where, kind: str, *, holds: bool) -> int:
        """Return how deep a parameter lies, and open it if it holds others, or by its `kind` may."""
        self._told = self._told or holds or "." in name
        if "." in name:
            self._open = [one for one in self._open if one.bracketed]
            return 0  # the name says its own place
        depth = self._depth(name, holds=holds)
        self._open = self._open[:depth]
        if self._open:
            self._open[-1].members.add(name)
        self._last = Holder(name, where, soft=not holds)
        is_object = "object" in kind.lower()
        if holds or is_object or kind.lower() == "array":
            self._open.append(self._last)
            if is_object and name not in self._shape.parents:
                self._silent.append(self._last)
        return depth

    def begin(self) -> None:
        """Take the bracket that the members of the last parameter begin with."""
        self._told = True
        if self._last is not None:
            self._last.bracketed = True
            if self._last not in self._open:
                self._open.append(self._last)

    def end(self) -> None:
        """Take the bracket that the members of an object end with."""
        while self._open and not self._open[-1].bracketed:
            self._open.pop()
        if self._open:
            self._open.pop()

    def _depth(self, name: str, *, holds: bool) -> int:
        if self._level:
            return 0
        above: Mapping[str, int] = self._shape.parents.get(name, {})
        if self._open and self._open[-1].bracketed:
            return len(self._open)
        for index in range(len(self._open) - 1, -1, -1):
            holder = self._open[index]
            if holder.name in above and name not in holder.members:
                return index + 1
        hard = [index for index, holder in enumerate(self._open) if not holder.soft]
        if not hard or "" in above:
            return 0
        unsure = self._open[hard[0] if holds else hard[-1]]
        if unsure not in self.guessed:
            self.guessed.append(unsure)
        return 0 if holds else hard[-1] + 1
