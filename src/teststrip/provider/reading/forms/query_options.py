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
from teststrip.provider.reading.document import Block, Code, Document, Group, Text
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.listed import as_line, header_at
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.forms.query_addresses import addresses_in
from teststrip.provider.reading.forms.query_cells import with_query_cells
from teststrip.provider.reading.forms.query_items import COLUMNS, Told, read_item, told_of, without_options
from teststrip.provider.reading.forms.query_needs import needed_in
from teststrip.provider.reading.forms.query_runs import Run, runs_in
from teststrip.provider.reading.forms.query_values import Option, read_options
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

# A title of such a list: a word for the query's own parameters, for "query" may be a verb as well.
_OF_ADDRESS: Final = Pattern(
    r"\b(?:query|url|uri)[\s-]?(?:string\w*|param\w*|arg\w*|option\w*|variable\w*|field\w*|key\w*|modifier\w*)\b|^\W*(?:the )?query\W*$"
    r"|\b(?:options?|param\w*|add\w*|append\w*|modif\w+|transform\w*|suffix\w*)\b.{0,40}\b(?:url|uri|address)\b"
    r"|クエリ\s?(?:パラメータ|文字列|ストリング)|查询\s?(?:参数|字符串)|查詢\s?(?:參數|字串)|쿼리\s?(?:파라미터|매개변수|스트링|문자열)"
    r"|par[áâa]metros (?:de|da|del) (?:la )?(?:consulta|query|url)|paramètres (?:de (?:la )?requête|d['’]url)|abfrageparameter"
    r"|параметры (?:строки|url)",
    re.IGNORECASE,
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
# "Output format", "Error correction": above what asks for one, the parts of an address are no answer.
_ASKED_FOR: Final = Pattern(
    r"\W*(?:the )?(?:(?:outputs?|results?)\b|error[\s-](?!codes?|respon|messag|handl|status|object|format|types?))",
    re.IGNORECASE,
)
_FEWEST: Final = 2
_MOST: Final = 200_000  # characters of a page that are looked at for addresses
_LONGEST: Final = 1_200  # characters of a paragraph that tells of a parameter
_ONLY_SHOWN: Final = (
    "only an example shows it: its type is that of the value, and whether it has to be given is not said"
)


def with_query_options(document: Document, flags: Flags) -> Document:
    """Return a document in which what it tells of the parts of an address is groups of rows."""
    document = with_query_cells(document)
    page = _Page(document, flags)
    made: list[Block] = []
    found = [*runs_in(document.blocks)]
    page.count(block for block in found if isinstance(block, Run))
    for block in found:
        made += page.listed(block) if isinstance(block, Run) else (block,)
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
        self._values = {one.name: one.value for one in reversed(self._shown)}
        self._by_one = False
        self._needed: dict[str, Option] = {}
        for text in document.texts:
            if len(text.cell.raw) <= _LONGEST:
                self._needed |= {one.name: one for one in needed_in(text.cell, self._asked)}
        bodies = (code.text for code in document.codes)
        texts = (text.cell.raw for text in document.texts)
        titles = (heading.cell.raw for heading in document.headings)
        self._sends = any(_SENDS.search(text[:_MOST]) for text in (*bodies, *texts, *titles))

    def count(self, runs: Iterable[Run]) -> None:
        """Take how many parts of the page's addresses stand below a heading of their own: the others do so as well."""
        alone = [option for run in runs if run.alone for option in read_options(run.items[0].cell.text)]
        self._by_one = sum(option.open and option.name in self._asked for option in alone) >= _FEWEST

    def listed(self, found: Run) -> Sequence[Block]:
        """Give a run of items as a group where most of the outermost are parts of an address, else as it is."""
        run, lead = found.items, found.lead
        base = min(text.indent for text in run if text.is_item)
        outer = [text for text in run if text.is_item and text.indent == base]
        read = {id(text): one for text in outer if (one := read_item(text.cell))}
        options = [option for several, _ in read.values() for option in several]
        new = {option.name for option in options} - self._known
        announced = (found.alone and self._by_one) or self._announced(run[0], lead, options)
        if not new or len(read) * 3 < len(outer) * 2 or not announced:
            return found.blocks
        told: dict[str, Told] = {}
        open_: list[Told] = []
        for text in run:
            if text.is_item and text.indent == base:
                open_ = list(self._taken(told, text, read.get(id(text))))
                continue
            fact = FACT.fullmatch(text.cell.text) if text.is_item else None
            below = text.cell if fact is not None else as_line(text)
            for told_one in open_:
                add_below(told_one.cells, below, fact)
        self._known |= told.keys()
        cells = (lead.cell,) if isinstance(lead, Text) else ()
        shown = [block for block in found.blocks if isinstance(block, Code)]
        return [self._group([*told.values()], run[0], cells), *shown]

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
        group = self._group([*told.values()], first, ())
        for block in blocks:
            yield block
            if block is first:
                yield group

    def _sentence(self, cell: Cell) -> Iterator[Option]:
        """Give the parts of an address that a sentence tells of."""
        yield from needed_in(cell, self._asked)
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

    def _group(self, told: Sequence[Told], first: Text, lead: tuple[Cell, ...]) -> Group:
        for one in told:
            name = one.cells[0].text
            one.fill(self._values.get(name, ""), "required" if name in self._needed else "")
        rows = tuple(one.row() for one in told)
        where = first.cell.where
        above = tuple(one for one in first.headings if _ASKED_FOR.match(one.cell.text) is None)
        return Group("list", header_at(where, COLUMNS), rows, above, lead, where)
