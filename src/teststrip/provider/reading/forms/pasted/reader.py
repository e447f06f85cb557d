"""Parameters as they are copied out of a documentation site: name, type, marks and words, on bare lines.

    steps                       steps integer                style
    integer                     Possible values: >= 1        string · enum
    default:28                                               Default: plain
    How many steps to take.                                  Possible values: plain, fine

`heads.py` tells where a parameter begins, `told.py` what the lines below it say, `titles.py` which lines stood above a
section, `nest.py` what belongs below what, `rows.py` makes rows of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.document import Block, Code, Document, Group, Heading, Row, Text
from teststrip.provider.reading.examples import read_examples_of
from teststrip.provider.reading.flags import Flags
from teststrip.provider.reading.forms.listed import header_at
from teststrip.provider.reading.forms.pasted.before import is_mark, marks_above
from teststrip.provider.reading.forms.pasted.labels import BUTTON
from teststrip.provider.reading.forms.pasted.lines import Line, lines_of
from teststrip.provider.reading.forms.pasted.nest import Nest, is_level
from teststrip.provider.reading.forms.pasted.rows import COLUMNS, row_of
from teststrip.provider.reading.forms.pasted.spots import Spot, Titles, spots_of
from teststrip.provider.reading.forms.pasted.titles import call_of, is_end, title_of
from teststrip.provider.reading.forms.pasted.told import Told, read_told
from teststrip.provider.reading.inline import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.examples import Examples

_FEWEST: Final = 2  # parameters that a page has to have in this form
_MOST_LAST: Final = 40  # lines that the last parameter of a run goes on for
_SIGNS: Final = frozenset({"Array [", "]"})  # around members
_MOST_CODE: Final = 20_000  # characters of a paragraph
_MEMBER: Final = Pattern(r"\"\w{1,60}\":\s?\S")
_SAMPLE: Final = Pattern(r"(?i)\nresponse samples?\b")
_ASKS: Final = Pattern(r"\bcurl\b|\bfetch\(|\brequest\(|\.post\(|method: ?['\"]POST|--data\b|\baxios\b")


@dataclass(slots=True)
class _Run:
    """Parameters that follow each other below one title; `end` is the line behind the last."""

    spots: list[Spot]
    titles: tuple[Heading, ...]
    end: int = 0
    group: Group | None = None


def with_pasted(document: Document, flags: Flags) -> Document:
    """Return a document in which the parameters that stand on bare lines are groups of rows."""
    lines = lines_of(document.blocks)
    spots = spots_of(lines, lambda: _shape_of(document).parents if _is_of_calls(document, lines) else None)
    if sum(spot.head is not None for spot in spots) < _FEWEST:
        return document
    return _Page(document, lines, flags).read(spots)


def _shape_of(document: Document) -> Examples:
    """Return what a page's examples show."""
    shown = [code.text for code in document.codes]
    shown += [_SAMPLE.split(text.cell.raw)[0] for text in document.texts if _shows(text.cell.raw)]
    return read_examples_of(shown)


def _is_of_calls(document: Document, lines: Sequence[Line]) -> bool:
    """Tell whether a page has a request: a title over it, its address, or code that sends one."""
    titles = [heading.cell for heading in document.headings]
    titles += [line.cell for line in lines if title_of(line.cell) or call_of(line.cell)]
    if any(words.purpose(cell.text) == "request" or call_of(cell) for cell in titles):
        return True
    texts = (*(code.text for code in document.codes), *(text.cell.raw for text in document.texts))
    return any(_ASKS.search(text[:_MOST_CODE]) for text in texts)


class _Page:
    """A page whose parameters are on bare lines, and what its examples show."""

    def __init__(self, document: Document, lines: Sequence[Line], flags: Flags) -> None:
        self._document = document
        self._lines = lines
        self._flags = flags
        self._shape = _shape_of(document)
        # What stands between two lines, and parts them: headings and tables.
        self._parted = [0]
        for block in document.blocks:
            self._parted.append(self._parted[-1] + isinstance(block, Heading | Group))

    def read(self, spots: Sequence[Spot]) -> Document:
        """Return the document with the runs of parameters as groups."""
        marked = any(
            mark.kind == "required" for spot in spots if spot.head is not None for mark in spot.head.marks
        )
        runs = list(self._runs(spots))
        for run in runs:
            self._take(run, marked=marked)
        return self._with(runs)

    def _apart(self, one: int, other: int) -> bool:
        """Tell whether a heading or a table stands between two lines."""
        return self._parted[self._lines[one].block] != self._parted[self._lines[other].block]

    def _runs(self, spots: Sequence[Spot]) -> Iterator[_Run]:
        run: _Run | None = None
        titles = Titles()
        last = 0
        for spot in spots:
            if self._reset(last, spot.at):
                titles = Titles()
            if run is not None and (spot.head is None or self._apart(last, spot.at)):
                run.end = min(spot.at, self._end_of(last))
                yield run
                run = None
            if spot.head is None:
                titles = titles.after(spot)
            elif run is None:
                run = _Run([spot], titles.headings)
            else:
                run.spots.append(spot)
            last = spot.at
        if run is not None:
            run.end = self._end_of(last)
            yield run

    def _reset(self, start: int, end: int) -> bool:
        """Tell whether a heading between two lines begins another part of the page."""
        blocks = self._document.blocks[self._lines[start].block : self._lines[end].block]
        return any(
            isinstance(block, Heading) and (block.level <= 2 or words.purpose(block.cell.text) is not None)
            for block in blocks
        )

    def _end_of(self, at: int) -> int:
        """Return the line behind the last parameter of a run."""
        end = at + 1
        while end < len(self._lines) and end < at + _MOST_LAST:
            if self._apart(at, end) or is_end(self._lines[end].text):
                break
            end += 1
        return end

    def _take(self, run: _Run, *, marked: bool) -> None:
        where = self._lines[run.spots[0].at].cell.where
        names = [spot.head.name for spot in run.spots if spot.head is not None]
        level = is_level(names)
        nest, heard = Nest(self._shape, level=level), Flags()
        rows: list[Row] = []
        ends = [*(spot.at for spot in run.spots[1:]), run.end]
        above = marks_above(self._lines, run.spots, run.end)
        for spot, end in zip(run.spots, ends, strict=True):
            head = spot.head
            if head is None:
                continue
            start = spot.at + head.length
            below = end - (bool(above) and is_mark(self._lines[end - 1].text))
            told = read_told(head, self._lines, start, below)
            told.required = above.get(spot.at, told.required)
            holds = self._holds(start, end, spot, heard, level=level)
            depth = nest.place(head.name, spot.where, told.kind, holds=holds)
            _bracket(nest, told)
            if told.doubted:
                problem = "values and words about them stand on lines of one form"
                readings = (", ".join(told.values), "no enumeration")
                heard.add(spot.where, head.name, head.name, problem, readings)
            if told.place not in {"header", "cookie"}:
                rows.append(row_of(head, told, spot.where, depth, marked=marked))
        _doubt(nest, heard)
        if not rows:
            return
        run.group = Group("list", header_at(where, COLUMNS), tuple(rows), self._headings(run), (), where)
        if role_of(run.group) not in {"response", "headers", "errors"}:
            for flag in heard.flags:
                self._flags.add(flag.where, flag.path, flag.cell, flag.problem, flag.candidates)

    def _headings(self, run: _Run) -> tuple[Heading, ...]:
        block = self._document.blocks[self._lines[run.spots[0].at].block]
        above = block.headings if isinstance(block, Text) else ()
        return (*above, *run.titles)

    def _holds(self, start: int, end: int, spot: Spot, flags: Flags, *, level: bool) -> bool:
        """Tell whether members follow: a button says so, unless it is the one that folds them away.

        `level`: the parameters of this run are none of them members.
        """
        name = spot.head.name if spot.head is not None else ""
        for at in range(start, end):
            text = self._lines[at].text
            if text.lower() == f"{name} object".lower():
                return True
            button = BUTTON.fullmatch(text)
            if button is None or button["add"] or re.search(r"(?i)variant|enum|type", button["what"]):
                continue
            folds = level or button["count"] is not None
            if not folds or button["verb"].lower() not in {"show", "expand"}:
                return True
            problem = "the members of this object were folded away when the page was copied"
            flags.add(spot.where, name, text, problem, ("an object with members", "any object"))
        return False

    def _with(self, runs: Sequence[_Run]) -> Document:
        """Put groups where their lines stood; what else a paragraph had stays a text."""
        taken: dict[int, _Run | None] = {}  # lines, the first of each run with it
        for run in runs:
            if run.group is not None:
                taken.update(dict.fromkeys(range(run.spots[0].at, run.end)))
                taken[run.spots[0].at] = run
        titles = {id(title.cell): title for run in runs if run.group is not None for title in run.titles}
        by_block: dict[int, list[int]] = {}
        for number, line in enumerate(self._lines):
            by_block.setdefault(line.block, []).append(number)
        made: list[Block] = []
        for number, block in enumerate(self._document.blocks):
            held = by_block.get(number, [])
            changed = any(at in taken or id(self._lines[at].cell) in titles for at in held)
            if not isinstance(block, Text) or not changed:
                made.append(_as_code(block) if runs and isinstance(block, Text) and _is_code(block) else block)
                continue
            made += self._parts(block, held, taken, titles)
        return Document(self._document.file, tuple(made))

    def _parts(
        self, block: Text, held: Sequence[int], taken: dict[int, _Run | None], titles: dict[int, Heading]
    ) -> Iterator[Block]:
        left: list[Line] = []
        for at in held:
            line = self._lines[at]
            title = titles.get(id(line.cell))
            if at not in taken and title is None:
                left.append(line)
                continue
            yield from _text(left, block)
            left = []
            run = taken.get(at)
            if title is not None:
                yield title
            elif run is not None and run.group is not None:
                yield run.group
        yield from _text(left, block)


def _bracket(nest: Nest, told: Told) -> None:
    """Take the brackets that some sites have around the members of an array."""
    signs = [line.text for line in told.about if line.text in _SIGNS]
    for sign in signs:
        if sign == "]":
            nest.end()
        else:
            nest.begin()
    if signs:
        told.about = [line for line in told.about if line.text not in _SIGNS]


def _doubt(nest: Nest, flags: Flags) -> None:
    """Flag the objects of which the page does not say what belongs to them."""
    readings = ("members", "parameters of their own")
    for holder in nest.guessed:
        problem = "what belongs to this object is not said any more; what follows is read as its members"
        flags.add(holder.where, holder.name, holder.name, problem, readings)
    for holder in nest.doubted:
        problem = "nothing says any more whether what follows are members of this object; it is read as none"
        flags.add(holder.where, holder.name, holder.name, problem, readings)


def _shows(raw: str) -> bool:
    """Tell whether a paragraph holds a request in code, or a body of one."""
    return _ASKS.search(raw) is not None or len(_MEMBER.findall(raw[:_MOST_CODE])) > 1


def _is_code(text: Text) -> bool:
    """Tell whether a paragraph is a request in code that lost its fence."""
    raw = text.cell.raw
    return raw.count("\n") > 1 and "{" in raw and _ASKS.search(raw) is not None


def _as_code(text: Text) -> Code:
    return Code("", text.cell.raw, text.cell.where, 0)


def _text(lines: Sequence[Line], block: Text) -> Iterator[Text]:
    if lines:
        yield Text(
            joined([line.cell for line in lines], "\n"), block.headings, block.indent if lines[0].bullet else -1
        )
