"""Headings that are each the name of a parameter, below one that announces them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Group, Heading, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Block
    from teststrip.provider.reading.inline import Cell

_NAME: Final = Pattern(
    r"[a-z_$][\w$-]{0,60}(?:(?:\[\])?\.[A-Za-z_]\w{0,60}){0,6}(?:\[\])?\*?(?:\s?[(（\[][^()（）\[\]]{1,60}[)）\]])?"
)
_WRITTEN: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}")
_PROSE: Final = Pattern(
    r"(?:an?|the)\s+(?P<need>optional|required)\s+(?P<kind>(?:array|list) of [a-z]+|[a-z]+)?", re.IGNORECASE
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
    found = set(_in_prose(blocks))
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


def prose_of(cell: Cell) -> tuple[str, str] | None:
    """Read what a sentence says of a parameter by its adjectives, "An optional boolean that ...": a type, and that."""
    match = _PROSE.match(cell.text)
    if match is None:
        return None
    kind = (match["kind"] or "").lower()
    known = kind in words.KINDS or kind.startswith(("array of", "list of"))
    return kind if known else "", match["need"].lower()


def _in_prose(blocks: Sequence[Block]) -> list[int]:
    """Return the places of headings that are names, each with such a sentence below, where there are several."""
    found = [
        at
        for at, (heading, text) in enumerate(itertools.pairwise(blocks))
        if isinstance(heading, Heading)
        and isinstance(text, Text)
        and _WRITTEN.fullmatch(heading.cell.text)
        and prose_of(text.cell) is not None
    ]
    return found if len(found) >= _FEWEST else []


def _names(one: _Open) -> Sequence[int]:
    return one.below if one.announces and one.named and len(one.below) >= _FEWEST else ()


def _is_name(heading: Heading) -> bool:
    text = heading.cell.text
    return _NAME.fullmatch(text) is not None and text.lower() not in _OTHERS
