"""Headings in words, each with a piece of a body below it that shows one parameter: `"style": "natural"`.

What stands between describes it, and "Style (required)" says whether it has to be given. Only for pages that have
their parameters in no other way.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.document import Code, Document, Heading, Row, Text
from teststrip.provider.reading.forms.headed import Spans, with_rows
from teststrip.provider.reading.forms.listed import as_line, cells_of
from teststrip.provider.reading.inline import Cell, joined, plain_cell
from teststrip.provider.reading.shown import shown_in
from teststrip.provider.reading.shown_values import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Block
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.shown import Shown

_FEWEST: Final = 2
_LONGEST: Final = 2_000  # characters of a piece
_MOST: Final = 40  # paragraphs that describe one parameter
_QUOTES: Final = str.maketrans("“”„‟‘’", '""""\'\'')
# What stands between pieces that show the same parameter with other values.
_OR: Final = Pattern(r"(?m)^[ \t]*(?:or|oder|ou|или|或者?|または|\||/)[ \t]*:?[ \t]*$", re.IGNORECASE)
_PIECE: Final = Pattern(
    r"\s{0,20}\{?\s{0,20}(?:[?&]?[A-Za-z_][\w.-]{0,60}=[^=\s].{0,400}|(?P<quote>[\"'])[A-Za-z_][\w.-]{0,60}(?P=quote)\s{0,4}:.*)",
    re.DOTALL,
)
_MARKED: Final = Pattern(r"[(（\[]([^()（）\[\]]{1,30})[)）\]]\W{0,10}$")


def with_fragments(document: Document, flags: Flags) -> Document:
    """Return a document in which such headings are the rows of one group, where it has no other parameters."""
    if any(group.form == "schema" or role_of(group) == "parameters" for group in document.groups):
        return document
    found = list(_found(document.blocks))
    names = [name for _, _, name, _ in found]
    if len(names) < _FEWEST or len(set(names)) < len(names):
        return document
    rows = [_row(document.blocks[start:end], name, values, flags) for start, end, name, values in found]
    spans: Spans = {start: (end, ()) for start, end, _, _ in found}
    first, end = found[0][:2]
    spans[first] = (end, rows)
    return Document(document.file, with_rows(document.blocks, spans))


def _found(blocks: Sequence[Block]) -> Iterator[tuple[int, int, str, list[Shown]]]:
    """Give the sections that show one parameter: where each begins and ends, its name and its values."""
    starts = [at for at, block in enumerate(blocks) if isinstance(block, Heading)]
    for start, end in itertools.pairwise([*starts, len(blocks)]):
        below = blocks[start + 1 : end]
        codes = [block for block in below if isinstance(block, Code)]
        if not codes or not all(isinstance(block, Text | Code) for block in below):
            continue
        pieces = [_piece(code) for code in codes]
        named = {name for piece in pieces for name, _ in piece}
        if len(named) == 1 and all(pieces):
            yield start, end, named.pop(), [value for piece in pieces for _, value in piece]


def _piece(code: Code) -> list[tuple[str, Shown]]:
    """Return the names and values of a piece of a body; none for other code."""
    if len(code.text) > _LONGEST:
        return []
    found: list[tuple[str, Shown]] = []
    line = code.where.line + code.offset
    for part in _OR.split(code.text.translate(_QUOTES)):
        if not _PIECE.fullmatch(part):
            return []
        text = part.strip().strip("{}?&, \t\n;")
        shown = shown_in(f"{{{text}}}", line)
        found += shown[0].members if shown else []
    return found


def _row(section: Sequence[Block], name: str, values: Sequence[Shown], flags: Flags) -> Row:
    heading = section[0]
    assert isinstance(heading, Heading)  # noqa: S101  a section begins with one
    where = heading.cell.where
    told = [as_line(block) for block in section[1:] if isinstance(block, Text)][:_MOST]
    cells = (
        {"name": plain_cell(name, where), "description": joined(told, "\n")}
        if told
        else {"name": plain_cell(name, where)}
    )
    marked = _MARKED.search(heading.cell.text)
    if marked is not None and words.says_required(marked[1]):
        cells["required"] = plain_cell(marked[1], where)
    kinds = {kind_of(value) for value in values}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if kind:
        item = {kind_of(one) for value in values for one in value.items} if kind == "array" else set()
        cells["type"] = plain_cell(f"array<{item.pop()}>" if len(item) == 1 and "" not in item else kind, where)
        problem = f"no type is given; the code below shows {'an' if kind[:1] in 'aio' else 'a'} {kind}"
        flags.add(where, name, name, problem, ())
    several = list(dict.fromkeys(value.text for value in values if value.text))
    if len(several) > 1:
        pieces = [piece for text in several for piece in ((text, True), (", ", False))][:-1]
        cells["range"] = Cell(tuple(pieces), where, ", ".join(f"`{text}`" for text in several))
    return Row(tuple(cells_of(cells, where)), where)
