"""Parts of an address that a page tells of one by one, in a list or in its sentences.

- **Width** `w=100` in pixels
- `fit=cover|contain`: How it fills the box

Add the `layout=<str>` query parameter to move the text.

A list is one of parameters where its title speaks of the address, its items have the signs of one (`?w=`), or the
page's own addresses have most of its names. A sentence has to speak of the query, on a page that sends no body.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Block, Document, Group, Text
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.listed import as_line, header_at
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.forms.query_addresses import addresses_in
from teststrip.provider.reading.forms.query_items import COLUMNS, Told, read_item, told_of, without_options
from teststrip.provider.reading.forms.query_values import Option, read_options
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

_OF_ADDRESS: Final = Pattern(
    r"\bquery|\b(?:url|uri|get)\b|クエリ|查询|查詢|쿼리|\bconsulta|\brequête|\babfrage|запрос", re.IGNORECASE
)
_NOT_TAKEN: Final = Pattern(
    r"\b(?:environment|env|config\w*|settings?|headers?|connection|database|command|cli|respon\w+)\b",
    re.IGNORECASE,
)
# The query's parameters, by their own word, or what is appended to an address.
_SPEAKS: Final = Pattern(
    r"\b(?:query|querystring|url|uri|get)[\s-]?(?:string\s)?(?:param\w*|arg\w*|options?|variables?|strings?|keys?|fields?)\b|\bquerystring\b"
    r"|\b(?:append|add|attach)\b.{0,80}\bto (?:the|your|any|an)\b.{0,30}\b(?:url|uri|address|link)\b|クエリ|查询(?:字符串|参数)|쿼리",
    re.IGNORECASE,
)
# "the `a` and `b` query parameters"
_NAMED: Final = Pattern(
    r"(?P<names>\x01\d+\x01(?:\s?(?:,|/|and|or|,\s?and|,\s?or)\s?\x01\d+\x01){0,8})\s(?:optional\s)?(?:query|url|querystring|GET)[\s-]?(?:string\s)?(?:param\w*|arg\w*|options?|variables?|keys?)\b"
    r"|\b(?:query|url|GET)[\s-]?(?:string\s)?(?:param\w*|arg\w*|options?|variables?)\s(?P<after>\x01\d+\x01)",
    re.IGNORECASE,
)
_NAME: Final = Pattern(r"[A-Za-z_][\w.-]{0,60}(?:\[\])?")
_SENDS: Final = Pattern(
    r"\b(?:POST|PUT|PATCH)[\s`*]{1,4}(?:https?:|/)|-X\s?(?:POST|PUT|PATCH)|\.(?:post|put|patch)\(|\s(?:-d|--data\S{0,12}|-F|--form)\s[\"'@]|method\W{1,5}(?:POST|PUT|PATCH)"
)
_FEWEST: Final = 2
_MOST: Final = 200_000  # characters of a page that are looked at for addresses
_LONGEST: Final = 1_200  # characters of a paragraph that tells of a parameter
_ONLY_SHOWN: Final = (
    "only an example shows it: its type is that of the value, and whether it has to be given is not said"
)


def with_query_options(document: Document, flags: Flags) -> Document:
    """Return a document in which what it tells of the parts of an address is groups of rows."""
    if not any("=" in block.cell.raw or _SPEAKS.search(block.cell.raw) for block in document.texts):
        return document
    page = _Page(document, flags)
    made: list[Block] = []
    run: list[Text] = []
    lead: Block | None = None
    for block in document.blocks:
        if isinstance(block, Text) and (block.is_item or (run and block.cell.where.column > 2)):
            run.append(block)
            continue
        made += page.listed(run, lead)
        run, lead = [], block
        made.append(block)
    made += page.listed(run, lead)
    return Document(document.file, tuple(page.with_told(made)))


class _Page:
    """What the whole page has to say: the names that have rows, and its addresses with their parts."""

    def __init__(self, document: Document, flags: Flags) -> None:
        self._flags = flags
        self._known = {
            re.split(r"[=\s]", row.cells[0].text.lstrip("?&`"))[0].rstrip("*")
            for group in document.groups
            for row in group.rows
            if row.cells
        }
        self._shown = list(addresses_in(document))
        self._asked = {one.name for one in self._shown}
        bodies = (code.text for code in document.codes)
        texts = (text.cell.raw for text in document.texts)
        titles = (heading.cell.raw for heading in document.headings)
        self._sends = any(_SENDS.search(text[:_MOST]) for text in (*bodies, *texts, *titles))

    def listed(self, run: Sequence[Text], lead: Block | None) -> list[Block]:
        """Give a run of items as a group where most of the outermost are parts of an address, else as it is."""
        if not run or not run[0].is_item:
            return list(run)
        base = min(text.indent for text in run if text.is_item)
        outer = [text for text in run if text.is_item and text.indent == base]
        read = {id(text): found for text in outer if (found := read_item(text.cell))}
        options = [option for several, _ in read.values() for option in several]
        new = {option.name for option in options} - self._known
        if not new or len(read) * 3 < len(outer) * 2 or not self._announced(run[0], lead, options):
            return list(run)
        told: dict[str, Told] = {}
        open_: list[Told] = []
        for text in run:
            if text.is_item and text.indent == base:
                open_ = list(self._taken(told, text, read.get(id(text))))
                continue
            fact = FACT.fullmatch(text.cell.text) if text.is_item else None
            below = text.cell if fact is not None else as_line(text)
            for one in open_:
                add_below(one.cells, below, fact)
        self._known |= told.keys()
        cells = (lead.cell,) if isinstance(lead, Text) else ()
        return [_group([*told.values()], run[0], cells)]

    def _announced(self, first: Text, lead: Block | None, options: Sequence[Option]) -> bool:
        """Tell whether a list of such items is of a request's address."""
        titles = [heading.cell.text for heading in first.headings[-1:]]
        near = lead.cell.text[-160:] if isinstance(lead, Text) else ""
        if any(map(_NOT_TAKEN.search, titles)):
            return False
        names = {option.name for option in options}
        if sum(option.signed for option in options) * 2 >= len(options) or len(names & self._asked) * 2 >= len(
            names
        ):
            return True
        return len(names) >= _FEWEST and any(map(_OF_ADDRESS.search, [*titles, near]))

    def _taken(
        self, told: dict[str, Told], text: Text, read: tuple[Sequence[Option], Cell] | None
    ) -> Iterator[Told]:
        """Take what an item tells, into the rows of its names."""
        if read is None:
            cells = plain_cells(text.cell)
            if cells is not None and cells[0].text not in told:
                told[cells[0].text] = plain = Told([*cells, plain_cell("", text.cell.where)])
                yield plain
            elif told:
                yield next(reversed(told.values()))
            return
        options, about = read
        for option in options:
            one = told.get(option.name)
            if one is None:
                told[option.name] = one = told_of(option, about)
            else:
                one.add(option, about)
            if option.loose:
                self._doubt(option, text.cell)
            yield one

    def _doubt(self, option: Option, cell: Cell) -> None:
        said = ", ".join(option.values)
        problem = "the values may be those of which one is sent, or be sent together"
        self._flags.add(cell.where, option.name, said, problem, (said, "no enumeration"))

    def with_told(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """Give blocks with one more group, where the first sentence stands that tells of a part of an address."""
        told: dict[str, Told] = {}
        first: Text | None = None
        for block in () if self._sends else blocks:
            if not isinstance(block, Text) or len(block.cell.raw) > _LONGEST:
                continue
            for option in self._sentence(block.cell):
                if option.name in self._known:
                    continue
                first = block if first is None else first
                about = without_options(block.cell)
                if option.name in told:
                    told[option.name].add(option, about)
                else:
                    told[option.name] = told_of(option, about)
        if first is None:
            yield from blocks
            return
        told |= self._only_shown(self._known | told.keys())
        group = _group([*told.values()], first, ())
        for block in blocks:
            yield block
            if block is first:
                yield group

    def _sentence(self, cell: Cell) -> Iterator[Option]:
        """Give the parts of an address that a sentence tells of."""
        if _SPEAKS.search(cell.text) is None:
            return
        for code in cell.codes:
            for option in read_options(code):
                if option.open or option.signed or option.name in self._asked:
                    yield option
        spans: list[str] = []
        text = ""
        for piece, coded in cell.pieces:
            text += f"\x01{len(spans)}\x01" if coded else piece
            spans += [piece.strip()] if coded else []
        for match in _NAMED.finditer(text):
            for number in re.findall(r"\x01(\d+)\x01", match["names"] or match["after"]):
                if _NAME.fullmatch(spans[int(number)]):
                    yield Option(spans[int(number)])

    def _only_shown(self, known: set[str]) -> dict[str, Told]:
        """Return the parts of the page's addresses of which nothing tells, where they are at the same host; each flagged."""
        hosts = Counter(one.host for one in self._shown if one.name in known)
        if not hosts:
            return {}
        host = hosts.most_common(1)[0][0]
        found: dict[str, Told] = {}
        for one in self._shown:
            name, cell = one.name, one.cell
            if one.host == host and name not in known and name not in found and cell is not None:
                found[name] = told_of(Option(name, example=one.value), plain_cell("", cell.where))
                self._flags.add(cell.where, name, name, _ONLY_SHOWN, ("optional", "required"))
        return found


def _group(told: Sequence[Told], first: Text, lead: tuple[Cell, ...]) -> Group:
    rows = tuple(one.row() for one in told)
    where = first.cell.where
    return Group("list", header_at(where, COLUMNS), rows, first.headings, lead, where)
