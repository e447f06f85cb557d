r"""Notes below a table, put where their marks are: `Yes*` above, `\* Required when mode is edit.` below.

A mark is a star, a dagger, a raised number, `[1]` or `[^1]` behind a cell. A note about being required, and one
about a name, goes to the description of its rows, where all of that is read; what it says of other cells is flagged.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.rule_text import find_rules
from teststrip.provider.reading.document import Document, Group, Row, Text
from teststrip.provider.reading.inline import Cell, joined, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Block
    from teststrip.provider.reading.flags import Flags

_MARKS: Final = r"(?P<mark>(?:\\?\*){1,3}|[†‡§¶]{1,3}|[¹²³⁴⁵⁶⁷⁸⁹]|\[\^?\w{1,8}\]|<sup>[^<>]{1,12}</sup>|\([1-9]\))"
_BEHIND: Final = Pattern(rf"(?P<head>[^*\s].{{0,200}}?)\s{{0,4}}{_MARKS}\s*", re.DOTALL)
_BEFORE: Final = Pattern(rf"[\s>_]{{0,8}}{_MARKS}\s{{0,4}}[:：=]?\s{{0,4}}(?=\S)")
_SIGNS: Final = Pattern(r"[\\\[\]^()]|</?sup>")
_ALWAYS: Final = Pattern(
    r"(?<!not )(?<!n't )\b(?:required|mandatory)\b(?!\s+(?:when|if|for|unless|only|with|in)\b)|必填|必选|必須|필수",
    re.IGNORECASE,
)
# Words of a note that is about when something has to be given.
_OF_NEED: Final = Pattern(
    r"\b(?:required?s?|mandatory|optional|when|if|unless|only|either|one of|both|must|need\w*|omit\w*|provid\w+)\b|必|可选|当|时|任意|필수|場合",
    re.IGNORECASE,
)
_MOST_NOTE: Final = 400  # characters
_TELLING: Final = frozenset({"type", "default", "range", "min", "max", "step"})


def with_footnotes(document: Document, flags: Flags) -> Document:
    """Return a page in whose tables each marked cell has what its note says."""
    everywhere = _defined(document)
    tables = [block for block in document.groups if block.form == "table"]
    below = document.below(tables)
    made: dict[int, Group] = {}
    for number, group in enumerate(tables):
        if not any(_marked(cell) for row in group.rows for cell in row.cells):
            continue
        notes = {**everywhere, **_notes(below[number])}
        if notes:
            made[id(group)] = _noted(group, notes, flags)
    if not made:
        return document
    return Document(document.file, tuple(made.get(id(block), block) for block in document.blocks))


def _marked(cell: Cell) -> re.Match[str] | None:
    """Find the mark at the end of a cell; what is bold or in italics throughout has none."""
    return _BEHIND.fullmatch(cell.raw) if cell.raw[-1:] in {"*", "†", "‡", "§", "¶", *"¹²³⁴⁵⁶⁷⁸⁹])>"} else None


def _key(mark: str) -> str:
    return _SIGNS.sub("", mark).translate(str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789"))


def _defined(document: Document) -> dict[str, Cell]:
    """Return the notes that are defined as `[^1]: ...`, wherever they stand."""
    found: dict[str, Cell] = {}
    for text in document.texts:
        match = _BEFORE.match(text.cell.raw) if text.cell.raw.startswith("[^") else None
        if match is not None:
            found.setdefault(_key(match["mark"]), _rest(text.cell, match.end()))
    return found


def _notes(blocks: Sequence[Block]) -> dict[str, Cell]:
    """Return the notes among what follows a table, by their marks; a sole list item may be that of a star."""
    found: dict[str, Cell] = {}
    items = [block for block in blocks if isinstance(block, Text) and block.is_item]
    for block in blocks:
        if isinstance(block, Group):
            break
        if not isinstance(block, Text) or len(block.cell.raw) > _MOST_NOTE:
            continue
        match = _BEFORE.match(block.cell.raw)
        if match is not None:
            found.setdefault(_key(match["mark"]), _rest(block.cell, match.end()))
        elif block.is_item and len(items) == 1:
            found.setdefault("*", block.cell)
    return found


def _rest(cell: Cell, at: int) -> Cell:
    raw = cell.raw[at:].strip()
    return read_inline(raw[:-1] if raw.endswith("*") and "*" not in raw[:-1] else raw, cell.where)


def _noted(group: Group, notes: Mapping[str, Cell], flags: Flags) -> Group:
    columns = [words.column(cell.text) for cell in group.header]
    header = group.header
    if "description" not in columns:
        header = (*header, plain_cell("Description", group.where))
    rows = [
        _with_notes(row, columns, notes, flags, wide=len(header)) if len(row.cells) == len(columns) else row
        for row in group.rows
    ]
    return replace(group, header=header, rows=tuple(rows))


def _with_notes(row: Row, columns: Sequence[str], notes: Mapping[str, Cell], flags: Flags, *, wide: int) -> Row:
    """Put the notes that a row's marks lead to into its description, and take the marks away."""
    cells = list(row.cells)
    said: list[Cell] = []
    for at, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        match = _marked(cell)
        note = notes.get(_key(match["mark"])) if match is not None else None
        if match is None or note is None:
            continue
        bare = read_inline(match["head"], cell.where)
        if column == "required":
            cells[at] = _needed(bare, note)
            said.append(note)
        elif at == 0 or column == "name":
            if match["mark"].endswith("*") and _ALWAYS.search(note.text):
                continue  # the star itself says so
            cells[at] = bare
            said.append(note)
        elif column in _TELLING:
            cells[at] = bare
            problem = f"a note below the table says more of the {column}"
            flags.add(cell.where, row.cells[0].text.strip("*`† "), cell.text, problem, (note.text,))
    cells += [plain_cell("", row.where)] * (wide - len(cells))
    if said:
        at = columns.index("description") if "description" in columns else wide - 1
        cells[at] = joined([cells[at], *dict.fromkeys(said)], "\n")
    return replace(row, cells=tuple(cells), masked=())


def _needed(bare: Cell, note: Cell) -> Cell:
    """Return what a required cell says with its note: a rule between parameters demands none of them by itself."""
    if bare.text.lower() not in words.YES or not _OF_NEED.search(note.text):
        return bare
    return plain_cell("no" if any(find_rules(note)) else f"{bare.text}*", bare.where)
