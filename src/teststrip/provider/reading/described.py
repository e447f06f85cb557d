"""Lists of parameters that say no types: "The endpoint takes these parameters:" and then "- `size` - side in dots"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.bullet_rows import COLUMNS, FACT, add_below
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A name that is set apart, what parts it from its words, and the words.
_NAMED: Final = Pattern(
    r"(?P<open>`|\*\*`?|__`?|<code>|<b>|<strong>)(?P<name>[A-Za-z_][\w.\[\]-]{0,60})[*?]?[:：]?(?:`?\*\*|`?__|`|</code>|</b>|</strong>)"
    r"(?P<required>\*?)[ \t]*(?P<part>[:：=]|[–—-]+(?=\s)|->|→|(?=[(（\[]))[ \t]*(?P<about>.*)",
    re.DOTALL,
)
_PARAMETERS: Final = Pattern(
    r"param|\bargument|\b(?:query|request|body|form|optional|required) (?:fields|options|keys|properties|attributes|strings?)\b"
    r"|参数|參數|請求欄位|パラメ|매개변수|파라미터|parámetro|parâmetro|parametr|paramètre|параметр",
    re.IGNORECASE,
)
# What is announced is not what a request may have, but what became of it.
_ELSE: Final = Pattern(
    r"\b(?:deprecated|removed|renamed|changed|ignored|unsupported|no longer|not (?:yet )?(?:supported|available)|returns?|environment)\b"
    r"|废弃|弃用|不支持|已移除",
    re.IGNORECASE,
)
_FEWEST: Final = 2
_MOST_LEAD: Final = 300  # characters of a line that announces a list


@dataclass(frozen=True, slots=True)
class _Run:
    """The items of a list, each with what is below it."""

    items: tuple[tuple[Text, tuple[Text, ...]], ...]


def with_described(document: Document) -> Document:
    """Return a document in which lists that are said to be of parameters are groups of rows, though they say no types."""
    known = {row.cells[0].text.strip("`* ") for group in document.groups for row in group.rows if row.cells}
    blocks: list[Block] = []
    run: list[Text] = []
    for block in document.blocks:
        if isinstance(block, Text) and (block.is_item or (run and block.cell.where.column > _FEWEST)):
            run.append(block)
            continue
        blocks += _taken(run, blocks, known)
        run = []
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run, blocks, known)))


def _taken(run: Sequence[Text], before: Sequence[Block], known: set[str]) -> Sequence[Block]:
    """Give a run of items as one group, if nearly all are names with words and the line above says of what."""
    if not run or not _announced(run[0], before):
        return run
    base = min((text.indent for text in run if text.is_item), default=0)
    outer = [text for text in run if text.is_item and text.indent == base]
    named = [match for text in outer if (match := _NAMED.match(text.cell.raw.lstrip())) is not None]
    if len(named) < _FEWEST or len(named) * 5 < len(outer) * 4 or known & {match["name"] for match in named}:
        return run
    names = tuple(plain_cell(name, run[0].cell.where) for name in COLUMNS)
    return (Group("list", names, tuple(_rows(run, base)), run[0].headings, (), run[0].cell.where),)


def _announced(first: Text, before: Sequence[Block]) -> bool:
    """Tell whether the paragraph above a list, or the heading where there is none, speaks of parameters."""
    above = before[-1] if before else None
    headings = first.headings
    if any(words.purpose(heading.cell.text) not in {None, "request"} for heading in headings[-1:]):
        return False
    if isinstance(above, Heading):
        return _PARAMETERS.search(above.cell.text) is not None and not _ELSE.search(above.cell.text)
    if not isinstance(above, Text):
        return False
    lead = above.cell.text
    said = lead[-_MOST_LEAD:]
    titled = bool(headings) and _PARAMETERS.search(headings[-1].cell.text) is not None
    return (
        said.rstrip().endswith((":", "：", "。", "."))
        and (_PARAMETERS.search(said) is not None or titled)
        and words.purpose(said) == "request"
        and not _ELSE.search(said)
    )


def _rows(run: Sequence[Text], base: int) -> Iterator[Row]:
    """Give a row for each outermost item that is a name, with what is below it."""
    cells: list[Cell] = []
    for text in run:
        match = _NAMED.match(text.cell.raw.lstrip()) if text.is_item and text.indent == base else None
        if match is None:
            if cells:
                add_below(cells, text.cell, FACT.fullmatch(text.cell.text) if text.is_item else None)
            continue
        if cells:
            yield Row(tuple(cells), cells[0].where)
        where = text.cell.where
        empty = plain_cell("", where)
        needed = plain_cell("required" if match["required"] else "", where)
        cells = [plain_cell(match["name"], where), empty, needed, empty, empty, read_inline(match["about"], where)]
    if cells:
        yield Row(tuple(cells), cells[0].where)
