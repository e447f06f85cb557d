"""Width and height as a page has them: one `size`, or two parameters."""

from __future__ import annotations

from teststrip.base.json import Absent
from teststrip.exchange.draft import Entry
from teststrip.exchange.target import Carried, Refusal, Target, value_of


def carry_size(width: str, height: str, target: Target) -> tuple[Carried, ...] | Refusal:
    """Carry both sides over, in pixels as they were written."""
    size = target.find("size")
    if size is not None:
        separator = size.size.separator if size.size else "x"
        return value_of(size, f"{width.strip()}{separator}{height.strip()}", target)
    carried: list[Carried] = []
    for side, text in (("width", width), ("height", height)):
        parameter = target.find(side)
        if parameter is None:
            return Refusal(f"{target.model} has no parameter for the size")
        made = value_of(parameter, text, target)
        if isinstance(made, Refusal):
            return made
        carried += made
    return tuple(carried)


def separator_of(target: Target) -> str | None:
    """Return what stands between the sides of a size; None where the page has no size, or two parameters."""
    size = target.find("size")
    return None if size is None else size.size.separator if size.size else "x"


def one_picture(target: Target) -> tuple[Entry, ...]:
    """Ask for one picture where the API makes several of its own accord."""
    count = target.find("count")
    if count is None or count.default == 1 or isinstance(count.default, Absent):
        return ()
    return (Entry(count.name, 1, "one picture for each cell"),)
