"""Parameters as a scraper leaves them of a page of components: name, type, marks and words, each on a line of its own.

    steps
    integer
    default:28
    How many steps to take.

Some scrapers put an empty line between any two of these. Which of them are members of an object is lost but for the
words of a button (`Show child attributes`) and the examples of the page. Where no example has a name, it is read as a
member of the last object with the button, and the object is flagged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.examples import read_examples_of
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, joined, plain_cell, read_inline
from teststrip.provider.reading.kinds import read_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags

COLUMNS: Final = ("name", "type", "required", "default", "range", "description")
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_BUTTON: Final = Pattern(
    r"(?:show|hide|expand|隐藏|显示|展开)\s?(?:child\s)?(?:attributes|properties|fields|子?属性)", re.IGNORECASE
)
_DEFAULT: Final = Pattern(r"(?:default(?: value)?|默认值?)\s?[:：]\s?(.+)", re.IGNORECASE)
_REQUIRED: Final = frozenset({"required", "必填", "必需", "必选", "必須", "필수"})
_SHORT: Final = 40  # characters of a line that may have been a heading
_FEWEST: Final = 2
_NO_TYPES: Final = frozenset({"text", "image", "file", "list", "date", "select"})  # more likely words of a page


def with_stanzas(document: Document, flags: Flags) -> Document:
    """Return a document in which runs of stanzas are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    role = "request"
    shape = read_examples_of(code.text for code in document.codes)
    for block in gathered(document.blocks):
        role = _role_after(block, role)
        if isinstance(block, Text) and role == "request" and (_is_stanza(block) or (run and _is_button(block))):
            run.append(block)
            continue
        if (
            isinstance(block, Heading)
            or not isinstance(block, Text)
            or _is_stanza(block)
            or _told(block) is not None
        ):
            blocks += _taken(run, shape, flags)
            run = []
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run, shape, flags)))


def gathered(blocks: Sequence[Block]) -> list[Block]:
    """Join the paragraphs of a stanza into one: a name alone, a type alone, and what follows up to the next name."""
    starts = [index for index in range(len(blocks) - 1) if _begins(blocks[index], blocks[index + 1])]
    if len(starts) < _FEWEST:
        return list(blocks)
    made: list[Block] = list(blocks[: starts[0]])
    for at, after in zip(starts, [*starts[1:], len(blocks)], strict=True):
        end = at + 2
        while end < after and isinstance(block := blocks[end], Text) and not block.is_item and _says(block):
            end += 1
        parts = [block for block in blocks[at:end] if isinstance(block, Text)]
        made.append(Text(joined([part.cell for part in parts], "\n"), parts[0].headings))
        made += blocks[end:after]
    return made


def _begins(block: Block, following: Block) -> bool:
    """Tell whether a paragraph is a name, and the next one its type."""
    if not (isinstance(block, Text) and isinstance(following, Text)) or block.is_item or following.is_item:
        return False
    if len(block.cell.lines) != 1 or len(following.cell.lines) != 1 or following.cell.text in _NO_TYPES:
        return False
    return bool(_NAME.fullmatch(block.cell.text)) and _is_type(following.cell.text)


def _says(block: Text) -> bool:
    """Tell whether a paragraph has words: an anchor without any ends what is above it."""
    return bool(block.cell.text.strip("\u200b\ufeff "))


def _is_type(text: str) -> bool:
    try:
        return len(text) <= _SHORT and read_kind(text).kind is not None
    except CellError:
        return False


def _told(block: Text) -> str | None:
    """Return what a short line says of the stanzas below it, as the heading that it was."""
    return (
        words.purpose(block.cell.text) if len(block.cell.text) <= _SHORT and len(block.cell.lines) == 1 else None
    )


def _role_after(block: Block, role: str) -> str:
    if isinstance(block, Heading):
        return words.purpose(block.cell.text) or "request"
    if isinstance(block, Text) and not _is_stanza(block):
        return _told(block) or role
    return role


def _is_button(block: Text) -> bool:
    return _BUTTON.fullmatch(block.cell.text) is not None


def _is_stanza(block: Text) -> bool:
    lines = block.cell.lines
    if block.is_item or len(lines) < _FEWEST or not _NAME.fullmatch(lines[0]):
        return False
    return lines[1].lower() not in _NO_TYPES and _is_type(lines[1])


def _taken(run: Sequence[Text], shape: Examples, flags: Flags) -> list[Block]:
    if sum(_is_stanza(block) for block in run) < _FEWEST:
        return list(run)
    names = tuple(plain_cell(name, run[0].cell.where) for name in COLUMNS)
    rows: list[Row] = []
    nest = _Nest(shape)
    for index, block in enumerate(run):
        if not _is_stanza(block):
            continue
        after = run[index + 1] if index + 1 < len(run) else None
        holds = any(_BUTTON.fullmatch(line) for line in block.cell.lines) or (
            after is not None and _is_button(after)
        )
        rows.append(_row(block, nest.place(block, holds=holds)))
    for holder in nest.guessed:
        name = holder.cell.lines[0]
        problem = "what belongs to this object is not said any more; what follows is read as its members"
        flags.add(holder.cell.where, name, name, problem, ("members", "parameters of their own"))
    return [Group("list", names, tuple(rows), run[0].headings, (), run[0].cell.where)]


class _Nest:
    """The objects that are open at a place of a run; `guessed` are those whose members no example shows."""

    def __init__(self, shape: Examples) -> None:
        self._shape = shape
        self._open: list[tuple[Text, set[str]]] = []  # each with the names of its members so far
        self.guessed: list[Text] = []

    def place(self, block: Text, *, holds: bool) -> int:
        """Return how deep a stanza lies, and open it if it holds others."""
        name = block.cell.lines[0]
        depth = self._depth(name, holds=holds)
        self._open = self._open[:depth]
        if self._open:
            self._open[-1][1].add(name)
        if holds:
            self._open.append((block, set()))
        return depth

    def _depth(self, name: str, *, holds: bool) -> int:
        above = self._shape.parents.get(name, {})
        for index in range(len(self._open) - 1, -1, -1):
            holder, members = self._open[index]
            if holder.cell.lines[0] in above and name not in members:
                return index + 1
        if not self._open or "" in above:
            return 0
        first = self._open[0][0]
        if holds:
            self.guessed += [] if first in self.guessed else [first]
            return 0
        last = self._open[-1][0]
        self.guessed += [] if last in self.guessed else [last]
        return len(self._open)


def _row(block: Text, depth: int) -> Row:
    cell = block.cell
    name, kind, *rest = [line for line in cell.lines if not _BUTTON.fullmatch(line)]
    required = default = ""
    while rest:
        told = _DEFAULT.fullmatch(rest[0])
        if rest[0].lower() in _REQUIRED:
            required = rest.pop(0)
        elif told is not None and not default:
            default = told[1].strip()
            rest.pop(0)
        else:
            break
    where = cell.where
    about = read_inline("\n".join(_raw_lines(cell)[-len(rest) :]) if rest else "", where)
    shown = Cell(((default, True),), where, default) if default else plain_cell("", where)
    texts = (plain_cell(name, where), plain_cell(kind, where), plain_cell(required, where))
    return Row((*texts, shown, plain_cell("", where), about), where, (), depth)


def _raw_lines(cell: Cell) -> list[str]:
    return [line for line in cell.raw.split("\n") if line.strip()]
