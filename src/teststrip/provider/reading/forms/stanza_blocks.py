"""The paragraphs of a page that lost its marks, parted and joined so that each parameter is a paragraph of its own.

Some scrapers put an empty line between any two lines of a parameter, others none between two parameters; and in some
renderings `required` stands before the type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.document import Block, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import joined, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REQUIRED: Final = frozenset({"required", "必填", "必需", "必选", "必須", "필수"})
SHORT: Final = 60  # characters of a line that may be a type, or may have been a heading
FEWEST: Final = 2  # parameters that there have to be
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_NO_TYPES: Final = frozenset({"text", "image", "file", "list", "date", "select"})  # more likely words of a page


@dataclass(frozen=True, slots=True)
class Head:
    """The lines that a stanza begins with: a name, a type, perhaps a word between them; `length` is how many."""

    name: str
    kind: str
    required: str
    length: int


def head_of(lines: Sequence[str], at: int = 0) -> Head | None:
    """Read the head of a stanza that begins on a line; None when none does."""
    if at + 1 >= len(lines) or not _NAME.fullmatch(lines[at]) or lines[at].lower() in REQUIRED:
        return None
    if _is_type(lines[at + 1]):
        return Head(lines[at], lines[at + 1], "", 2)
    if lines[at + 1].lower() in REQUIRED and at + 2 < len(lines) and _is_type(lines[at + 2]):
        return Head(lines[at], lines[at + 2], lines[at + 1], 3)
    return None


def _is_type(line: str) -> bool:
    if len(line) > SHORT or line.lower() in _NO_TYPES or line.lower() in REQUIRED:
        return False
    if line.lower() in words.NULLS:
        return True
    try:
        return read_kind(line).kind is not None
    except CellError:
        return False


def by_stanza(blocks: Sequence[Block]) -> list[Block]:
    """Give the blocks of a page with each stanza in a paragraph of its own."""
    return _joined([part for block in blocks for part in _parted(block)])


def _parted(block: Block) -> Iterator[Block]:
    """Part a paragraph in which a stanza begins further down."""
    lines = block.cell.raw.split("\n") if isinstance(block, Text) and not block.is_item else []
    if not isinstance(block, Text) or len(lines) < 3:
        yield block
        return
    plain = [line.strip() for line in lines]
    starts = [at for at in range(1, len(lines)) if head_of(plain, at) is not None]
    if not starts:
        yield block
        return
    where = block.cell.where
    # What stood as a heading above the next stanza is no word about this one.
    told = [at - 1 for at in starts if at > 1 and len(plain[at - 1]) <= SHORT and words.purpose(plain[at - 1])]
    starts = sorted({*starts, *told})
    for at, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        raw = "\n".join(plain[at:end])
        yield Text(read_inline(raw, Where(where.file, where.line + at, where.column)), block.headings)


def _joined(blocks: list[Block]) -> list[Block]:
    """Join a name alone, a type alone, and what follows up to the next name or to an anchor."""
    starts = [index for index in range(len(blocks) - 1) if _begins(blocks, index)]
    if len(starts) < FEWEST:
        return blocks
    made: list[Block] = blocks[: starts[0]]
    for at, after in zip(starts, [*starts[1:], len(blocks)], strict=True):
        end = at + 2
        while end < after and isinstance(block := blocks[end], Text) and not block.is_item and _says(block):
            end += 1
        parts = [block for block in blocks[at:end] if isinstance(block, Text)]
        made.append(Text(joined([part.cell for part in parts], "\n"), parts[0].headings))
        made += [block for block in blocks[end:after] if not isinstance(block, Text) or _says(block)]
    return made


def _begins(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether a paragraph is a name, and the next one its type."""
    lines: list[str] = []
    for block in blocks[at : at + 3]:
        if not isinstance(block, Text) or block.is_item or len(block.cell.lines) != 1:
            break
        lines.append(block.cell.text)
    return head_of(lines) is not None


def _says(block: Text) -> bool:
    """Tell whether a paragraph has words: an anchor without any ends what is above it."""
    return bool(block.cell.text.strip("\u200b\ufeff "))
