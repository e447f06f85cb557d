"""Examples that show one member of a body alone: {"type": "clip", "file": "a.mp4"}, where bodies have "timeline": [{...}].

All its names stand below one parameter in an example of a whole body, and that body has not all of them itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.shown import Shown, shown_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FEWEST: Final = 2  # names of a piece; one alone is in too many places
_MOST_HOLDERS: Final = 32  # parameters of a page that hold others
_CALLED: Final = frozenset({"--data", "data", "body", "json", "payload"})  # what a whole body is given to


@dataclass(frozen=True, slots=True)
class Pieces:
    """By the name of what holds others: the names that stand below it, and those beside it."""

    below: Mapping[str, frozenset[str]] = field(default_factory=dict)
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, root: Shown) -> str:
        """Return the name below which an object belongs that is shown alone; "" for a whole body."""
        names = set(root.names)
        if root.form != "object" or len(names) < _FEWEST or root.label in _CALLED:
            return ""
        holders = [name for name, below in self.below.items() if names <= below and not names <= self.beside[name]]
        if len(holders) != 1 or holders[0] in names:
            return ""
        return holders[0]


NO_PIECES: Final = Pieces()


def pieces_of(texts: Iterable[str], most: int) -> Pieces:
    """Look through the first `most` characters of examples for what holds others."""
    below: dict[str, set[str]] = defaultdict(set)
    beside: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        if most <= 0:
            break
        for root in shown_in(text[:most], 1):
            for whole in _bodies(root):
                _look_into(whole, below, beside)
        most -= len(text)
    known = list(below)[:_MOST_HOLDERS]
    return Pieces(
        {name: frozenset(below[name]) for name in known}, {name: frozenset(beside[name]) for name in known}
    )


def _bodies(root: Shown) -> Sequence[Shown]:
    """Return the objects that may be whole bodies: at the top, or given to a call."""
    if root.form == "object":
        return [root]
    if root.form != "call":
        return []
    return [one for one in (*root.items, *(value for _, value in root.members)) if one.form == "object"]


def _look_into(body: Shown, below: dict[str, set[str]], beside: dict[str, set[str]]) -> None:
    for name, value in body.members:
        objects = [value] if value.form == "object" else [one for one in value.items if one.form == "object"]
        if objects and value.form in {"object", "array"}:
            below[name].update(*(one.names for one in objects))
            beside[name].update(body.names)
