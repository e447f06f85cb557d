"""Headings that are each a parameter, with words below that describe it.

"## Blur `&blur=`", `## Blur <Badge text="&blur=" />`: the signs of an address make the name sure, so nothing has to
announce them. "## Width `w`" is one only on a page that has its parameters in no other way.
"""

from __future__ import annotations

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
    headings = _headings(document)
    named = [(at, heading) for at, heading in headings if _coded(heading)]
    for level in sorted({heading.level for _, heading in named}):
        own = [(at, heading) for at, heading in named if heading.level == level]
        beside = sum(heading.level == level and at >= own[0][0] for at, heading in headings)
        titles = {_title(heading) for _, heading in own}
        # "Event `a`", "Event `b`": the word that all have says what they are.
        alike = len(titles) == 1 and words.column(titles.pop()) != "name"
        if len(own) >= _FEWEST_CODES and len(own) * 2 > beside and not alike:
            return _gathered(document, own, _coded)
    return document


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
