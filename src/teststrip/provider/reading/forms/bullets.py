"""Lists in which each item is a parameter: "- `steps` (integer, optional): how many. Default: 28"."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Code, Document, Heading, Text
from teststrip.provider.reading.forms.bullet_items import bare_item, parsed_item
from teststrip.provider.reading.forms.bullet_rows import FACT, item_rows
from teststrip.provider.reading.forms.fact_lines import with_facts
from teststrip.provider.reading.forms.headed_facts import with_headed_facts
from teststrip.provider.reading.forms.labels import asks, at_cases, is_over, label_of, without_labels
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.forms.paragraphs import with_told
from teststrip.provider.reading.inline import cropped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from teststrip.provider.reading.inline import Cell

# A line that announces them: "Options:". One behind whose word more follows is about something else.
_LEAD: Final = Pattern(
    r"(?:available |query |request |supported )?(?:options|param(?:eter)?s|arguments|fields)\s?[:：]\s{0,4}",
    re.IGNORECASE,
)
# A title of an object, and a name in code that shows one.
_OBJECT: Final = Pattern(r"\b(?:object|structure|schema)s?\b|对象|物件|结构|オブジェクト|객체", re.IGNORECASE)
_KEY: Final = Pattern(r"[\"']?[A-Za-z_][\w.-]{0,60}[\"']?(?=\s{0,2}:)")
_MOST_CODE: Final = 60_000  # characters of a block of code
_BOLD: Final = 9  # the level of a heading that is no more than a line


def with_lists(document: Document) -> Document:
    """Return a document whose lists of parameters are groups of rows."""
    blocks: list[Block] = []
    run: list[Text] = []
    lead: Cell | None = None
    shown: frozenset[str] = frozenset()
    for block in with_headed_facts(with_told(with_facts(document.blocks))):
        if isinstance(block, Text) and block.is_item:
            run.append(block)
            continue
        # What is indented below an item, or between two items, belongs to the item.
        if run and isinstance(block, Text) and block.cell.where.column > 2 and not block.is_item:
            run.append(block)
            continue
        blocks += _taken(run, lead, shown)
        run = []
        if isinstance(block, Code):
            shown = frozenset(name.strip("\"'") for name in _KEY.findall(block.text[:_MOST_CODE]))
        elif isinstance(block, Heading):
            shown = frozenset()
        lead = block.cell if isinstance(block, Text) else None
        blocks.append(block)
    return Document(document.file, (*blocks, *_taken(run, lead, shown)))


def _taken(run: Sequence[Text], lead: Cell | None = None, shown: Collection[str] = ()) -> Iterator[Block]:
    """Give a run of items as one group when its outermost items are parameters, else as it is.

    `lead` is the line above: one item alone is a parameter where that, or a heading, announces parameters or the
    members of an object; or where it is among the names that the code above shows.
    """
    if not run:
        return
    base = min(text.indent for text in run if text.is_item)
    parts = at_cases(run, base)
    if len(parts) > 1:
        for label, held in parts:
            titles = () if label is None else (Heading(_BOLD, label.cell),)
            yield from titles
            yield from _taken([replace(one, headings=(*one.headings, *titles)) for one in held], lead)
        return
    whole, (run, said) = run, without_labels(run, base)
    outer = [text for at, text in enumerate(run) if text.indent == base and not is_over(run, at)]
    typed = [text for text in outer if parsed_item(text.cell) is not None] + _with_type_below(run, base)
    if (
        len(typed) < 1
        or len(typed) * 3 < len(outer) * 2
        or (
            len(outer) == 1
            and not _under_parameters(run[0])
            and not _LEAD.fullmatch(lead.text if lead else "")
            and not _is_shown(outer[0], shown)
        )
    ):
        yield from _told(whole, base)
        return
    told = () if lead is None else (lead,)
    yield group_of(item_rows(run, said), run[0].headings, run[0].cell.where, told)


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
        title = Heading(_BOLD, cropped(first.cell, len(label_of(first.cell.text))))
        yield title if asks(first.cell.text) and end > at + 1 else first
        if asks(first.cell.text) and end > at + 1:
            yield from _taken([replace(text, headings=(*text.headings, title)) for text in run[at + 1 : end]])
        else:
            yield from run[at + 1 : end]


def _is_shown(text: Text, shown: Collection[str]) -> bool:
    """Tell whether an item with its type in brackets is a name in the code above, or below a title of an object."""
    item = parsed_item(text.cell)
    if item is None or not item.bracketed or item.name not in text.cell.codes:
        return False
    titles = [one.cell for one in text.headings if one.level < _BOLD]
    return item.name in shown or any(len(one.codes) == 1 and _OBJECT.search(one.text) for one in titles[-1:])


def _under_parameters(text: Text) -> bool:
    headings: tuple[Heading, ...] = text.headings
    return bool(headings) and words.purpose(headings[-1].cell.text) == "request"
