"""What people write who come from other tools, and what stands for it in a recipe."""

from __future__ import annotations

from typing import Final

from teststrip.base.json import Json
from teststrip.plan.values import Slot

_DRAWN: Final = frozenset({"-1", "random", "rand", "any"})  # a seed that the web UIs draw anew each time


def instead(value: Json, slot: Slot) -> str:
    """Say what to write in place of a value that is refused, to be put behind what is wrong; "" for most."""
    name = slot.parameter.name
    if slot.parameter.random_default and str(value).strip().casefold() in _DRAWN:
        return "; leave it out, and one is drawn and kept; several are drawn by an axis, {count: 4}"
    if value == "all" and slot.path[0] != "axes":
        return f"; every one is tried by an axis, {name}: all"
    if value is None and isinstance(slot.path[-1], str):
        return "; leave the name out where nothing is meant"
    return ""
