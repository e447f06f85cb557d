"""Lines that explain the keys of an address above them, a name and its words each, with no list and no title.

https://pictures.example/draw?text=hello&w=256
<b>text</b> - what to draw<br>
w: the width

The names of most lines have to be keys of the address; one of another case is flagged, as a call has to spell it so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Code, Document, Heading, Row, Text
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.provider.reading.flags import Flags

_ADDRESS: Final = Pattern(r"(?:https?://|(?<![\w/])/)[^\s?\"'<>]{1,200}\?(?P<query>[^\s\"'<>`]{3,1000})")
_KEY: Final = Pattern(r"(?:^|&(?:amp;)?)(?P<key>[A-Za-z_][\w.-]{0,60}(?:\[\])?)(?==)")
_LINE: Final = Pattern(
    r"[ \t]*(?:[-*•][ \t]{1,4})?(?:\*\*|__|`|<b>|<strong>|<code>|<i>|<em>|[\"'])?(?P<name>[A-Za-z_][\w.-]{0,60}(?:\[\])?)(?P<mark>[*?]?)"
    r"(?P<apart>\*\*|__|`|</b>|</strong>|</code>|</i>|</em>|[\"'])?[ \t]{0,4}(?:(?P<sign>[:：=]|-{1,2}|[–—]|->|→)(?:\*\*|__|</b>|</strong>)?|(?=[(（]))"
    r"[ \t]{0,4}(?P<said>\S.{0,600})"
)
_BREAK: Final = Pattern(r"<br\s?/?>[ \t]*$", re.IGNORECASE)
_FEWEST: Final = 2
_MOST_LINES: Final = 60


def with_address_lines(document: Document, flags: Flags) -> Document:
    """Return a document in which such lines are groups of rows."""
    made: list[Block] = []
    run: list[Text] = []
    keys: Mapping[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Text) and not block.is_item:
            run.append(block)
            continue
        made += _taken(run, keys, flags)
        run = []
        made.append(block)
        if isinstance(block, Heading):
            keys = keys if block.level > 1 and words.purpose(block.cell.text) in {None, "request"} else {}
        elif isinstance(block, Code):
            keys = keys_in(block.text) or keys
    return Document(document.file, (*made, *_taken(run, keys, flags)))


def keys_in(text: str) -> Mapping[str, str]:
    """Return the keys of the last address with several of them, each by itself in small letters."""
    found: Mapping[str, str] = {}
    for match in _ADDRESS.finditer(text):
        keys = {key.lower(): key for key in _KEY.findall(match["query"])}
        found = keys if len(keys) >= _FEWEST else found
    return found


def explains(names: Sequence[str], text: str) -> bool:
    """Tell whether names are, for the most part, the keys of an address in a text."""
    return _are_keys([name.rstrip("*?") for name in names], keys_in(text))


def _are_keys(names: Sequence[str], keys: Mapping[str, str]) -> bool:
    known = sum(name.lower() in keys for name in names)
    return known >= _FEWEST and known * 2 >= max(len(names), len(keys)) and len(set(names)) == len(names)


def _taken(run: Sequence[Text], keys: Mapping[str, str], flags: Flags) -> Iterator[Block]:
    """Give a run of paragraphs, those of their lines that explain the keys of the address before as a group."""
    if not keys and not any("?" in text.cell.raw for text in run):
        yield from run
        return
    lines = list(_lines(run))
    first = next((at for at in range(len(lines) - 1, -1, -1) if keys_in(lines[at].raw)), None)
    keys = keys if first is None else keys_in(lines[first].raw)
    start = 0 if first is None else first + 1
    if start < len(lines) and lines[start].text.rstrip().endswith((":", "：")):
        start += 1  # "where:"
    names = [_LINE.fullmatch(line.raw) for line in lines[start : start + _MOST_LINES]]
    end = next((at for at, one in enumerate(names) if one is None), len(names))
    rows = [row for line, one in zip(lines[start:], names[:end], strict=False) if one and (row := _row(line, one))]
    told = [row.cells[0].text.rstrip("*?") for row in rows]
    asked = not run or not run[0].headings or words.purpose(run[0].headings[-1].cell.text) in {None, "request"}
    if not asked or not _are_keys(told, keys):
        yield from run
        return
    for name, row in zip(told, rows, strict=True):
        if keys.get(name.lower(), name) != name:
            problem = f'the address sends it as "{keys[name.lower()]}"'
            flags.add(row.where, name, name, problem, (name, keys[name.lower()]))
    left = [replace(run[0], cell=line) for line in lines[:start]]
    yield from left
    yield group_of(rows, run[0].headings, rows[0].where, tuple(text.cell for text in left[-1:]))
    yield from (replace(run[-1], cell=line) for line in lines[start + end :])


def _lines(run: Sequence[Text]) -> Iterator[Cell]:
    """Give the lines of some paragraphs, each by itself."""
    for text in run:
        where = text.cell.where
        for at, line in enumerate(text.cell.raw.split("\n")):
            if line.strip():
                yield read_inline(_BREAK.sub("", line).rstrip(), replace(where, line=where.line + at))


def _row(line: Cell, match: re.Match[str]) -> Row | None:
    """Return the row of a line: its name is set apart, so that it is read like one of a list."""
    between = f" {match['sign']} " if match["sign"] else " "
    cells = plain_cells(read_inline(f"`{match['name']}{match['mark']}`{between}{match['said']}", line.where))
    return Row(tuple(cells), line.where) if cells is not None else None
