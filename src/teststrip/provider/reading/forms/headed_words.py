"""Headings that are each a parameter, with words below that describe it.

"## Blur `&blur=`", `## Blur <Badge text="&blur=" />`: the signs of an address make the name sure, so nothing has to
announce them. "## Width `w`" and "## Width - (w)" are such where facts stand below most of them, a type or a default,
and else only on a page that has its parameters in no other way.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.document import Document, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.headed import Spans, with_rows
from teststrip.provider.reading.forms.listed import as_line, cells_of
from teststrip.provider.reading.forms.pasted.heads import type_line
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
_WRITTEN: Final = Pattern(r"(?P<name>[A-Za-z_][\w.\[\]-]{0,60})\*?")
_TITLES: Final = frozenset(
    {"body", "query", "headers", "header", "path", "form", "request", "response", "parameters"}
)
_TITLED: Final = Pattern(
    r"(?:[A-Z][\w-]{0,30}(?: [\w-]{1,30}){0,4} ?)?\(?\x01\)?|\x01 ?(?:[(:–—-] ?\w[\w /-]{0,40}\)?)?"
)
_BRACKETED: Final = Pattern(r"[A-Z][\w /&,-]{0,60}[\w -]\s?[(（](?P<name>[a-z][\w-]{0,40})[)）]")
_PICTURE: Final = ("![", "[![", "<img", "<Image")
_KEY: Final = Pattern(r"(?:data )?type|default(?: value)?|类型|数据类型|默认值?", re.IGNORECASE)
_FEWEST_QUERIES: Final = 2
_FEWEST_CODES: Final = 3
_FEWEST_TOLD: Final = 2  # names of a section with a type each
_FIRST: Final = 3  # lines below a heading that may say a type or a default
_BOLD: Final = 9  # the level of a line in bold, which is no new part of the page
_MOST: Final = 40  # paragraphs that describe one parameter


def with_query_headings(document: Document) -> Document:
    """Return a document in which the headings of an address's parameters, each once, are the rows of one group.

    So are those of names in code with facts below: what stands there is of them, and no list of its own.
    """
    named: dict[str, tuple[int, Heading]] = {}
    for at, heading in _headings(document):
        if name := _queried(heading):
            named.setdefault(name, (at, heading))
    if len(named) >= _FEWEST_QUERIES:
        return _gathered(document, list(named.values()), _queried)
    return _side_by_side(document, _coded, told=True) or _in_sections(document)


def with_headed(document: Document) -> Document:
    """Return a document in which headings that are parameters are the rows of one group, where it has no others."""
    if any(group.form == "schema" or role_of(group) == "parameters" for group in document.groups):
        return document
    coded = _side_by_side(document, _coded)
    return coded or _side_by_side(document, _bracketed) or document


def _side_by_side(document: Document, name_of: Callable[[Heading], str], *, told: bool = False) -> Document | None:
    """Return a document in which the headings of one level that have names, where most have, are rows; None if few do.

    `told`: only where a type or a default stands right below most of them.
    """
    headings = _headings(document)
    named = [(at, heading) for at, heading in headings if name_of(heading)]
    if name_of is _bracketed and sum(_is_used(document, at, heading) for at, heading in named) * 2 < len(named):
        return None  # "Limits (beta)"
    for level in sorted({heading.level for _, heading in named}):
        own = [(at, heading) for at, heading in named if heading.level == level]
        if told and sum(_is_told(document.blocks, at) for at, _ in own) * 3 < len(own) * 2:
            continue
        beside = sum(heading.level == level and at >= own[0][0] for at, heading in headings)
        titles = {_title(heading) for _, heading in own}
        # "Event `a`", "Event `b`": the word that all have says what they are.
        alike = len(titles) == 1 and words.column(title := titles.pop()) != "name" and bool(title or not told)
        if len(own) >= _FEWEST_CODES and len(own) * 2 > beside and not alike:
            deeper = [one for one in named if level < one[1].level < _BOLD] if told else []
            return _gathered(document, sorted([*own, *deeper], key=itemgetter(0)), name_of)
    return None


def _in_sections(document: Document) -> Document:
    """Return a document in which headings that are names are rows, section by section, where types stand below most."""
    spans: Spans = {}
    for above, inside in _sections(document):
        named = [(at, heading) for at, heading in inside if _plainly(heading)]
        told = [at for at, _ in named if _is_typed(document.blocks, at)]
        said = next(filter(None, (words.purpose(heading.cell.text) for heading in reversed(above))), None)
        enough = len(told) * 3 >= len(named) * (1 if said == "request" else 2)
        if said in {None, "request"} and enough and len(told) >= _FEWEST_TOLD and len(named) * 2 > len(inside):
            spans |= _spans(document, named, _plainly)
    return Document(document.file, with_rows(document.blocks, spans)) if spans else document


def _sections(document: Document) -> list[tuple[tuple[Heading, ...], list[tuple[int, Heading]]]]:
    """Return the headings of one level that stand below the same ones, with those."""
    found: dict[tuple[int, ...], tuple[tuple[Heading, ...], list[tuple[int, Heading]]]] = {}
    above: tuple[Heading, ...] = ()
    for at, heading in _headings(document):
        above = heading.below(above)
        key = (heading.level, *(one.cell.where.line for one in above[:-1]))
        found.setdefault(key, (above[:-1], []))[1].append((at, heading))
    return list(found.values())


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


def _plainly(heading: Heading) -> str:
    """Return the name that a heading is, in bold or without any mark; "" for any other heading."""
    text = heading.cell.text
    name = _WRITTEN.fullmatch(text)
    if (
        name is None
        or heading.cell.codes
        or text.lower() in _TITLES
        or words.purpose(text) not in {None, "request"}
    ):
        return ""
    return name["name"]


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
    return Document(document.file, with_rows(document.blocks, _spans(document, own, name_of)))


def _spans(document: Document, own: Sequence[tuple[int, Heading]], name_of: Callable[[Heading], str]) -> Spans:
    blocks = document.blocks
    known = {at for at, _ in own}
    rows: dict[str, Row] = {}
    spans: Spans = {}
    for start, heading in own:
        end = start + 1
        while end < len(blocks) and end not in known and not _ends(blocks[end], heading):
            end += 1
        name = name_of(heading)
        rows.setdefault(name, _row(name, heading.cell.where, blocks[start + 1 : end]))
        spans[start] = (end, ())
    first = own[0][0]
    spans[first] = (spans[first][0], list(rows.values()))
    return spans


def _ends(block: Block, heading: Heading) -> bool:
    """Tell whether a block is a heading that ends what stands below another."""
    return isinstance(block, Heading) and block.level <= heading.level


def _is_told(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether the first line below a heading is a type, or one of the first says one or a default."""
    below = blocks[at + 1] if at + 1 < len(blocks) else None
    if not isinstance(below, Text):
        return False
    lines = _lines(below)[:_FIRST]
    facts = [fact for line in lines if (fact := FACT.fullmatch(line.text)) is not None]
    return _is_type(lines[0]) or any(_KEY.fullmatch(fact["key"]) for fact in facts)


def _is_typed(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether the first line below a heading is a type, without a word that says so."""
    below = blocks[at + 1] if at + 1 < len(blocks) else None
    return isinstance(below, Text) and not FACT.fullmatch(below.cell.text) and _is_type(_lines(below)[0])


def _is_type(cell: Cell) -> bool:
    """Tell whether a line is a type and nothing else but marks and limits: `int` (0-100)."""
    return type_line(cell.text) is not None and (cell.is_code or not cell.text[:1].isupper())


def _row(name: str, where: Where, below: Sequence[Block]) -> Row:
    """Return the row of a heading: a type on the first line, facts on lines of their own, the rest its description."""
    cells = cells_of({"name": plain_cell(name, where)}, where)
    told = [block for block in below if isinstance(block, Text | Heading)]
    told = [block for block in told if not block.cell.raw.lstrip().startswith(_PICTURE)][:_MOST]
    first = True
    for line in (line for block in told for line in _lines(block)):
        if first and _is_type(line):
            _tell_type(cells, line)
        else:
            add_below(cells, line, FACT.fullmatch(line.text))
        first = False
    return Row(tuple(cells), where)


def _tell_type(cells: list[Cell], line: Cell) -> None:
    """Take a line that is a type, with what is said behind it: `string required`, `int, default: 5`."""
    found = type_line(line.text)
    marks = found[1] if found is not None else ()
    if found is None or not marks:
        cells[1] = line
        return
    where = line.where
    told = {mark.kind: mark.text for mark in marks}
    cells[1] = plain_cell(found[0], where)
    if need := next((kind for kind in ("required", "optional") if kind in told), None):
        cells[2] = plain_cell(need, where)
    if "default" in told:
        cells[3] = plain_cell(told["default"], where)
    if limits := [mark.text for mark in marks if mark.kind == "limit"]:
        cells[4] = plain_cell(", ".join(limits), where)
    if found[2]:
        cells[5] = plain_cell(found[2], where)


def _lines(block: Text | Heading) -> list[Cell]:
    """Return the lines of a block, each read by itself."""
    whole = block.cell if FACT.fullmatch(block.cell.text) else as_line(block)
    lines = whole.raw.split("\n")
    if len(lines) == 1 or len(lines) > _MOST:
        return [whole]
    where = whole.where
    return [
        read_inline(line, Where(where.file, where.line + at, where.column if at == 0 else 1))
        for at, line in enumerate(lines)
    ]
