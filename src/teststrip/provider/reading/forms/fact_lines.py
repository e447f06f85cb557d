"""Facts in one paragraph, parted: "Type: `number`" and "Default: `5`" on two lines, or on one with a bar between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Text
from teststrip.provider.reading.inline import read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Block

_MARK: Final = r"(?:\*\*|__|[*_])?"
_FACT: Final = Pattern(
    rf"(?:^|[|,;.•·]\s{{0,4}}|\s{{2,8}}){_MARK}(?P<key>type|default(?: value)?|required|allowed values|possible values"
    rf"|options|values|enum|range|类型|默认值?|必填|可选值|取值范围){_MARK}\s?[:：]{_MARK}(?=\s)",
)
_MOST: Final = 40  # lines of a paragraph that are looked at


def with_facts(blocks: Sequence[Block]) -> list[Block]:
    """Give blocks with every paragraph of facts parted into one text for each."""
    return [part for block in blocks for part in (_parted(block) if isinstance(block, Text) else (block,))]


def _parted(text: Text) -> Iterator[Text]:
    lines = text.cell.raw.split("\n")
    # The first line of an item may be the name that the facts are of.
    named = text.is_item and len(lines) > 1 and not _FACT.match(lines[0].lower())
    if len(lines) > _MOST or not _FACT.match(lines[named].lower().lstrip()):
        yield text
        return
    parts = [(0, 0, lines[0].strip())] if named else []  # line and column, both from 0, and what stands there
    for down, line in enumerate(lines[named:], int(named)):
        parts += ((down, at, piece) for at, piece in _pieces(line))
    if not 2 <= len(parts) <= _MOST:
        yield text
        return
    where = text.cell.where
    for number, (down, at, piece) in enumerate(parts):
        place = Where(where.file, where.line + down, where.column + at if down == 0 else at + 1)
        yield replace(text, cell=read_inline(piece, place), indent=-1 if named and number else text.indent)


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Part a line where its facts begin; one without any is one piece."""
    indent = len(line) - len(line.lstrip())
    starts = [indent, *(match.start() for match in _FACT.finditer(line.lower()) if match.start() > indent)]
    for at, end in zip(starts, [*starts[1:], len(line)], strict=True):
        yield at, line[at:end].strip(" \t|,;•·\\")
