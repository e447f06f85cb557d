"""Headings that are each the name of a parameter, below one that announces them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Heading

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


def headings_of_parameters(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the places of headings that stand side by side below one of a request, and are all names."""
    found: set[int] = set()
    open_: list[
        tuple[int, bool, list[int], list[bool]]
    ] = []  # level, announces, the headings below it, are they names
    for at, block in enumerate(blocks):
        if not isinstance(block, Heading):
            continue
        while open_ and open_[-1][0] >= block.level:
            found.update(_names(*open_.pop()[1:]))
        if open_:
            open_[-1][2].append(at)
            open_[-1][3].append(_is_name(block))
        announces = words.purpose(block.cell.text) == "request"
        open_.append((block.level, announces, [], []))
    while open_:
        found.update(_names(*open_.pop()[1:]))
    return frozenset(found)


def _names(announces: bool, places: Sequence[int], named: Sequence[bool]) -> Sequence[int]:  # noqa: FBT001  an unpacked record
    return places if announces and len(places) >= _FEWEST and all(named) else ()


def _is_name(heading: Heading) -> bool:
    text = heading.cell.text
    return _NAME.fullmatch(text) is not None and text.lower() not in _OTHERS
