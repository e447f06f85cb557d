"""Paragraphs that are each a parameter, made items of a list: `**steps** *integer*, optional`, with its words below.

Also lines of one paragraph: `steps (integer, optional): how many`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.bullet_items import parsed_item
from teststrip.provider.reading.definition_heads import head_of
from teststrip.provider.reading.document import Block, Document, Text
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEAD: Final = Pattern(
    r"(?P<open>\*\*|__|`|<b>|<strong>|<code>){1,2}(?P<name>[$@]?[A-Za-z_][\w.-]{0,80}(?:\[\])?)(?:\*\*|__|`|</b>|</strong>|</code>){1,2}(?P<star>\\?\*?)[ \t]*(?P<rest>[^\n]{1,200})(?P<more>(?:\n.{0,4000})?)",
    re.DOTALL,
)
_APART: Final = Pattern(r"\s{0,4}[—–·•|,;:]\s{0,4}|\s-\s")
_FEWEST: Final = 2
_MOST_LINES: Final = 200
_BELOW: Final = 4  # columns that what follows a paragraph is deeper than it


def with_paragraphs(document: Document) -> Document:
    """Return a document in which such paragraphs, and what follows each, are items of a list."""
    blocks: list[Block] = []
    run: list[Text] = []
    for block in document.blocks:
        if isinstance(block, Text) and (run or not block.is_item):
            if _item(block) is not None or run:
                run.append(block)
            else:
                blocks += _lines(block)
            continue
        blocks += [*_taken(run), block]
        run = []
    return Document(document.file, (*blocks, *_taken(run)))


def _taken(run: Sequence[Text]) -> Iterator[Block]:
    """Give a run that begins with such a paragraph as items, where there are several; else as it is."""
    if sum(not text.is_item and _item(text) is not None for text in run) < _FEWEST:
        yield from run
        return
    for text in run:
        cell = None if text.is_item else _item(text)
        if cell is not None:
            yield Text(cell, text.headings, 0)
        else:
            # What follows is its paragraph's: a list of values, more words.
            indent = text.indent + _BELOW if text.is_item else -1
            where = replace(text.cell.where, column=text.cell.where.column + _BELOW)
            yield Text(replace(text.cell, where=where), text.headings, indent)


def _item(text: Text) -> Cell | None:
    """Make an item of a paragraph that begins with a marked name, and whose first line goes on with nothing but facts."""
    if text.cell.raw[:1] not in {"*", "_", "`", "<"}:
        return None
    match = _HEAD.fullmatch(text.cell.raw)
    if match is None:
        return None
    said = read_inline(match["rest"].strip(), text.cell.where).text
    for parts in (_APART.split(said), said.split()):
        told = ", ".join(part for part in parts if part)
        head = head_of(read_inline(f"({told})", text.cell.where))
        if head.kind and not head.rest.text.strip():
            star = "*" if match["star"].strip("\\") else ""
            return read_inline(f"`{match['name']}`{star} ({told}): {match['more'].strip()}", text.cell.where)
    return None


def _lines(text: Text) -> Iterator[Block]:
    """Give the lines of a paragraph as items, where each is a parameter with a type in brackets."""
    lines = text.cell.raw.split("\n")
    cells = []
    if _FEWEST <= len(lines) <= _MOST_LINES:
        where = text.cell.where
        cells = [
            read_inline(line.strip(), Where(where.file, where.line + at, where.column if at == 0 else 1))
            for at, line in enumerate(lines)
        ]
    items = [parsed_item(cell) for cell in cells]
    if items and all(item is not None and item.bracketed for item in items):
        yield from (Text(cell, text.headings, 0) for cell in cells)
    else:
        yield text
