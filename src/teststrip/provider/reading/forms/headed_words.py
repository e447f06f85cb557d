"""Headings that are each a parameter, with words below that describe it.

"## Blur `&blur=`", `## Blur <Badge text="&blur=" />`: the signs of an address make the name sure, so nothing has to
announce them. "## Width `w`" and "## Width - (w)" are such only on a page that has its parameters in no other way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.document import Document, Heading, Row, Text
from teststrip.provider.reading.forms.headed import Spans, with_rows
from teststrip.provider.reading.forms.listed import as_line, cells_of
from teststrip.provider.reading.inline import joined, plain_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.document import Block

_SIGNED: Final = (
    r"(?:[?&](?P<{0}>[A-Za-z_][\w.-]{{0,60}})(?:=[^`\"'<>\s]{{0,60}})?|(?P<{0}e>[A-Za-z_][\w.-]{{0,60}})=)"
)
_QUERY: Final = Pattern(
    r"[^<>`\n]{0,80}?\s{0,4}[(（]?"
    rf"(?:`{_SIGNED.format('code')}`|<\w{{1,30}}\s[^<>\n]{{0,200}}?[\"']{_SIGNED.format('badge')}[\"'][^<>\n]{{0,200}}?>)"
    r"(?:</\w{1,30}>)?[)）]?\s{0,4}"
)
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}")
_TITLED: Final = Pattern(
    r"(?:[A-Z][\w-]{0,30}(?: [\w-]{1,30}){0,4} ?)?\(?\x01\)?|\x01 ?(?:[(:–—-] ?[\w ]{1,40}\)?)?"
)
_BRACKETED: Final = Pattern(r"[A-Z][\w /&,-]{0,60}[\w -]\s?[(（](?P<name>[a-z][\w-]{0,40})[)）]")
_PICTURE: Final = ("![", "[![", "<img", "<Image")
_FEWEST_QUERIES: Final = 2
_FEWEST_CODES: Final = 3
_BOLD: Final = 9  # the level of a line in bold, which is no new part of the page
_MOST: Final = 40  # paragraphs that describe one parameter


def with_query_headings(document: Document) -> Document:
    """Return a document in which the headings of an address's parameters, each once, are the rows of one group."""
    named: dict[str, tuple[int, Heading]] = {}
    for at, heading in _headings(document):
        if name := _queried(heading):
            named.setdefault(name, (at, heading))
    return _gathered(document, list(named.values()), _queried) if len(named) >= _FEWEST_QUERIES else document


def with_headed(document: Document) -> Document:
    """Return a document in which headings that are parameters are the rows of one group, where it has no others."""
    if any(group.form == "schema" or role_of(group) == "parameters" for group in document.groups):
        return document
    coded = _side_by_side(document, _coded)
    return coded or _side_by_side(document, _bracketed) or document


def _side_by_side(document: Document, name_of: Callable[[Heading], str]) -> Document | None:
    """Return a document in which the headings of one level that have names, where most have, are rows; None if few do."""
    headings = _headings(document)
    named = [(at, heading) for at, heading in headings if name_of(heading)]
    if name_of is _bracketed and sum(_is_used(document, at, heading) for at, heading in named) * 2 < len(named):
        return None  # "Limits (beta)"
    for level in sorted({heading.level for _, heading in named}):
        own = [(at, heading) for at, heading in named if heading.level == level]
        beside = sum(heading.level == level and at >= own[0][0] for at, heading in headings)
        titles = {_title(heading) for _, heading in own}
        # "Event `a`", "Event `b`": the word that all have says what they are.
        alike = len(titles) == 1 and words.column(titles.pop()) != "name"
        if len(own) >= _FEWEST_CODES and len(own) * 2 > beside and not alike:
            return _gathered(document, own, name_of)
    return None


def _headings(document: Document) -> list[tuple[int, Heading]]:
    return [(at, block) for at, block in enumerate(document.blocks) if isinstance(block, Heading)]


def _queried(heading: Heading) -> str:
    """Return the parameter of an address that a heading shows; "" for any other heading."""
    match = _QUERY.fullmatch(heading.cell.raw) if heading.level < _BOLD else None
    return next(filter(None, match.groupdict().values()), "") if match is not None else ""


def _coded(heading: Heading) -> str:
    """Return the parameter that a heading has as code; "" for any other heading."""
    cell = heading.cell
    if len(cell.codes) != 1 or not _NAME.fullmatch(cell.codes[0]):
        return ""
    if words.purpose(cell.text) not in {None, "request"}:
        return ""
    plain = "".join("\x01" if code else text for text, code in cell.pieces).strip()
    return cell.codes[0] if _TITLED.fullmatch(plain) else ""


def _bracketed(heading: Heading) -> str:
    """Return the name that a heading has in brackets behind its words, "Width - (w)"; "" for any other heading."""
    match = _BRACKETED.fullmatch(heading.cell.text)
    return match["name"] if match is not None and not words.says_required(match["name"]) else ""


def _is_used(document: Document, at: int, heading: Heading) -> bool:
    """Tell whether the text below a heading has its name in code, alone or with a value: `w-200`, `w`."""
    name = _bracketed(heading)
    for block in document.blocks[at + 1 : at + 1 + _MOST]:
        if _ends(block, heading):
            return False
        if isinstance(block, Text):
            parts = (re.split(r"[\s,]+", code) for code in block.cell.codes)
            if any(re.match(rf"{re.escape(name)}(?:[=:_-]|$)", part) for several in parts for part in several):
                return True
    return False


def _title(heading: Heading) -> str:
    """Return the words of a heading beside its code."""
    return "".join(text for text, code in heading.cell.pieces if not code).strip(" :()–—-")


def _gathered(
    document: Document, own: Sequence[tuple[int, Heading]], name_of: Callable[[Heading], str]
) -> Document:
    """Make one group of headings that are parameters, where the first stands, each with what is below it."""
    blocks = document.blocks
    known = {at for at, _ in own}
    rows: list[Row] = []
    spans: Spans = {}
    for start, heading in own:
        end = start + 1
        while end < len(blocks) and end not in known and not _ends(blocks[end], heading):
            end += 1
        rows.append(_row(name_of(heading), heading.cell.where, blocks[start + 1 : end]))
        spans[start] = (end, ())
    first = own[0][0]
    spans[first] = (spans[first][0], rows)
    return Document(document.file, with_rows(blocks, spans))


def _ends(block: Block, heading: Heading) -> bool:
    """Tell whether a block is a heading that ends what stands below another."""
    return isinstance(block, Heading) and block.level <= heading.level


def _row(name: str, where: Where, below: Sequence[Block]) -> Row:
    told = [as_line(block) for block in below if isinstance(block, Text | Heading)]
    told = [cell for cell in told if not cell.raw.lstrip().startswith(_PICTURE)][:_MOST]
    about = {"description": joined(told, "\n")} if told else {}
    return Row(tuple(cells_of({"name": plain_cell(name, where), **about}, where)), where)
