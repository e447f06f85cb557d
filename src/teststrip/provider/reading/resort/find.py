"""Calls of which no row was read, and the lines below them that are read as rows for want of anything better."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Code, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.listed import cells_of, group_of
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline
from teststrip.provider.reading.no_calls import is_of_calls
from teststrip.provider.reading.operations import Operations, are_apart
from teststrip.provider.reading.resort.lines import Lead, lead_of, leads_within
from teststrip.provider.reading.witness.samples import said_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.operations import Operation

_PROBLEM: Final = "read from a line of no known form; look at it"
_LANGUAGES: Final = frozenset({"", "text", "txt", "plain", "plaintext", "http", "json", "jsonc", "json5", "none", "csv", "form", "markdown", "md"})  # fmt: skip
_PROGRAM: Final = Pattern(
    r"(?m)^\s{0,40}(?:import\s|from\s\S+\simport|def\s|class\s|const\s|let\s|var\s|func\s|fn\s|async\s|await\s|return\b|interface\s|type\s\w+\s=|curl\s|\$\s|pip\s|npm\s|docker\s|git\s)"
)
_ANSWERS: Final = Pattern(r"\W{0,4}(?:returns?|responses?|responds|outputs?|返回|响应|回傳|レスポンス|응답|devuelve|retorna|renvoie|ответ)\b", re.IGNORECASE)  # fmt: skip
_ASKS: Final = Pattern(
    r"\b(?:request|body|payload)\b|请求|請求|リクエスト|요청|solicitud|requête|запрос", re.IGNORECASE
)
_CLOSED: Final = frozenset({"response", "errors", "headers", "path", "poll", "prices", "models"})
_FEWEST: Final = 2
_TITLE: Final = 60  # characters of a line that says what is below it
_MOST: Final = 40_000  # characters of a block


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its place, and what it is below."""

    cell: Cell
    headings: tuple[Heading, ...]
    block: int
    indent: int


def with_resort(
    document: Document, roles: Sequence[tuple[Group, Role]], flags: Flags
) -> tuple[Document, list[tuple[Group, Role]]]:
    """Add groups for calls that send something and have no rows, of lines that name something and tell of it."""
    described = [group for group, role in roles if role == "parameters"]
    # A call's line may stand in one paragraph with those of what it takes.
    operations = Operations(replace(document, blocks=tuple(_by_line(document.blocks))))
    around = [operations.around(group.headings, group.where.line) for group in described]
    found: list[Group] = []
    alone = not described and is_of_calls(document)
    opened = _open_lines(document, operations, around, alone=alone)
    for _, lines in itertools.groupby(opened, key=lambda one: one[0]):
        group = _group([line for _, line in lines])
        if group is not None:
            found.append(group)
    for group in found:
        for row in group.rows:
            name = row.cells[0]
            flags.add(row.where, name.text, name.text, _PROBLEM, ("a parameter", "none"))
    added: list[tuple[Group, Role]] = [(group, "parameters") for group in found]
    return replace(document, blocks=(*document.blocks, *found)), [*roles, *added]


def _by_line(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give blocks with every paragraph as one of each line."""
    for block in blocks:
        if not isinstance(block, Text) or "\n" not in block.cell.raw:
            yield block
            continue
        where = block.cell.where
        for at, line in enumerate(block.cell.raw.split("\n")):
            yield replace(block, cell=read_inline(line, Where(where.file, where.line + at, where.column)))


def _open_lines(
    document: Document, operations: Operations, around: Sequence[Sequence[Operation]], *, alone: bool
) -> Iterator[tuple[tuple[Operation, ...], _Line]]:
    """Give the lines below calls without rows, but for those of answers, with the operations of each.

    `alone`: nothing else of the page is a parameter; then what stands below a heading of parameters is given as well.
    """
    closed = False
    for line in _lines(document):
        text = line.cell.text
        if line.indent < 0 or len(text) <= _TITLE:
            label = line.indent < 0 or text.rstrip("* ").endswith((":", "："))
            said = words.purpose(text) if label else None
            answers = said in _CLOSED or (len(text) <= _TITLE and _ANSWERS.match(text) is not None)
            answers = answers or (label and said_by(text) == "answered")
            # "Params:" may be of an answer as well.
            asks = said == "request" and _ASKS.search(text) is not None
            closed = answers or (closed and not asks and line.indent >= 0)
        if line.indent < 0 or closed:
            continue
        own = operations.around(line.headings, line.cell.where.line) if _is_near(line.headings, operations) else ()
        sends = bool(own) and not all(one.reads for one in own)
        if sends and all(are_apart(own, other) for other in around):
            yield own, line
        elif alone and not own and any(words.purpose(one.cell.text) == "request" for one in line.headings):
            yield (), line


def _is_near(headings: Sequence[Heading], operations: Operations) -> bool:
    """Tell whether what stands below headings may be of a call: one is near, or they say so, or there is but a title."""
    if operations.is_near(headings) or all(one.level == 1 for one in headings):
        return True
    return any(words.purpose(one.cell.text) == "request" for one in headings)


def _lines(document: Document) -> Iterator[_Line]:
    """Give the lines of a page's words, and of its code that is no program; a heading has the indent -1."""
    above: tuple[Heading, ...] = ()
    for number, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            above = block.below(above)
            yield _Line(block.cell, above, number, -1)
        elif isinstance(block, Text | Code):
            yield from _parted(block, above, number)


def _parted(block: Block, above: tuple[Heading, ...], number: int) -> Iterator[_Line]:
    if isinstance(block, Text):
        raw, where, base = block.cell.raw, block.cell.where, max(block.indent, block.cell.where.column - 1, 0)
    elif isinstance(block, Code) and not block.declares and _may_tell(block):
        where = Where(block.where.file, block.where.line + block.offset, 1)
        raw, base = block.text, 0
    else:
        return
    for at, line in enumerate(raw.split("\n")):
        if line.strip():
            place = Where(where.file, where.line + at, where.column if at == 0 else 1)
            cell = read_inline(line, place) if isinstance(block, Text) else plain_cell(line, place)
            yield _Line(cell, above, number, base + len(line) - len(line.lstrip()))


def _may_tell(code: Code) -> bool:
    language = re.split(r"[\s{,]", code.language.lower())[0]
    return language in _LANGUAGES and len(code.text) <= _MOST and not _PROGRAM.search(code.text)


def _group(lines: Sequence[_Line]) -> Group | None:
    """Return the lines of one call as a group; None where fewer than two tell of a name."""
    rows: list[tuple[list[Cell], Where, int]] = []
    names: set[str] = set()
    told = 0
    last = -1  # the paragraph of the line that named something
    stack: list[tuple[int, bool]] = []  # the indents that are open, and whether what is there may hold members
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        deeper = after is not None and after.indent > line.indent
        plain = "".join(text for text, _ in line.cell.pieces)
        one = lead_of(plain, after.cell.text if after is not None and deeper else "")
        leads = [one] if one is not None else list(leads_within(line.cell))
        while stack and stack[-1][0] >= line.indent:
            stack.pop()
        for lead in leads:
            if lead.name not in names:
                rows.append((_cells(lead, line.cell.where), line.cell.where, sum(holds for _, holds in stack)))
                told += bool(lead.kind) or (lead.told and bool(line.cell.codes))
                names.add(lead.name)
        fact = FACT.fullmatch(plain.strip()) if not leads else None
        if rows and not leads and (line.block == last or fact is not None):
            add_below(rows[-1][0], line.cell, fact)
        last = line.block if leads else last
        if one is not None:
            stack.append((line.indent, re.search(r"obj|arr|list|dict|map|\[\]", one.kind.lower()) is not None))
    if len(rows) < _FEWEST or told * 2 < len(rows):
        return None
    made = [Row(tuple(cells), where, (), depth) for cells, where, depth in rows]
    return group_of(made, lines[0].headings, made[0].where)


def _cells(lead: Lead, where: Where) -> list[Cell]:
    default = Cell(((lead.default, True),), where, lead.default) if lead.default else plain_cell("", where)
    told = {
        "name": plain_cell(lead.name, where),
        "type": plain_cell(lead.kind, where),
        "required": plain_cell(lead.required, where),
        "default": default,
        "description": plain_cell(lead.about, where),
    }
    return cells_of(told, where)
