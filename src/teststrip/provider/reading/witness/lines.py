"""Lines that look like parameters and are in no row: lists, definitions, headings, rows without a header, tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Block, Code, Group, Heading, Text
from teststrip.provider.reading.witness.known import Known, last_of
from teststrip.provider.reading.witness.spots import NAME, SHAPED, Mark, Spot, name_in, spot, spot_heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.flags import Flags

_VALUES: Final = Pattern(
    r"\bvalues?\b|\bone of\b|\boptions?\b|\bmodels?\b|\bsupported\b|\bavailable\b|\benum|\bvoices?\b|\bstyles?\b|\bformats?\b|\bfeatures?\b|可选值|取值|枚举|支持",
    re.IGNORECASE,
)
_ITEM: Final = Pattern(
    rf"\s{{0,40}}[-*+•]\s{{1,8}}(?:\*\*)?`?{NAME}`?(?:\*\*)?\s{{0,4}}[:(（]\s{{0,4}}`?[A-Za-z]+(?:\[\])?\b(?:\s?\||`|[)）,])"
)
_GAPS: Final[dict[Mark, int]] = {"row": 30}  # lines without a name between two parameters of one run
_GAP: Final = 10
_WORDS: Final = 3  # words of a line that may have been a heading, and its characters
_TITLE: Final = 40
_LEAD: Final = 120  # characters of a line that may say what is below it
_PLAIN: Final = frozenset({"response", "errors", "headers", "path", "poll", "prices"})


def flag_lines(lines: Sequence[str], first: int, document: Document, known: Known, flags: Flags) -> None:
    """Flag lines that look like parameters. `lines` are the page's, the first of them numbered `first`."""
    for run in _runs(lines, first, document):
        new = list({one.name: one for one in reversed(run.spots) if known.is_new(one.name)}.values())[::-1]
        if len(run.spots) > 1 and sum(one.typed for one in run.spots) * 2 > len(run.spots) and not _repeats(run):
            new = run.spots  # another request may have the names again
        if not new or any(words.purpose(one) in _PLAIN or words.is_reading_endpoint(one) for one in run.titles):
            continue
        if words.purpose(run.lead) in _PLAIN or not _looks(new, run, known):
            continue
        for one in new:
            problem = "this line may describe a parameter, and no row was read of it"
            flags.add(one.where, one.name, one.name, problem, ("a parameter", "none"))


def _looks(new: Sequence[Spot], run: _Run, known: Known) -> bool:
    many = len(new)
    sent = sum(known.is_sent(one.name) and last_of(one.name) not in known.answered for one in new)
    typed = sum(one.typed for one in new)
    told = sum(one.told for one in new)
    marked = new[0].mark != "plain" or new[0].bullet
    if sent and (sent * 3 >= many or (typed + told) * 2 >= many):
        return many > 1 or typed + told > 0 or marked
    if many > 1 and typed * 2 >= many:
        return True
    if _VALUES.search(run.lead) or any(_VALUES.search(one) for one in run.titles[-1:]):
        return False
    if many > 1 and told * 2 >= many and marked:
        return True
    shaped = sum(SHAPED.fullmatch(last_of(one.name)) is not None for one in new)
    if marked and many > 1 and shaped * 2 >= many and _stands_among_rows(new, run, known):
        return True
    asked = any(words.purpose(one) == "request" for one in run.titles[-1:])
    return marked and many > 1 and shaped * 2 >= many and (asked or (many > 2 and typed + told > 0))


def _stands_among_rows(new: Sequence[Spot], run: _Run, known: Known) -> bool:
    """Tell whether a list is of what a case takes: most of its names have rows, and no answer has any of the others."""
    rows = {one.name for one in run.spots if last_of(one.name) in known.rows}
    return len(rows) > len(new) and not any(last_of(one.name) in known.answered for one in new)


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that each begin with a name of one mark, the headings above them, and the line before the first."""

    spots: list[Spot]
    titles: tuple[str, ...]
    lead: str


def _repeats(run: _Run) -> bool:
    """Tell whether a run has its names again and again, as facts of something do."""
    return len({one.name for one in run.spots}) * 2 < len(run.spots)


def _runs(lines: Sequence[str], first: int, document: Document) -> Iterator[_Run]:
    taken = _taken(lines, first, document)
    heads = {block.cell.where.line: block for block in document.headings}
    above: tuple[Heading, ...] = ()
    open_: dict[Mark, _Run] = {}
    last = said = ""  # the line before, and a line that stood as a heading
    for number, text in enumerate(lines, first):
        heading = heads.get(number)
        if heading is None and (number in taken or not text.strip()):
            continue
        where = Where(document.file, number, 1)
        if heading is not None:
            name = name_in(heading)
            yield from (run for mark, run in open_.items() if mark != "heading" or not name)
            open_ = {mark: run for mark, run in open_.items() if mark == "heading" and name}
            if not name or re.search(r"\W\w", heading.cell.text):
                above = heading.below(above)
            found = spot_heading(name, lines, number - first, where) if name else None
        elif _stood(text) in _PLAIN:
            found = None
        else:
            found = spot(lines, number - first, where)
        if found is not None:
            run = open_.get(found.mark)
            gap = _GAPS.get(found.mark, _GAP)
            if run is not None and found.mark != "heading" and number - run.spots[-1].where.line > gap:
                yield open_.pop(found.mark)
            titles = (*(one.cell.text for one in above if one is not heading), *([said] if said else []))
            lead = last if heading is None and (len(last) <= _LEAD or last.endswith((":", "："))) else ""
            open_.setdefault(found.mark, _Run([], titles, lead)).spots.append(found)
        last = "" if heading is not None else text.strip()
        if heading is not None or _stood(last):
            said = last
    yield from open_.values()


def _stood(line: str) -> str | None:
    """Return what a line of a word or two says of the lines below it, as the heading that it was."""
    plain = line.strip()
    if (
        len(plain) > _TITLE
        or plain.count(" ") >= _WORDS
        or not re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)*\s?[:：]?", plain)
    ):
        return None
    return words.purpose(plain)


def _line_of(block: Block) -> int:
    return (block.cell.where if isinstance(block, Heading | Text) else block.where).line


def _taken(lines: Sequence[str], first: int, document: Document) -> set[int]:
    """Return the numbers of the lines that are code or rows."""
    taken: set[int] = set()
    for at, block in enumerate(document.blocks):
        if isinstance(block, Code):
            taken.update(range(block.where.line, block.where.line + block.text.count("\n") + 3))
        elif isinstance(block, Group):
            lines_of = [block.where.line, *(cell.where.line for row in block.rows for cell in row.cells)]
            last = max(lines_of)
            after = document.blocks[at + 1] if at + 1 < len(document.blocks) else None
            if block.form == "list":
                # What is told of the last one goes on up to the next thing of another kind.
                last = max(last, _line_of(after) - 1 if after is not None else len(lines) + first)
            taken.update(range(min(lines_of), last + 1))
            if block.form == "list":
                rows = {row.where.line for row in block.rows}
                taken.difference_update(
                    number
                    for number in range(block.where.line, min(last + 1, len(lines) + first))
                    if number not in rows and _ITEM.match(lines[number - first])
                )
    return taken
