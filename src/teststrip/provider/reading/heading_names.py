"""Headings that are each the name of a parameter, below one that announces them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Group, Heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Block

_NAME: Final = Pattern(
    r"[a-z_$][\w$-]{0,60}(?:(?:\[\])?\.[A-Za-z_]\w{0,60}){0,6}(?:\[\])?\*?(?:\s?[(（\[][^()（）\[\]]{1,60}[)）\]])?"
)
_OTHERS: Final = frozenset(
    {
        "body",
        "query",
        "headers",
        "header",
        "path",
        "form",
        "request",
        "response",
        "responses",
        "example",
        "examples",
        "errors",
    }
)
_FEWEST: Final = 2


@dataclass(slots=True)
class _Open:
    """A heading that is open: whether it announces parameters, the headings below it, and whether all are names."""

    level: int
    announces: bool
    below: list[int] = field(default_factory=list)
    named: bool = True


def headings_of_parameters(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the places of headings that stand side by side below one of a request, and are all names.

    Where tables or components stand among them, those have the parameters, and the headings tell more of some.
    """
    found: set[int] = set()
    open_: list[_Open] = []
    for at, block in enumerate(blocks):
        if isinstance(block, Group):
            for one in open_:
                one.announces = False
        if not isinstance(block, Heading):
            continue
        while open_ and open_[-1].level >= block.level:
            found.update(_names(open_.pop()))
        if open_:
            open_[-1].below.append(at)
            open_[-1].named = open_[-1].named and _is_name(block)
        open_.append(_Open(block.level, words.purpose(block.cell.text) == "request"))
    for one in open_:
        found.update(_names(one))
    return frozenset(found)


def _names(one: _Open) -> Sequence[int]:
    return one.below if one.announces and one.named and len(one.below) >= _FEWEST else ()


def _is_name(heading: Heading) -> bool:
    text = heading.cell.text
    return _NAME.fullmatch(text) is not None and text.lower() not in _OTHERS
