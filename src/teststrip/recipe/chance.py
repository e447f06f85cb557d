"""Chance that is locked: what `|random`, `|shuffle`, `|sample` and `|alternatives` draw from.

There is no generator that would be advanced from cell to cell. A draw is the order of some items by the SHA-256 of
what the draw is for and of the item itself (rendezvous hashing, Thaler and Ravishankar 1998). So it comes out the
same in every process and on every machine, whatever was drawn before; and a new item, axis value, cell or
parameter leaves all other draws as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from teststrip.base.json import Json, canonical, sha256
from teststrip.base.near import listed, near
from teststrip.recipe.bounds import MAX_ITEMS, TemplateFault, shown


@dataclass(frozen=True, slots=True)
class Coordinate:
    """Where a cell is on one axis: `value` is what the axis has there, never its position or its title.

    `name` is that of the parameter, which belongs to the API. A variable of one's own has None: it may be renamed.
    """

    value: Json
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Chance:
    """What a template's draws depend on: the recipe's `chance`, the place that is filled, the cell's coordinates.

    `place` is a parameter's name, or `vars.NAME`. `coordinates` has all axes, by name; nothing is drawn from the
    order in which they come.
    """

    seed: int
    place: str
    coordinates: Mapping[str, Coordinate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of a template: its number there, and the axes that it depends on (None: all of them)."""

    number: int
    per: frozenset[str] | None = None

    def source(self, chance: Chance | None) -> Source:
        """Return what the draw draws from. Raises TemplateFault where nothing may be drawn."""
        if chance is None:
            raise TemplateFault(
                "nothing can be drawn here: this text is the same in every cell; draw under `params`, on a "
                "parameter's axis, in a `set`, or once for all cells in `vars`"
            )
        return Source(hashlib.sha256(canonical(self._key(chance))))

    def _key(self, chance: Chance) -> Json:
        axes = chance.coordinates.keys() if self.per is None else self.per
        unknown = sorted(axes - chance.coordinates.keys())
        if unknown:
            known = list(chance.coordinates)
            raise TemplateFault(
                f"`per` names the axes that a draw depends on, and {shown(unknown[0])} is none; "
                f"there are: {listed(known)}",
                near(unknown[0], known),
            )
        at = [chance.coordinates[name] for name in axes]
        where: list[list[Json]] = [[where.name, sha256(_written(where.value))] for where in at]
        return ["draw", chance.seed, chance.place, sorted(where, key=str), self.number]


class Source:
    """What one draw draws from; it may be asked several times, for several `part`s."""

    __slots__ = ("_key",)

    def __init__(self, key: hashlib._Hash) -> None:
        self._key = key

    def order(self, items: Sequence[object], part: int = 0) -> list[object]:
        """Return items in the order in which they are drawn; one that stands there twice is drawn as often.

        Raises TemplateFault for items that JSON cannot write, and for too many.
        """
        if len(items) > MAX_ITEMS:
            raise TemplateFault(f"a draw is from at most {MAX_ITEMS:,} items, and this has {len(items):,}")
        seen: dict[bytes, int] = {}
        weights: list[tuple[bytes, int]] = []
        for index, item in enumerate(items):
            written = _written(item)
            seen[written] = seen.get(written, 0) + 1
            weight = self._key.copy()
            weight.update(b"%d %d %s" % (part, seen[written], written))
            weights.append((weight.digest(), index))
        return [items[index] for _, index in sorted(weights)]


def _written(item: object) -> bytes:
    try:
        return canonical(cast("Json", item))
    except (TypeError, ValueError, AttributeError) as error:
        raise TemplateFault(f"{shown(item)} cannot be drawn: {error}") from error
