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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.listed import as_line, header_at
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.forms.query_values import Option, read_options
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.flags import Flags

_COLUMNS: Final = ("name", "type", "required", "default", "range", "description", "example")
_EXAMPLE: Final = 6
_TITLE: Final = Pattern(r"\W{0,6}(?:[^\W\d_][\w /&'’,-]{0,60}?)?\W{0,4}")
_JOINS: Final = Pattern(r"\s{0,3}(?:,|/|\||&|、|\bor\b|\band\b|\boder\b|\bou\b|或)?\s{0,3}")
_PLAIN: Final = Pattern(r"[?&]?[A-Za-z_][\w.-]{0,60}=[^\s:：]{0,200}(?=\s|[:：]|$)")
_OF_ADDRESS: Final = Pattern(
    r"\bquery|\b(?:url|uri|get)\b|クエリ|查询|查詢|쿼리|\bconsulta|\brequête|\babfrage|запрос", re.IGNORECASE
)
_NOT_TAKEN: Final = Pattern(
    r"\b(?:environment|env|config\w*|settings?|headers?|connection|database|command|cli|respon\w+)\b", re.IGNORECASE
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
_ADDRESS: Final = Pattern(r"(?P<before>!?\[[^\[\]\n]{0,200}\]\(|src=[\"']|<|`|[\s(]|^)https?://(?P<host>[^\s/?#\"'<>()`]{1,120})(?P<path>[^\s?\"'<>()`]{0,300})\?(?P<query>[^\s\"'<>()`]{1,400})")
_KEY: Final = Pattern(r"(?:^|&(?:amp;)?)(?P<name>[A-Za-z_][\w.-]{0,60}(?:\[\])?)=(?P<value>[^&]{0,200})")
_FEWEST: Final = 2
_MOST: Final = 200_000  # characters of a page that are looked at for addresses
_LONGEST: Final = 1_200  # characters of a paragraph that tells of a parameter
_ONLY_SHOWN: Final = "only an example shows it: its type is that of the value, and whether it has to be given is not said"


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


@dataclass(slots=True)
class _Told:
    """What a page tells of one part of an address: how it is written, and the words about it."""

    cells: list[Cell]
    values: list[str] = field(default_factory=list)


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
        self._shown = list(_addresses(document))
        self._asked = {name for _, name, _, _ in self._shown}
        bodies = (code.text for code in document.codes)
        texts = (block.cell.raw for block in (*document.texts, *document.headings))
        self._sends = any(_SENDS.search(text[:_MOST]) for text in (*bodies, *texts))

    def listed(self, run: Sequence[Text], lead: Block | None) -> list[Block]:
        """Give a run of items as a group where most of the outermost are parts of an address, else as it is."""
        if not run or not run[0].is_item:
            return list(run)
        base = min(text.indent for text in run if text.is_item)
        outer = [text for text in run if text.is_item and text.indent == base]
        read = {id(text): told for text in outer if (told := _item(text.cell))}
        options = [option for told, _ in read.values() for option in told]
        new = {option.name for option in options} - self._known
        if not new or len(read) * 3 < len(outer) * 2 or not self._announced(run[0], lead, options):
            return list(run)
        told: dict[str, _Told] = {}
        open_: list[_Told] = []
        for text in run:
            if text.is_item and text.indent == base:
                open_ = list(self._taken(told, text, read.get(id(text))))
                continue
            fact = FACT.fullmatch(text.cell.text) if text.is_item else None
            for one in open_:
                add_below(one.cells, text.cell if fact is not None else as_line(text), fact)
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
        if sum(option.signed for option in options) * 2 >= len(options) or len(names & self._asked) * 2 >= len(names):
            return True
        return len(names) >= _FEWEST and any(map(_OF_ADDRESS.search, [*titles, near]))

    def _taken(
        self, told: dict[str, _Told], text: Text, read: tuple[Sequence[Option], Cell] | None
    ) -> Iterator[_Told]:
        """Take what an item tells, into the rows of its names."""
        if read is None:
            cells = plain_cells(text.cell)
            if cells is not None and cells[0].text not in told:
                told[cells[0].text] = one = _Told([*cells, plain_cell("", text.cell.where)])
                yield one
            elif told:
                yield next(reversed(told.values()))
            return
        options, about = read
        for option in options:
            one = told.get(option.name)
            if one is None:
                told[option.name] = one = _Told(_cells(option, about))
            else:
                _again(one, option, about)
            if option.loose:
                self._doubt(option, text.cell)
            yield one

    def _doubt(self, option: Option, cell: Cell) -> None:
        said = ", ".join(option.values)
        problem = "the values may be those of which one is sent, or be sent together"
        self._flags.add(cell.where, option.name, said, problem, (said, "no enumeration"))

    def with_told(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """Give blocks with one more group, where the first sentence stands that tells of a part of an address."""
        told: dict[str, _Told] = {}
        first: int | None = None
        for at, block in enumerate(blocks if not self._sends else ()):
            if not isinstance(block, Text) or len(block.cell.raw) > _LONGEST:
                continue
            for option in self._sentence(block.cell):
                if option.name in self._known:
                    continue
                first = at if first is None else first
                about = _without_options(block.cell)
                if option.name in told:
                    _again(told[option.name], option, about)
                else:
                    told[option.name] = _Told(_cells(option, about))
        if first is None:
            yield from blocks
            return
        told |= self._only_shown(self._known | told.keys())
        anchor = blocks[first]
        assert isinstance(anchor, Text)  # noqa: S101  found above
        yield from blocks[: first + 1]
        yield _group([*told.values()], anchor, ())
        yield from blocks[first + 1 :]

    def _sentence(self, cell: Cell) -> Iterator[Option]:
        """Give the parts of an address that a sentence tells of."""
        if _SPEAKS.search(cell.text) is None:
            return
        for code in cell.codes:
            for option in read_options(code):
                if option.open or option.signed or option.name in self._asked:
                    yield option if option.open else replace(option, example=option.example)
        spans: list[str] = []
        text = ""
        for piece, code in cell.pieces:
            text += f"\x01{len(spans)}\x01" if code else piece
            spans += [piece.strip()] if code else []
        for match in _NAMED.finditer(text):
            for number in re.findall(r"\x01(\d+)\x01", match["names"] or match["after"]):
                if _NAME.fullmatch(spans[int(number)]):
                    yield Option(spans[int(number)])

    def _only_shown(self, known: set[str]) -> dict[str, _Told]:
        """Return the parts of the page's addresses of which nothing tells, where they are at the same host; each flagged."""
        hosts = Counter(host for host, name, _, _ in self._shown if name in known)
        if not hosts:
            return {}
        host = hosts.most_common(1)[0][0]
        found: dict[str, _Told] = {}
        for one, name, value, cell in self._shown:
            if one == host and name not in known and name not in found and cell is not None:
                option = Option(name, example=value)
                found[name] = _Told(_cells(option, plain_cell("", cell.where)))
                self._flags.add(cell.where, name, name, _ONLY_SHOWN, ("optional", "required"))
        return found


def _addresses(document: Document) -> Iterator[tuple[str, str, str, Cell | None]]:
    """Give the parts of a page's addresses: the host, the name, the value, and the text that has it as a link or code.

    Those of pictures have none: they may be of another's.
    """
    left = _MOST
    for block in document.blocks:
        cells = [block.cell] if isinstance(block, Text | Heading) else []
        raws = [cell.raw for cell in cells] or _raws(block)
        for raw in raws:
            for match in _ADDRESS.finditer(raw[: max(0, left)]):
                picture = match["before"].startswith(("![", "src"))
                for key in _KEY.finditer(match["query"]):
                    yield match["host"], key["name"], key["value"], cells[0] if cells and not picture else None
            left -= len(raw)


def _raws(block: Block) -> list[str]:
    if isinstance(block, Group):
        return [cell.raw for row in block.rows for cell in row.cells]
    return [] if isinstance(block, Text | Heading) else [block.text]


def _item(cell: Cell) -> tuple[Sequence[Option], Cell] | None:
    """Read an item that begins with a part of an address, behind a title or none; return it and the words about it."""
    found: list[Option] = []
    title = ""
    at = 0
    for index, (piece, code) in enumerate(cell.pieces):
        options = read_options(piece) if code else ()
        if options:
            found += options
            at = index + 1
        elif not found and not code and _TITLE.fullmatch(piece):
            title = piece.strip(" *_:：–—-(（")
        elif not found or code or not _JOINS.fullmatch(piece):
            break
    if not found:
        plain = _PLAIN.match(cell.text) if not cell.codes else None
        options = read_options(plain[0]) if plain is not None else ()
        return (options, _about("", ((cell.text[plain.end() :], False),), cell)) if plain and options else None
    return found, _about(title, cell.pieces[at:], cell)


def _about(title: str, pieces: Sequence[tuple[str, bool]], cell: Cell) -> Cell:
    """Return the words behind what an item shows; its title where there are none."""
    rest = Cell(tuple(pieces), cell.where, cell.raw)
    if not rest.text.strip(" :：–—-,.)）"):
        return plain_cell(title, cell.where)
    first, code = pieces[0]
    kept = [(first if code else first.lstrip(" :：–—-,.)）\n"), code), *pieces[1:]]
    head = [(f"{title}. ", False)] if title and not code else []
    return _without_options(Cell((*head, *kept), cell.where, cell.raw))


def _without_options(cell: Cell) -> Cell:
    """Return a text in which parts of an address are plain words: as code they would be taken for values."""
    pieces = []
    for text, code in cell.pieces:
        options = read_options(text) if code else ()
        pieces.append((" and ".join(option.name for option in options), False) if options else (text, code))
    return Cell(tuple(pieces), cell.where, cell.raw)


def _cells(option: Option, about: Cell) -> list[Cell]:
    where = about.where
    empty = plain_cell("", where)
    told = {"type": option.kind, "range": option.span or ", ".join(option.values), "example": option.example}
    cells = {name: plain_cell(text, where) for name, text in told.items() if text}
    cells |= {"name": plain_cell(option.name, where), "description": about}
    return [cells.get(column, empty) for column in _COLUMNS]


def _again(told: _Told, option: Option, about: Cell) -> None:
    """Add what another item, or sentence, tells of a part of an address: one more value, more words."""
    value = option.example or ", ".join(option.values)
    old = told.cells[5]
    shown = told.cells[_EXAMPLE].text
    if value and shown and value != shown:
        # `fit=cover`: Fills it; `fit=contain`: Shows all
        lines = [] if told.values else [_valued(shown, old)]
        told.cells[5] = Cell(
            tuple(piece for line in [*(lines or [old]), _valued(value, about)] for piece in (*line.pieces, ("\n", False))),
            old.where,
            f"{old.raw}\n{about.raw}",
        )
        told.values.append(value)
    elif about.text and about.text not in old.text:
        add_below(told.cells, about, None)
    for index, text in ((1, option.kind), (4, option.span)):
        if text and not told.cells[index].text:
            told.cells[index] = plain_cell(text, old.where)


def _valued(value: str, about: Cell) -> Cell:
    return Cell((("- ", False), (value, True), (": ", False), *about.pieces), about.where, f"- `{value}`: {about.raw}")


def _group(told: Sequence[_Told], first: Text, lead: tuple[Cell, ...]) -> Group:
    rows = tuple(Row(tuple(one.cells), one.cells[0].where) for one in told)
    where = first.cell.where
    return Group("list", header_at(where, _COLUMNS), rows, first.headings, lead, where)
