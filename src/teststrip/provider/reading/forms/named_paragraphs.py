"""Paragraphs below a heading of parameters that each begin with a name, made items of a list: `**steps**: How many`.

Signs before a name are ornament, and what stands between two of the paragraphs is the first one's: its values, more
words. Examples keep their place behind the list.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Block, Code, Document, Text
from teststrip.provider.reading.forms.plain_items import plain_item
from teststrip.provider.reading.forms.plain_lists import is_of_request
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ORNAMENT: Final = Pattern(r"[^\w\s!-/:-@\[-`{-~]{1,4}\ufe0f?\s{1,4}")
_NAMED: Final = Pattern(r"(?:\*\*|__|`){1,2}[a-z_][\w.\[\]-]{0,80}(?:\*\*|__|`){1,2}[*?]?\s?(?:[:：–—-]|[(（])")
_ARGUMENT: Final = Pattern(r"\s{0,9}(?:-[A-Za-z]\s|--[a-z]|curl\s)")
_FEWEST: Final = 2
_BELOW: Final = 4  # columns that what follows a paragraph is deeper than it


def with_named_paragraphs(document: Document) -> Document:
    """Return a document in which such paragraphs, and what follows each, are items of a list."""
    made: list[Block] = []
    run: list[Text | Code] = []
    for block in document.blocks:
        if (run and isinstance(block, Text | Code)) or (isinstance(block, Text) and _item(block) is not None):
            run.append(block)
            continue
        made += [*_taken(run), block]
        run = []
    return Document(document.file, (*made, *_taken(run)))


def _taken(run: Sequence[Text | Code]) -> Iterator[Block]:
    """Give a run that begins with such a paragraph as items, where there are several; else as it is."""
    items = {
        at: cell for at, block in enumerate(run) if isinstance(block, Text) and (cell := _item(block)) is not None
    }
    if len(items) < _FEWEST:
        yield from run
        return
    for at, block in enumerate(run):
        if isinstance(block, Code) or _is_example(block):
            continue
        if at in items:
            yield Text(items[at], block.headings, 0)
        else:
            where = replace(block.cell.where, column=block.cell.where.column + _BELOW)
            indent = block.indent + _BELOW if block.is_item else -1
            yield Text(replace(block.cell, where=where), block.headings, indent)
    yield from filter(_is_example, run)


def _is_example(block: Text | Code) -> bool:
    """Tell whether a block is code, or a paragraph of nothing but arguments of a command."""
    if isinstance(block, Code):
        return True
    spans, rest = block.cell.codes, "".join(text for text, code in block.cell.pieces if not code)
    return bool(spans) and not rest.strip() and all(_ARGUMENT.match(span) for span in spans)


def _item(text: Text) -> Cell | None:
    """Return a paragraph as an item, without its ornament, where it begins with a name and its heading is of parameters."""
    if text.is_item or not text.headings or not is_of_request(text.headings[-1].cell.text):
        return None
    raw = text.cell.raw
    ornament = _ORNAMENT.match(raw)
    raw = raw[ornament.end() :] if ornament is not None else raw
    if _NAMED.match(raw) is None:
        return None
    cell = read_inline(re.sub(r"<br\s?/?>\s*$", "", raw), text.cell.where)
    return cell if plain_item(cell) is not None else None
