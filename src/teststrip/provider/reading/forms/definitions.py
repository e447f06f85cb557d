"""Lists of definitions: a name on a line, and what it is behind a colon on the next; also `name::` and `name : int`.

    steps
    : (required) Integer. How many steps to take.

The form of Markdown Extra, kramdown, Pandoc and Hugo; that of AsciiDoc (`steps::`); and that of NumPy's docstrings
(`steps : int, optional`, with the words indented below).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.definition_heads import Head, head_of, marks_of
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.inline import Cell, joined, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TERM: Final = Pattern(
    r"[ \t]{0,24}(?:\*\*|__)?`?(?P<name>[:@$]?[A-Za-z_][\w.$-]{0,80}(?:\[\w{0,40}\]){0,6})`?(?:\*\*|__)?(?P<mark>[*?]?)[ \t]*"
)
_COLON: Final = Pattern(r"[ \t]{0,24}[:~][ \t]+(?P<rest>\S.*)")
_DOUBLE: Final = Pattern(
    r"[ \t]{0,24}`?(?P<name>[A-Za-z_][\w.$-]{0,80}(?:\[\w{0,40}\]){0,6})`?(?:::|;;)(?:[ \t]+(?P<rest>\S.*))?"
)
_TYPED: Final = Pattern(
    r"[ \t]{0,24}(?:\*\*)?`?(?P<name>[A-Za-z_][\w.$-]{0,80})`?(?:\*\*)?[ \t]+:[ \t]+(?P<rest>\S.{0,120})"
)
_BOLD: Final = 9  # the level of a heading that is no more than a line
_MOST_MARKS: Final = 120  # characters behind a name that may be facts
_MOST_LINES: Final = 200  # of a paragraph that are looked at


@dataclass(slots=True)
class _Term:
    """A name with what was said of it so far: its cells, in the order of `COLUMNS`, and the column it stands in.

    `more` are the paragraphs below it.
    """

    cells: list[Cell]
    column: int
    more: list[Cell] = field(default_factory=list)

    def add(self, block: Text) -> None:
        fact = FACT.fullmatch(block.cell.text) if block.is_item else None
        if fact is None:
            self.more.append(block.cell)
        else:
            add_below(self.cells, block.cell, fact)

    def row(self, depth: int) -> Row:
        about = joined([self.cells[-1], *self.more], "\n") if self.more else self.cells[-1]
        return Row((*self.cells[:-1], about), self.cells[0].where, (), depth)


def with_definitions(document: Document) -> Document:
    """Return a document whose lists of definitions are groups of rows, where they are parameters."""
    made: list[Block] = []
    taken: list[Block] = []
    terms: list[_Term] = []
    blocks = document.blocks
    at = 0
    while at < len(blocks):
        found, used = _terms_at(blocks, at)
        if found:
            terms += found
            taken += blocks[at : at + used]
            at += used
            continue
        block = blocks[at]
        if terms and isinstance(block, Text) and block.cell.where.column > terms[-1].column + 1:
            terms[-1].add(block)
            taken.append(block)
        else:
            made += [*_taken(terms, taken), block]
            terms, taken = [], []
        at += 1
    return Document(document.file, (*made, *_taken(terms, taken)))


def _taken(terms: Sequence[_Term], blocks: Sequence[Block]) -> Iterator[Block]:
    """Give a run of definitions as one group where it tells of parameters, else its blocks as they are."""
    texts = [block for block in blocks if isinstance(block, Text)]
    headings = _headings(blocks)
    asked = bool(headings) and words.purpose(headings[-1].cell.text) is not None
    told = sum(bool(term.cells[1].text or term.cells[2].text) for term in terms)
    if not terms or not texts or not (told * 2 >= len(terms) if told else asked):
        yield from blocks
        return
    first = terms[0].cells[0].where
    rows: list[Row] = []
    columns: list[int] = []
    for term in terms:
        while columns and columns[-1] >= term.column:
            columns.pop()
        rows.append(term.row(len(columns)))
        columns.append(term.column)
    yield group_of(rows, headings, first)


def _headings(blocks: Sequence[Block]) -> tuple[Heading, ...]:
    """Return the headings around some blocks: a term that is bold was taken for one."""
    text = next((block for block in blocks if isinstance(block, Text)), None)
    return tuple(one for one in text.headings if one not in blocks) if text is not None else ()


def _terms_at(blocks: Sequence[Block], at: int) -> tuple[list[_Term], int]:
    """Read the definitions that begin at a block, and how many blocks they take; none when there are none."""
    block = blocks[at]
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    loose = isinstance(after, Text) and not after.is_item and _COLON.match(after.cell.raw) is not None
    if isinstance(block, Heading):
        named = _named(block.cell.raw) if block.level == _BOLD and loose else None
        return (_loose(named, block.cell, after), 2) if named is not None and isinstance(after, Text) else ([], 0)
    if not isinstance(block, Text) or block.is_item:
        return [], 0
    lines = block.cell.raw.split("\n")
    if len(lines) == 1 and loose and isinstance(after, Text):
        named = _named(lines[0])
        return (_loose(named, block.cell, after), 2) if named is not None else ([], 0)
    if len(lines) > _MOST_LINES:
        return [], 0
    return _tight(lines, block.cell.where), 1


def _named(line: str) -> tuple[re.Match[str], str] | None:
    """Match a line that is a name, with facts behind it or nothing: `steps`, `steps` _optional_, steps (integer)."""
    name = _TERM.match(line)
    if name is None or name.end() == len(line):
        return (name, "") if name is not None else None
    rest = line[name.end() :]
    said = marks_of(rest, Where("", 1, 1)) if len(rest) <= _MOST_MARKS else ""
    return (name, f"({said})") if said else None


def _loose(named: tuple[re.Match[str], str], cell: Cell, after: Text) -> list[_Term]:
    colon = _COLON.match(after.cell.raw)
    raw = after.cell.raw[colon.start("rest") :] if colon is not None else after.cell.raw
    return [_term(named[0], cell.where, f"{named[1]} {raw}".strip(), after.cell.where)]


def _tight(lines: Sequence[str], where: Where) -> list[_Term]:
    """Read a paragraph that is definitions throughout; nothing when its first line begins none."""
    terms: list[_Term] = []
    at = 0
    while at < len(lines):
        begun = _begun(lines, at)
        if begun is None:
            return []
        name, said, start = begun
        end = start
        while end < len(lines) and _begun(lines, end) is None:
            end += 1
        rest = [line.strip() for line in lines[start:end]]
        colon = _COLON.fullmatch(lines[start]) if start < end else None
        if colon is not None:
            rest[0] = colon["rest"]
        raw = "\n".join([*([said] if said else []), *rest])
        line = Where(where.file, where.line + at, where.column if at == 0 else 1)
        indent = len(lines[at]) - len(lines[at].lstrip()) if at else 0
        terms.append(_term(name, Where(line.file, line.line, line.column + indent), raw, line))
        at = end
    return terms


def _begun(lines: Sequence[str], at: int) -> tuple[re.Match[str], str, int] | None:
    """Match a definition that begins on a line: its name, what stands behind it, where its words begin."""
    line = lines[at]
    after = lines[at + 1] if at + 1 < len(lines) else ""
    named = _named(line) if _COLON.fullmatch(after) else None
    if named is not None:
        return *named, at + 1
    double = _DOUBLE.fullmatch(line)
    if double is not None and (double["rest"] or after.strip()):
        return double, double["rest"] or "", at + 1
    typed = _TYPED.fullmatch(line)
    deeper = len(after) - len(after.lstrip()) > len(line) - len(line.lstrip()) if at else after[:1].isspace()
    if typed is not None and deeper and (at or head_of(read_inline(f"{typed['rest']}.", Where("", 1, 1))).kind):
        return typed, f"{typed['rest']}.", at + 1
    return None


def _term(name: re.Match[str], place: Where, raw: str, where: Where) -> _Term:
    head: Head = head_of(read_inline(raw, where))
    mark = (name.groupdict().get("mark") or "")[:1]
    required = head.required or {"*": "required", "?": "optional"}.get(mark, "")
    default = Cell(((head.default, True),), where, head.default) if head.default else plain_cell("", where)
    cells = [
        plain_cell(name["name"], place),
        plain_cell(head.kind, place),
        plain_cell(required, place),
        default,
        plain_cell("", where),
        head.rest,
    ]
    return _Term(cells, place.column)
