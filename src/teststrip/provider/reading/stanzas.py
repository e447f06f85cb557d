"""Parameters as a scraper leaves them of a page of components: name, type, marks and words, each on a line of its own.

    steps
    integer
    default:28
    How many steps to take.

Which of them are members of an object is lost but for the words of a button (`Show child attributes`): from there on
they are read as members, up to the next object that has the button; and the object is flagged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline
from teststrip.provider.reading.kinds import read_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def with_stanzas(document: Document, flags: Flags) -> Document:
    """Return a document in which runs of stanzas are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    role = "request"
    for block in document.blocks:
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
            blocks += _taken(run, flags)
            run = []
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run, flags)))


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
    if block.is_item or len(lines) < _FEWEST or not _NAME.fullmatch(lines[0]) or len(lines[1]) > _SHORT:
        return False
    if lines[1].lower() in {"text", "image", "file", "list", "date", "select"}:
        return False
    try:
        return read_kind(lines[1]).kind is not None
    except CellError:
        return False


def _taken(run: Sequence[Text], flags: Flags) -> list[Block]:
    if sum(_is_stanza(block) for block in run) < _FEWEST:
        return list(run)
    names = tuple(plain_cell(name, run[0].cell.where) for name in COLUMNS)
    rows: list[Row] = []
    inside = False
    for index, block in enumerate(run):
        if not _is_stanza(block):
            continue
        after = run[index + 1] if index + 1 < len(run) else None
        holds = any(_BUTTON.fullmatch(line) for line in block.cell.lines) or (
            after is not None and _is_button(after)
        )
        rows.append(_row(block, 1 if inside and not holds else 0))
        if holds:
            inside = True
            name = block.cell.lines[0]
            problem = "what belongs to this object is not said any more; what follows is read as its members"
            flags.add(block.cell.where, name, name, problem, ("members", "parameters of their own"))
    return [Group("list", names, tuple(rows), run[0].headings, (), run[0].cell.where)]


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
