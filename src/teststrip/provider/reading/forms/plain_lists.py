"""Lists of parameters that say no types, known by what announces them: a heading, the line above, a request's example.

Only what is announced is read: a list of values, models or pieces of advice looks the same. Such rows have no type,
so each is flagged, unless its brackets give one.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.carriers import carries, is_of_call
from teststrip.provider.reading.cells.names import key_of
from teststrip.provider.reading.document import Block, Code, Document, Group, Heading, Row, Text
from teststrip.provider.reading.forms.address_lines import explains
from teststrip.provider.reading.forms.bullet_items import parsed_item
from teststrip.provider.reading.forms.bullet_rows import FACT, add_below
from teststrip.provider.reading.forms.list_parts import parted_by_labels
from teststrip.provider.reading.forms.listed import as_line, group_of
from teststrip.provider.reading.forms.plain_items import plain_cells, plain_item
from teststrip.provider.reading.forms.sent_above import SentAbove
from teststrip.provider.reading.inline import Cell, behind
from teststrip.provider.reading.item_titles import over_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FEWEST: Final = 2
_MOST_LEAD: Final = 160  # characters of a line that announces a list
# Titles that are about parameters: the word for them ends the title, but for a word like "reference", or begins it.
_ABOUT: Final = Pattern(
    r"(?:.{0,60}\b)?(?:param(?:eter)?s|arguments?|args|(?<!response )fields|body|payload|inputs|attributes|properties|par[áâa]metros|paramètres|parametri|параметры|parameters)(?: (?:reference|details|descriptions?|list|overview|explained|explanations?|summary|(?:de|del|da|do|della|du|der|des) .{1,40}|запроса|тела .{1,30}))?(?:\s?[(（][^()（）]{0,60}[)）])?\W*"
    r"|(?:the )?(?:param(?:eter)?s|arguments|fields|inputs)\b(?: (?:for|of|to|in) .{1,60})?\W*|(?:the )?request\W*|parameter\W*"
    r"|.{0,20}(?:参数|字段|入参|请求体|參數|欄位|パラメーター?|項目|파라미터|매개변수|항목)(?:说明|列表|详解|描述|详情|含义|說明|一覧|説明|설명|목록)?\W*",
    re.IGNORECASE,
)
_PARAMETERS: Final = Pattern(
    r"\b(?:param(?:eter)?s|arguments|(?:query|request|body|form|optional|required) (?:fields|options|keys|properties|attributes|strings?))\b"
    r"|\b(?:folgende|alle|optionale|weitere|volgende)n? parameter|参数|參數|パラメ|매개변수|파라미터|par[áâa]metros|paramètres|parametri|параметр",
    re.IGNORECASE,
)
_FOLLOWING: Final = Pattern(
    r"\b(?:following|these|below|siguientes|seguintes|suivants|seguenti|folgende|volgende)\b|следующ|以下|下列|下記|다음",
    re.IGNORECASE,
)
_NOT_TAKEN: Final = Pattern(
    r"\b(?:un|not (?:yet |currently )?)support|\bdeprecated\b|\b(?:removed|renamed|changed)\b|\benvironment\b|\bignored\b|coming soon|\bnot (?:yet )?available|不支持|废弃|弃用|移除",
    re.IGNORECASE,
)
# Headings over a part of the parameters.
_PART: Final = Pattern(
    r"\W*(?:required|optional|mandatory|advanced|basic|common|general|additional|other|main|core|必填|可选|必选|选填|高级|基础|通用|其他|必須|任意|필수|선택|obligatori\w+|opciona\w+)\b.{0,40}",
    re.IGNORECASE,
)
_ACCEPTS: Final = Pattern(
    r"\b(?:endpoint|api|route|method|call|request|body|form|query|payload|you)\b.{0,40}\b(?:accepts?|takes?|supports?|provide|include|specify|send|set|pass|configure|contains?)\b.{0,60}\b(?:fields|options|settings|attributes|keys|properties|param\w*|arguments|values|following|these)\b",
    re.IGNORECASE,
)
# The address of a call, in a line that says what it takes.
_ENDPOINT: Final = Pattern(r"(?:(?:GET|POST|PUT|PATCH)\s+)?(?:https?://|/)\S{1,200}|(?:GET|POST|PUT|PATCH)")
_TAKES: Final = Pattern(
    r"\b(?:accepts?|takes?|supports?|expects?|understands?|acepta|admite|aceita|accepte|akzeptiert)\b|принимает|поддерживает|接受|支持|受け(?:取|付け)|지원|받습니다",
    re.IGNORECASE,
)
_ASKS: Final = Pattern(
    r"\bcurl\b|\b(?:POST|PUT|PATCH)\b|\.post\(|\bfetch\(|\baxios\b|\bclient\.\w|https?://[^\s\"'<>]{1,200}\?[A-Za-z_]\w*="
)
_SHOWN: Final = Pattern(r"[A-Za-z_][\w.-]{0,60}(?=[\"'\\]{0,2}\s{0,2}[:=])")
_TITLED: Final = Pattern(r"[^\W\d_][^:：.。]{2,40}[:：]\s{0,4}")  # a line that stands above lists as a title does
_VALUE: Final = Pattern(r"(?P<mark>\*\*|\*|__|_)(?P<value>[\w.+:-]{1,40})(?P=mark)\s?[:：–—-]\s")
_JOINED: Final = re.compile(r"\s?(?:[,/、&+]|\bor\b|\band\b)\s?")  # several names of one item
_MOST_CODE: Final = 60_000
_DEEPEST: Final = 8  # labels of lists in one another


def with_plain_lists(document: Document) -> Document:
    """Return a document in which announced lists of names and words about them are groups of rows."""
    made: list[Block] = []
    run: list[Text] = []
    lead: Text | Group | None = None
    page = _Page(document)
    above = SentAbove()
    for block in document.blocks:
        if isinstance(block, Text) and (block.is_item or (run and block.cell.where.column > 2)):
            run.append(block)
            continue
        made += page.taken(run, lead, above)
        run = []
        above.see(block)
        lead = block if isinstance(block, Text | Group) else None if isinstance(block, Heading) else lead
        made.append(block)
    return Document(document.file, (*made, *page.taken(run, lead, above)))


class _Page:
    """What the rest of a page has to say of a list: the parameters that are told elsewhere, and the examples."""

    def __init__(self, document: Document) -> None:
        rows = [row for group in document.groups for row in group.rows if row.cells]
        self._known = {row.cells[0].text.rstrip("*") for row in rows}
        self._keys = {key_of(name.removesuffix("[]")) for name in self._known}
        self._told_of = {words.plain(cell.text).rstrip(". ") for row in rows for cell in row.cells[1:]}
        self._leads = {
            lead.cell.text.lower()
            for lead, below in itertools.pairwise(document.blocks)
            if isinstance(lead, Text)
            and isinstance(below, Group)
            and below.form == "list"
            and _TITLED.fullmatch(lead.cell.text)
        }
        self._shown: set[str] | None = None
        self._codes = document.codes

    def taken(self, run: Sequence[Text], lead: Text | Group | None, above: SentAbove) -> list[Block]:
        """Give a run of items as a group where it is an announced list of parameters, else as it is."""
        if not run or not run[0].is_item:
            return list(run)
        if above.depth < _DEEPEST and (parted := parted_by_labels(run)) is not None:
            return self._labelled(run, parted, above)
        base = run[0].indent
        outer = [text for text in run if text.is_item and text.indent <= base]
        items = [plain_item(text.cell) for text in outer]
        found = [item for item in items if item is not None]
        names = [name for item in found for name in _JOINED.split(item.name)]
        said = [
            text
            for at, text in enumerate(run)
            if text.is_item and text.indent <= base and _says(text.cell, run[at + 1 : at + 2])
        ]
        if len(found) * 5 < len(outer) * 4 or len(said) * 2 < len(outer):
            return list(run)
        # As above a list whose items say their types.
        alike = isinstance(lead, Text) and lead.cell.text.lower() in self._leads
        if not alike and not self._announced(run[0], lead, names, above):
            return list(run)
        plain = [name for name in names if FACT.match(f"{name}: -") is not None]
        if (len(plain) > 1 and not any(item.apart for item in found)) or (not alike and self._told(names)):
            return list(run)
        first = (lead.cell,) if isinstance(lead, Text) else ()
        return [group_of(_rows(run, base), run[0].headings, run[0].cell.where, first)]

    def _labelled(
        self, run: Sequence[Text], parted: Sequence[tuple[Text | None, Sequence[Text]]], above: SentAbove
    ) -> list[Block]:
        """Give the lists below the labels of a run, each as its label announces it; the run where none is taken."""
        inner = above.within(run)
        made: list[Block] = []
        for label, below in parted:
            if label is None:
                made += below
            else:
                made += [label, *self.taken(below, label, inner)]
        return made if any(isinstance(block, Group) for block in made) else list(run)

    def _announced(self, text: Text, lead: Text | Group | None, names: Sequence[str], above: SentAbove) -> bool:
        """Tell whether the line above a list, its heading, or the page's examples make it one of parameters."""
        near = isinstance(lead, Text) and lead.headings == text.headings
        if isinstance(lead, Text) and near and above.calls and carries(lead.cell.text):
            return True
        if isinstance(lead, Text) and near and explains(names, lead.cell.raw):
            return True
        if sum(is_of_call(name.lower().rstrip("*?")) for name in names) * 2 >= len(names):
            return False
        below_rows = isinstance(lead, Group)  # whose values or uses it may explain
        told = _told_by(lead.cell) if isinstance(lead, Text) and near else None
        if told is None and not below_rows:
            told = _told_by_titles([heading.cell for heading in text.headings])
        if told is None and text.headings:
            title = words.plain(text.headings[-1].cell.text)  # that of a parameter's members, by its row's words
            told = (" " in title and title in self._told_of) or bool(over_items(text.headings, self._keys)) or None
        if told is None:
            told = above.has(names) or (
                len(names) >= _FEWEST and all(name.rstrip("*?") in self._asked() for name in names)
            )
        return told

    def _asked(self) -> set[str]:
        """Return the names that the page's examples of requests have."""
        if self._shown is None:
            texts = [code.text[:_MOST_CODE] for code in self._codes if _is_request(code)]
            self._shown = {name for text in texts for name in _SHOWN.findall(text[:_MOST_CODE])}
        return self._shown

    def _told(self, names: Sequence[str]) -> bool:
        """Tell whether most of the names have rows already: then the list explains them."""
        return sum(name.rstrip("*?") in self._known for name in names) * 2 >= len(names)


def _told_by(lead: Cell) -> bool | None:
    """Tell whether the line above a list announces parameters, or something else; None when it does neither."""
    text = re.split(r"[.。!]\s", lead.text[-_MOST_LEAD:].rstrip(" .。"))[-1]
    if _NOT_TAKEN.search(text) or _is_about_one(lead):
        return False
    if not (lead.text.endswith((":", "：")) or _ACCEPTS.search(text) or _FOLLOWING.search(text)):
        return None
    said = words.purpose(text)
    if said not in {"request", None}:
        return False
    if lead.text.endswith((":", "：")) and any(map(_ENDPOINT.fullmatch, lead.codes)) and _TAKES.search(text):
        return True
    asks = any(pattern.search(text) for pattern in (_ACCEPTS, _PARAMETERS)) or _ABOUT.fullmatch(text) is not None
    return asks if said == "request" or asks else None


def _is_about_one(lead: Cell) -> bool:
    """Tell whether a line above a list speaks of one parameter, whose values follow: "`edge` takes one of:"."""
    first = lead.codes[0] if lead.codes and lead.text.startswith(lead.codes[0]) else ""
    named = re.fullmatch(r"[A-Za-z_][\w.\[\]]*", first) is not None
    return named or parsed_item(lead) is not None or plain_item(lead) is not None


def _told_by_titles(titles: Sequence[Cell]) -> bool | None:
    """Tell whether the headings above a list announce parameters, or something else; None when they do neither."""
    if not titles:
        return None
    title = titles[-1].text
    if _NOT_TAKEN.search(title) or _is_of_one(titles[-1]):
        return False
    if is_of_request(title) or (_PART.fullmatch(title) and any(is_of_request(one.text) for one in titles[-2:-1])):
        return True
    return None if words.purpose(title) is None else False


def is_of_request(title: str) -> bool:
    """Tell whether a heading is about a request's parameters."""
    return (words.purpose(title) in {"request", None} and _ABOUT.fullmatch(title) is not None) or (
        re.fullmatch(r"\W*(?:required|optional)\W*", title, re.IGNORECASE) is not None
    )


def _is_of_one(heading: Cell) -> bool:
    """Tell whether a heading is about one parameter, whose values or uses stand below: "The `quality` parameter"."""
    return any(re.fullmatch(r"[A-Za-z_][\w.\[\]]*", code) for code in heading.codes) and not re.search(
        r"param\w*s\b|fields\b|body\b", heading.text, re.IGNORECASE
    )


def _is_request(code: Code) -> bool:
    return (
        code.language.lower() in {"http", "bash", "sh", "shell", "curl"}
        or _ASKS.search(code.text[:_MOST_CODE]) is not None
    )


def _rows(run: Sequence[Text], base: int) -> Iterator[Row]:
    """Give a row for each outer item; what is below it goes to its columns, or to its description."""
    cells: list[Cell] | None = None
    for text in run:
        if text.is_item and text.indent <= base:
            if cells is not None:
                yield Row(tuple(cells), cells[0].where)
            cells = plain_cells(text.cell)
        elif cells is not None:
            fact = FACT.fullmatch(text.cell.text) if text.is_item else None
            add_below(cells, text.cell if fact is not None else _as_line(text), fact)
    if cells is not None:
        yield Row(tuple(cells), cells[0].where)


def _says(cell: Cell, below: Sequence[Text]) -> bool:
    """Tell whether an item has words behind its name, or as a paragraph below it."""
    item = plain_item(cell)
    told = any(not text.is_item and text.cell.text for text in below)
    return item is not None and (told or bool(behind(cell, item.start).text))


def _as_line(text: Text) -> Cell:
    """Give an item below another its bullet back."""
    cell = text.cell
    if not text.is_item:
        return cell
    # A value may be set apart like the names of the list: "*box*: Has sides".
    value = _VALUE.match(cell.raw)
    whole = "".join(piece for piece, _ in cell.pieces)
    if value is not None and whole.startswith(value["value"]):
        rest = whole[len(value["value"]) :]
        return Cell((("- ", False), (value["value"], True), (rest, False)), cell.where, cell.raw)
    return as_line(text)
