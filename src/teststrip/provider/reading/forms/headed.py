"""Headings that are each a parameter, with what stands below them, made into rows where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.provider.reading.document import Heading, Text
from teststrip.provider.reading.forms.listed import group_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Block, Row

Spans = dict[int, tuple[int, "Sequence[Row]"]]
"""What to take out of a document's blocks: by where each span begins, its end, and the rows that come in its place."""


def with_rows(blocks: Sequence[Block], spans: Mapping[int, tuple[int, Sequence[Row]]]) -> tuple[Block, ...]:
    """Return the blocks with the words of spans, each from a heading on, taken for the rows of a group.

    Tables and code in them stay, behind the group. A span without rows only goes: another has its rows.
    """
    made: list[Block] = []
    above: tuple[Heading, ...] = ()
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if isinstance(block, Heading):
            above = block.below(above)
        end, rows = spans.get(at, (at, ()))
        if rows:
            made.append(group_of(rows, above[:-1], rows[0].where))
        made += [one for one in blocks[at:end] if not isinstance(one, Text | Heading)] if end > at else [block]
        at = max(end, at + 1)
    return tuple(made)
