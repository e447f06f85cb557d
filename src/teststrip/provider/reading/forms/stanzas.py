"""Parameters as a scraper leaves them of a page of components: name, type, marks and words, each on a line of its own.

    steps
    integer
    default:28
    How many steps to take.

Which of them are members of an object is lost but for the
words of a button (`Show child attributes`) and the examples of the page. Where no example has a name, it is read as a
member of the last object with the button, and the object is flagged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Heading, Row, Text
from teststrip.provider.reading.examples import read_examples_of
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.forms.stanza_blocks import FEWEST, REQUIRED, Head, by_stanza, head_of
from teststrip.provider.reading.inline import Cell, joined, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags

_BUTTON: Final = Pattern(
    r"(?:show|hide|expand|隐藏|显示|展开)\s?(?:child\s)?(?:attributes|properties|fields|子?属性)", re.IGNORECASE
)
_DEFAULT: Final = Pattern(r"(?:default(?: value)?|默认值?)\s?[:：]\s?(.+)", re.IGNORECASE)
_ENUM: Final = Pattern(r"(?:items )?(?:enum|value)\s?[:：]\s?(.+)", re.IGNORECASE)
_MOST_MORE: Final = 6  # paragraphs that a stanza goes on for
_SHORT: Final = 40  # characters of a line that may have been a heading


def with_stanzas(document: Document, flags: Flags) -> Document:
    """Return a document in which runs of stanzas are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    more: list[Text] = []  # paragraphs behind the last stanza: its own, if another one follows
    role = "request"
    shape = read_examples_of(code.text for code in document.codes)
    for block in by_stanza(document.blocks):
        role = _role_after(block, role)
        if isinstance(block, Text) and role == "request" and (_is_stanza(block) or (run and _is_button(block))):
            if run and not _is_button(run[-1]) and len(more) <= _MOST_MORE:
                run[-1] = Text(joined([part.cell for part in (run[-1], *more)], "\n"), run[-1].headings)
            else:
                blocks += more
            run.append(block)
            more = []
        elif run and isinstance(block, Text) and not _is_stanza(block) and _told(block) is None:
            more.append(block)
        else:
            blocks += [*_taken(run, shape, flags), *more, block]
            run, more = [], []
    return Document(document.file, (*blocks, *_taken(run, shape, flags), *more))


def _told(block: Text) -> str | None:
    """Return what a short line says of the stanzas below it, as the heading that it was."""
    lines = block.cell.lines
    if not lines or len(lines[0]) > _SHORT:
        return None
    said = words.purpose(lines[0])
    # More than one line: `Responses`, `200`, `The picture.`
    return said if len(lines) == 1 or (said in {"response", "errors"} and lines[0].count(" ") <= 1) else None


def _role_after(block: Block, role: str) -> str:
    if isinstance(block, Heading):
        return words.purpose(block.cell.text) or "request"
    if isinstance(block, Text) and not _is_stanza(block):
        return _told(block) or role
    return role


def _is_button(block: Text) -> bool:
    return _BUTTON.fullmatch(block.cell.text) is not None


def _is_stanza(block: Text) -> bool:
    return not block.is_item and head_of(block.cell.lines) is not None


def _taken(run: Sequence[Text], shape: Examples, flags: Flags) -> list[Block]:
    if sum(_is_stanza(block) for block in run) < FEWEST:
        return list(run)
    rows: list[Row] = []
    nest = _Nest(shape)
    for index, block in enumerate(run):
        head = head_of(block.cell.lines)
        if head is None:
            continue
        after = run[index + 1] if index + 1 < len(run) else None
        holds = any(_BUTTON.fullmatch(line) for line in block.cell.lines) or (
            after is not None and _is_button(after)
        )
        rows.append(_row(block, head, nest.place(block, holds=holds)))
    for holder in nest.guessed:
        name = holder.cell.lines[0]
        problem = "what belongs to this object is not said any more; what follows is read as its members"
        flags.add(holder.cell.where, name, name, problem, ("members", "parameters of their own"))
    return [group_of(rows, run[0].headings, run[0].cell.where)]


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
        above: Mapping[str, int] = self._shape.parents.get(name, {})
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


def _row(block: Text, head: Head, depth: int) -> Row:
    cell = block.cell
    rest = [line for line in cell.lines[head.length :] if not _BUTTON.fullmatch(line)]
    required, default, values = head.required, "", plain_cell("", cell.where)
    while rest:
        told, listed = _DEFAULT.fullmatch(rest[0]), _ENUM.fullmatch(rest[0])
        if rest[0].lower() in REQUIRED:
            required = rest[0]
        elif told is not None and not default:
            default = told[1].strip()
        elif listed is not None and "`" not in _raw_lines(cell)[-len(rest)]:
            values = _listed(listed[1], cell.where)
        else:
            break
        rest.pop(0)
    where = cell.where
    about = read_inline("\n".join(_raw_lines(cell)[-len(rest) :]) if rest else "", where)
    shown = Cell(((default, True),), where, default) if default else plain_cell("", where)
    texts = (plain_cell(head.name, where), plain_cell(head.kind, where), plain_cell(required, where))
    return Row((*texts, shown, values, about), where, (), depth)


def _listed(text: str, where: Where) -> Cell:
    """Make code spans of values that only blanks, or commas, part: `mp3 wav`, `"mp3" "wav"`."""
    pieces: list[tuple[str, bool]] = []
    for value in re.findall(r"\"[^\"]*\"|[^\s,，]+", text):
        pieces += [*([(", ", False)] if pieces else []), (value.strip('"'), True)]
    return Cell(tuple(pieces), where, text)


def _raw_lines(cell: Cell) -> list[str]:
    return [line for line in cell.raw.split("\n") if line.strip() and not _BUTTON.fullmatch(line.strip())]
