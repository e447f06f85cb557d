"""Parameters that are headings with words below, on a page that has them in no other way: "Width `w`", then what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_rows import COLUMNS
from teststrip.provider.reading.inline import Cell, joined, plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_TITLED: Final = Pattern(
    r"(?:[A-Z][\w-]{0,30}(?: [\w-]{1,30}){0,4} ?)?\(?\x01\)?|\x01 ?(?:[(:–—-] ?[\w ]{1,40}\)?)?"
)
_FEWEST: Final = 3  # headings that there have to be


def with_headed(document: Document) -> Document:
    """Return a document in which headings that are parameters are the rows of one group, where it has no others."""
    if any(group.form == "schema" or role_of(group) == "parameters" for group in document.groups):
        return document
    named = [
        (at, block) for at, block in enumerate(document.blocks) if isinstance(block, Heading) and _name(block)
    ]
    for level in sorted({heading.level for _, heading in named}):
        own = [at for at, heading in named if heading.level == level]
        titles = {_title(heading) for _, heading in named if heading.level == level}
        # "Event `a`", "Event `b`": the word that all have says what they are.
        alike = len(titles) == 1 and words.column(titles.pop()) != "name"
        if len(own) >= _FEWEST and len(own) * 2 > _headings(document, level, own[0]) and not alike:
            return _gathered(document, own, level)
    return document


def _name(heading: Heading) -> str:
    """Return the parameter that a heading is about; "" for any other heading."""
    cell = heading.cell
    if (
        len(cell.codes) != 1
        or not _NAME.fullmatch(cell.codes[0])
        or words.purpose(cell.text) not in {None, "request"}
    ):
        return ""
    plain = "".join("\x01" if code else text for text, code in cell.pieces).strip()
    return cell.codes[0] if _TITLED.fullmatch(plain) else ""


def _title(heading: Heading) -> str:
    """Return the words of a heading beside its code."""
    return "".join(text for text, code in heading.cell.pieces if not code).strip(" :()–—-")


def _headings(document: Document, level: int, start: int) -> int:
    return sum(isinstance(block, Heading) and block.level == level for block in document.blocks[start:])


def _gathered(document: Document, own: Sequence[int], level: int) -> Document:
    rows: list[Row] = []
    kept: list[Block] = list(document.blocks[: own[0]])
    at = own[0]
    for start in own:
        end = start + 1
        while end < len(document.blocks):
            block = document.blocks[end]
            if isinstance(block, Heading) and block.level <= level:
                break
            end += 1
        kept += document.blocks[at:start]
        rows.append(_row(document.blocks[start:end]))
        kept += [block for block in document.blocks[start:end] if not isinstance(block, Text | Heading)]
        at = end
    names = tuple(plain_cell(name, rows[0].where) for name in COLUMNS)
    first = document.blocks[own[0]]
    above = next((block.headings for block in document.blocks[own[0] :] if isinstance(block, Text)), ())
    outer = tuple(heading for heading in above if isinstance(first, Heading) and heading.level < level)
    group = Group("list", names, tuple(rows), outer, (), rows[0].where)
    return Document(document.file, (*kept[: own[0]], group, *kept[own[0] :], *document.blocks[at:]))


def _row(blocks: Sequence[Block]) -> Row:
    heading = blocks[0]
    assert isinstance(heading, Heading)  # noqa: S101  its callers give one
    where = heading.cell.where
    empty = plain_cell("", where)
    about: list[Cell] = []
    for block in blocks[1:]:
        if isinstance(block, Heading):
            about.append(block.cell)
        elif isinstance(block, Text):
            about.append(joined([plain_cell("- ", where), block.cell], "") if block.is_item else block.cell)
    name = plain_cell(_name(heading), where)
    return Row((name, empty, empty, empty, empty, joined(about, "\n") if about else empty), where)
