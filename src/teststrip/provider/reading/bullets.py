"""Lists in which each item is a parameter: "- `steps` (integer, optional): how many. Default: 28"."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.bullet_items import bare_item, parsed_item
from teststrip.provider.reading.bullet_rows import COLUMNS, FACT, item_rows
from teststrip.provider.reading.document import Block, Document, Group, Heading, Text
from teststrip.provider.reading.fact_lines import with_facts
from teststrip.provider.reading.group_required import TITLED
from teststrip.provider.reading.headed import without_headed
from teststrip.provider.reading.inline import plain_cell
from teststrip.provider.reading.paragraphs import with_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# An item that announces the items below it.
_ASKED: Final = Pattern(
    r"(?:(?:request|body|query|form|input|required|optional)\s)*(?:parameters?|params|body|arguments?|fields|inputs?|payload)(?:\s?\([^()]*\))?\s?[:：]?"
    r"|(?:请求|输入|必填|可选)?(?:参数|字段|请求体)\s?[:：]?",
    re.IGNORECASE,
)
_BOLD: Final = 9  # the level of a heading that is no more than a line


def with_lists(document: Document) -> Document:
    """Return a document whose lists of parameters are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    for block in without_headed(with_told(with_facts(document.blocks))):
        if isinstance(block, Text) and block.is_item:
            run.append(block)
            continue
        # What is indented below an item, or between two items, belongs to the item.
        if run and isinstance(block, Text) and block.cell.where.column > 2 and not block.is_item:
            run.append(block)
            continue
        blocks += _taken(run)
        run = []
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run)))


def _taken(run: Sequence[Text]) -> Iterator[Block]:
    """Give a run of items as one group when its outermost items are parameters, else as it is."""
    if not run:
        return
    base = min(text.indent for text in run if text.is_item)
    outer = [text for text in run if text.indent == base]
    typed = [text for text in outer if parsed_item(text.cell) is not None] + _with_type_below(run, base)
    if len(typed) < 1 or len(typed) * 3 < len(outer) * 2 or (len(outer) == 1 and not _under_parameters(run[0])):
        yield from _told(run, base)
        return
    names = tuple(plain_cell(name, run[0].cell.where) for name in COLUMNS)
    yield Group("list", names, tuple(item_rows(run)), run[0].headings, (), run[0].cell.where)


def _with_type_below(run: Sequence[Text], base: int) -> list[Text]:
    """Return the outermost items that are a name alone, with `Type: ...` as the next line."""
    found: list[Text] = []
    for text, after in itertools.pairwise(run):
        fact = FACT.fullmatch(after.cell.text)
        if text.is_item and text.indent == base and fact is not None and fact["key"].lower() in {"type", "类型"}:
            found += [text] if parsed_item(text.cell) is None and bare_item(text.cell) is not None else []
    return found


def _told(run: Sequence[Text], base: int) -> Iterator[Block]:
    """Give a run of items as it is, but for the parameters below an item that announces them: `Parameters:`."""
    edges = [at for at, text in enumerate(run) if text.is_item and text.indent == base]
    for at, end in zip(edges, [*edges[1:], len(run)], strict=True):
        first = run[at]
        yield first
        asked = _ASKED.fullmatch(first.cell.text) is not None and words.purpose(first.cell.text) in {
            None,
            "request",
        }
        if asked and end > at + 1:
            title = Heading(_BOLD, first.cell)
            yield from _taken([replace(text, headings=(*text.headings, title)) for text in run[at + 1 : end]])
        else:
            yield from run[at + 1 : end]


def _under_parameters(text: Text) -> bool:
    headings: tuple[Heading, ...] = text.headings
    title = headings[-1].cell.text if headings else ""
    return words.purpose(title) == "request" or TITLED.match(title) is not None
