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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.flags import Flags

_NAME: Final = r"[A-Za-z_$@][\w$@-]{0,60}(?:(?:\[\])?\.[A-Za-z_][\w-]{0,60}){0,6}(?:\[\])?"
_LEAD: Final = Pattern(
    rf"[\s>]{{0,40}}(?P<bullet>(?:[-*+•]|\d{{1,3}}[.)])\s{{1,8}})?(?:<li>|<dt>|<p>|<td>|<tr>){{0,3}}\s{{0,8}}"
    rf"(?:\|?\s{{0,4}}(?P<code>(?:\*\*|<b>|<strong>)?(?:`|<code>)(?P<a>{_NAME})(?:`|</code>)(?:\*\*|</b>|</strong>)?)"
    rf"|(?P<bold>(?:\*\*|__|<b>|<strong>)(?P<b>{_NAME})\s{{0,2}}:?(?:\*\*|__|</b>|</strong>))"
    rf"|<[A-Za-z][\w.-]{{0,40}}\s[^<>\n]{{0,80}}?\b(?P<tag>name|id|field|param|path|prop|body|query)=[\"'{{`]{{1,2}}(?P<c>{_NAME})[\"'}}`]{{1,2}}"
    rf"|(?P<plain>\|?\s{{0,4}}(?P<d>{_NAME})(?=\s{{0,4}}(?:[(（\[:：=|—–<]|\*|\t|\s-\s|$)|\s{{2,}})))"
    r"(?P<rest>[^\n]*)"
)
_TYPE: Final = Pattern(r"[^\W\d_]+(?:\[\]|<\w+>)?")
_TOLD: Final = Pattern(
    r"\brequired\b|\boptional\b|\bdefaults?\b|\bmandatory\b|必填|必选|可选|默认|选填|必須|任意|デフォルト|필수|선택|기본|obligatori|opcional|erforderlich|обязател|по умолчанию",
    re.IGNORECASE,
)
_VALUES: Final = Pattern(
    r"\bvalues?\b|\bone of\b|\boptions?\b|\bmodels?\b|\bsupported\b|\bavailable\b|\benum|\bvoices?\b|\bstyles?\b|\bformats?\b|\bfeatures?\b|可选值|取值|枚举|支持",
    re.IGNORECASE,
)
_SHAPED: Final = Pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+")
_NO_TYPES: Final = frozenset(
    {"text", "image", "file", "list", "map", "number", "date", "video", "json", "set", "select"}
)
_GAP: Final = 8  # lines without a name between two parameters of one run
_WORDS: Final = 400  # characters behind a name that are looked at
_FACTS: Final = frozenset({"type", "required", "default", "range", "description", "example", "in"})
_PLAIN: Final = frozenset({"response", "errors", "headers", "path", "poll", "prices"})


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    where: Where
    mark: str
    typed: bool
    told: bool
    bullet: bool


def flag_lines(lines: Sequence[str], first: int, document: Document, known: Known, flags: Flags) -> None:
    """Flag lines that look like parameters. `lines` are the page's, the first of them numbered `first`."""
    for found in _runs(lines, first, document):
        run, titles, lead = found.lines, found.titles, found.lead
        new = list({line.name: line for line in reversed(run) if known.is_new(line.name)}.values())[::-1]
        if len(run) > 1 and sum(line.typed for line in run) * 2 > len(run) and not _told_twice(run):
            new = run  # another request may have the names again
        if not new or any(words.purpose(title) in _PLAIN or words.is_reading_endpoint(title) for title in titles):
            continue
        if words.purpose(lead) in _PLAIN or not _looks(new, titles[-1:], lead, known):
            continue
        for line in new:
            problem = "this line may describe a parameter, and no row was read of it"
            flags.add(line.where, line.name, line.name, problem, ("a parameter", "none"))


def _looks(new: Sequence[_Line], title: Sequence[str], lead: str, known: Known) -> bool:
    many = len(new)
    sent = sum(known.is_sent(line.name) and last_of(line.name) not in known.answered for line in new)
    typed = sum(line.typed for line in new)
    told = sum(line.told for line in new)
    marked = new[0].mark != "plain" or new[0].bullet
    if sent and (sent * 3 >= many or (typed + told) * 2 >= many):
        return many > 1 or typed + told > 0 or marked
    if many > 1 and typed * 2 >= many:
        return True
    if _VALUES.search(lead) or any(_VALUES.search(one) for one in title):
        return False
    if many > 1 and told * 2 >= many and marked:
        return True
    shaped = sum(_SHAPED.fullmatch(last_of(line.name)) is not None for line in new)
    asked = any(words.purpose(one) == "request" for one in title)
    return marked and many > 1 and shaped * 2 >= many and (asked or (many > 2 and typed + told > 0))


def _told_twice(run: Sequence[_Line]) -> bool:
    """Tell whether a run is rather values or advice: names that are no parameters' twice, or types that are none."""
    return len({line.name for line in run}) * 2 < len(run)


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that each begin with a name, the headings above them, and the line before the first."""

    lines: list[_Line]
    titles: tuple[str, ...]
    lead: str


def _runs(lines: Sequence[str], first: int, document: Document) -> Iterator[_Run]:
    taken = _taken(lines, first, document)
    heads = {block.cell.where.line: block for block in document.headings}
    above: tuple[Heading, ...] = ()
    run = _Run([], (), "")
    last = ""
    for number, text in enumerate(lines, first):
        heading = heads.get(number)
        if heading is not None and not _named(heading):
            yield run
            above = (*(head for head in above if head.level < heading.level), heading)
            run, last = _Run([], tuple(head.cell.text for head in above), ""), ""
        elif number not in taken and text.strip():
            line = _line(lines, number - first, number, document.file, heading)
            if run.lines and _ends(run.lines[-1], line, number):
                yield run
                run = _Run([], run.titles, last)
            if line is not None and not run.lines:
                run = _Run([line], run.titles, last)
            elif line is not None and line.mark == run.lines[-1].mark:
                run.lines.append(line)
            last = text.strip()
    yield run


def _ends(before: _Line, line: _Line | None, number: int) -> bool:
    """Tell whether a line ends the run whose last line is given: a name of another form, or too much between."""
    if line is not None and line.mark == before.mark:
        return False
    return number - before.where.line > _GAP or (line is not None and line.mark != "plain")


def _named(heading: Heading) -> bool:
    return re.fullmatch(_NAME, heading.cell.text) is not None and (
        heading.cell.is_code or _SHAPED.fullmatch(heading.cell.text) is not None or heading.cell.text.islower()
    )


def _line(lines: Sequence[str], at: int, number: int, file: str, heading: Heading | None) -> _Line | None:
    text = lines[at]
    where = Where(file, number, 1)
    if heading is not None:
        rest = " ".join(lines[at + 1 : at + 4])
        return _Line(heading.cell.text, where, "heading", _typed(rest), bool(_TOLD.search(rest[:_WORDS])), False)
    match = _LEAD.match(text[: _WORDS * 2])
    if match is None:
        return None
    name = match["a"] or match["b"] or match["c"] or match["d"]
    mark = "code" if match["a"] else "bold" if match["b"] else "tag" if match["c"] else "plain"
    if name[0].isupper() and words.column(name) in _FACTS:
        return None  # a fact of a parameter: `Type: integer`
    rest = match["rest"][:_WORDS]
    if not rest.strip(" :*|-") and at + 1 < len(lines):
        rest = lines[at + 1][:_WORDS]
    return _Line(name, where, mark, _typed(rest), bool(_TOLD.search(rest)), match["bullet"] is not None)


def _typed(rest: str) -> bool:
    """Tell whether one of the first words is a type, or the last one."""
    found = [word.lower() for word in _TYPE.findall(rest[:_WORDS])]
    near = [*found[:3], *found[-1:]]
    return any(word.split("[")[0].split("<")[0] in words.KINDS and word not in _NO_TYPES for word in near)


def _line_of(block: Block) -> int:
    return (block.cell.where if isinstance(block, Heading | Text) else block.where).line


def _taken(lines: Sequence[str], first: int, document: Document) -> set[int]:
    """Return the numbers of the lines that are code or rows."""
    taken: set[int] = set()
    for at, block in enumerate(document.blocks):
        if isinstance(block, Code):
            taken.update(range(block.where.line, block.where.line + block.text.count("\n") + 3))
        elif isinstance(block, Group):
            last = max((row.where.line for row in block.rows), default=block.where.line)
            after = document.blocks[at + 1] if at + 1 < len(document.blocks) else None
            if block.form == "list":
                # What is told of the last one goes on up to the next thing of another kind.
                last = max(last, _line_of(after) - 1 if after is not None else len(lines) + first)
            taken.update(range(block.where.line, last + 1))
    return taken
