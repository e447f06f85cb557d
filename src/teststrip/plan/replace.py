"""Search and replace in the parameters of a sweep: all that a cell replaces in one text, at once.

At once, so that it is the same whichever axis stands first, and no text is replaced that another put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.recipe.templates import MAX_TEXT, TemplateFault

_NONE: Final[frozenset[int]] = frozenset()


@dataclass(slots=True)
class Replacer:
    """Knows which axes replace texts in which parameters, and remembers what was found."""

    draft: Draft
    axes: Sequence[PlacedAxis]
    _axes_of: dict[str, set[int]] = field(init=False, default_factory=dict)
    _wanted: dict[tuple[str, str], tuple[int, Path]] = field(init=False, default_factory=dict)  # axis and place
    _met: set[str] = field(init=False, default_factory=set)  # parameters whose text was seen
    _found: set[tuple[str, str]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Note what each axis replaces, and report what two of them would replace."""
        for position, placed in enumerate(self.axes):
            for value, path in zip(placed.axis.values, placed.places, strict=True):
                if value.replace is None:
                    continue
                self._axes_of.setdefault(value.replace_in, set()).add(position)
                for old in value.replace:
                    place = self._place(path, old)
                    self._want((value.replace_in, old), position, place, skip=value.skip)

    def axes_of(self, parameter: str) -> frozenset[int] | set[int]:
        """Return the positions of the axes that replace texts in a parameter."""
        return self._axes_of.get(parameter, _NONE)

    def apply(self, parameter: str, value: Json, coordinates: Sequence[int]) -> Json:
        """Return a parameter's value in a cell. Raises TemplateFault when far too much text comes of it."""
        axes = self.axes_of(parameter)
        if not axes or not isinstance(value, str):
            return value
        pairs: dict[str, str] = {}
        for axis in sorted(axes):
            swept = self.axes[axis].axis.values[coordinates[axis]]
            if swept.replace is not None and swept.replace_in == parameter:
                pairs |= swept.replace
        self._met.add(parameter)
        return self._replaced(parameter, value, pairs) if pairs else value

    def roles(self, given: set[str]) -> Iterator[tuple[Path, str]]:
        """Yield the place of each text to replace, and why it is replaced in no cell ("" where it is).

        `given` are the parameters that the recipe has.
        """
        for (parameter, old), (_, path) in self._wanted.items():
            unread = (
                parameter in given and parameter not in self._met
            )  # it could not be rendered: that is reported
            if unread or (parameter, old) in self._found:
                yield path, ""
                continue
            what = f"{old!r} occurs nowhere in {parameter}" if parameter in given else f"{parameter} is not given"
            yield path, f"{what}, so there is nothing to replace"

    def _place(self, path: Path, old: str) -> Path:
        """Return where a text to replace is written: at its value, or once for the whole axis."""
        item = path[:-1] if path[-1] == "value" else path
        for place in ((*item, "replace", old), (*item[:-2], "replace")):
            if place in self.draft.recipe.marks.values:
                return place
        return item

    def _want(self, what: tuple[str, str], position: int, path: Path, *, skip: bool) -> None:
        first = self._wanted.get(what)
        if first is not None and first[0] != position:
            said = (
                f"{what[1]!r} is replaced by axis {self.axes[first[0]].axis.name} already; one of them must let go"
            )
            self.draft.report(path, said)
        if first is None and not skip:
            self._wanted[what] = (position, path)

    def _replaced(self, parameter: str, text: str, pairs: dict[str, str]) -> str:
        # The longest first: of two texts that begin alike, the longer one is meant where it stands.
        olds = sorted(pairs, key=lambda old: (-len(old), old))
        pattern = re.compile("|".join(map(re.escape, olds)))
        length = len(text)
        for found in pattern.finditer(text):
            self._found.add((parameter, found[0]))
            length += len(pairs[found[0]]) - len(found[0])
            if length > MAX_TEXT:
                raise TemplateFault(f"what is replaced makes more than {MAX_TEXT:,} characters")
        return pattern.sub(lambda found: pairs[found[0]], text)
