"""API Blueprint: parameters and attributes as nested lists.

    + Request (application/json)
        + Attributes
            + steps: 28 (number, optional) - How many steps to take
                + Default: 20

The forms are those of the API Blueprint specification, format 1A, "Attributes Section" and "URI Parameters Section"
with its older form ("name = `default` (required, number, `12`) ... About it"), and of MSON (Markdown Syntax for Object
Notation), "Member Types".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Block, Document, Heading, Row, Text
from teststrip.provider.reading.forms.bullet_items import parts_of
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECTION: Final = Pattern(
    r"(?P<word>Request|Response|Parameters?|Attributes?|Headers?|Body|Schema|Model)\b[^\n]{0,120}", re.DOTALL
)
_HOLDER: Final = Pattern(r"(?:Parameters?|Attributes?)(?:\s*\([^()]{0,80}\))?")
_SKIPPED: Final = frozenset({"Header", "Headers", "Body", "Schema", "Model"})
_LISTED: Final = Pattern(r"(?:Members|Values|Items)(?:\s*\([^()]{0,80}\))?")
_TOLD: Final = Pattern(r"(?P<word>Default|Sample)s?(?:\s*:\s*(?P<value>[^\n]{0,200}))?")
_MEMBER: Final = Pattern(
    r"(?P<name>[A-Za-z_][\w.\[\]-]{0,80})(?:[ \t]*(?P<sign>[:=])[ \t]*(?P<value>[^\n]{0,300}?))??"
    r"(?:[ \t]*\((?P<paren>[^()\n]{0,200})\))?(?:[ \t]+(?:[-–—]|\.\.\.|…)[ \t]+(?P<about>[^\n]{0,4000}))?"
    r"(?P<more>\n.{0,4000})?",
    re.DOTALL,
)
_MARKS: Final = frozenset({"fixed", "fixed-type", "sample", "default", "nullable", "required", "optional"})
_BOLD: Final = 9  # the level of a heading that is no more than a line


@dataclass(slots=True)
class _Member:
    """A member while it is read, with the values that are listed below it."""

    cells: list[Cell]
    depth: int
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An item that is open: its indent, and what it is."""

    indent: int
    what: str  # request, response, holder, skipped, member, values, told


def with_blueprint(document: Document) -> Document:
    """Return a document in which the attributes and parameters of API Blueprint are groups; others are left as they are."""
    if not any(text.is_item and _HOLDER.fullmatch(text.cell.text) for text in document.texts):
        return document
    blocks: list[Block] = []
    run: list[Text] = []
    for block in document.blocks:
        if isinstance(block, Text) and (block.is_item or (run and block.cell.where.column > 1)):
            run.append(block)
            continue
        blocks += [*_taken(run), block]
        run = []
    return Document(document.file, (*blocks, *_taken(run)))


def _taken(run: Sequence[Text]) -> list[Block]:
    if not any(text.is_item and _HOLDER.fullmatch(text.cell.text) for text in run):
        return list(run)
    return _Reader(run).read()


class _Reader:
    """One pass over a run of items."""

    def __init__(self, run: Sequence[Text]) -> None:
        self._run = run
        self._open: list[_Open] = []
        self._blocks: list[Block] = []
        self._members: list[_Member] = []
        self._title: Heading | None = None
        self._headings: tuple[Heading, ...] = ()
        self._start = run[0].cell.where  # where the section that is read begins

    def read(self) -> list[Block]:
        for text in self._run:
            if text.is_item:
                self._item(text)
        self._close()
        return self._blocks

    def _item(self, text: Text) -> None:
        while self._open and self._open[-1].indent >= text.indent:
            self._open.pop()
        above = self._open[-1].what if self._open else ""
        what = self._what(text, above)
        self._open.append(_Open(text.indent, what))
        if what in {"request", "response"}:
            self._close()
            self._start = text.cell.where
            self._title = Heading(_BOLD, plain_cell(what, text.cell.where))
            self._headings = text.headings
        elif what == "holder" and not self._within("member"):
            self._close()
            if not self._within("request", "response"):
                self._title, self._headings, self._start = None, text.headings, text.cell.where
        elif what == "member":
            self._member(text)
        elif what == "value" and self._members:
            self._members[-1].values.append(text.cell.codes[0] if text.cell.codes else _value(text.cell.text))
        elif what == "told" and self._members:
            told = _TOLD.fullmatch(text.cell.text)
            if told is not None and told["word"] == "Default" and told["value"]:
                self._members[-1].cells[3] = _shown(told["value"], text.cell)

    def _what(self, text: Text, above: str) -> str:
        plain = text.cell.text
        if above in {"values", "skipped", "value"}:
            return "value" if above == "values" else above
        if above in {"holder", "member"}:
            if _LISTED.fullmatch(plain):
                return "values"
            return "told" if _TOLD.fullmatch(plain) else "member" if _MEMBER.fullmatch(plain) else "skipped"
        section = _SECTION.fullmatch(plain)
        if section is None:
            return "skipped"
        if section["word"] in _SKIPPED:
            return "skipped"
        return section["word"].lower() if section["word"] in {"Request", "Response"} else "holder"

    def _within(self, *whats: str) -> bool:
        return any(one.what in whats for one in self._open)

    def _member(self, text: Text) -> None:
        match = _MEMBER.fullmatch(text.cell.text)
        if match is None:
            return
        depth = sum(one.what == "member" for one in self._open) - 1
        self._members.append(_Member(_cells(match, text.cell), depth))

    def _close(self) -> None:
        """Make a group of the members so far."""
        if not self._members:
            return
        rows = (_row(member) for member in self._members)
        headings = self._headings if self._title is None else (*self._headings, self._title)
        self._blocks.append(group_of(rows, headings, self._start))
        self._members = []


def _cells(match: re.Match[str], cell: Cell) -> list[Cell]:
    where = cell.where
    parts = [part for part in parts_of(match["paren"] or "") if part]
    kinds = [part for part in parts if part.lower() not in _MARKS and part not in cell.codes]  # code is an example
    marks = {part.lower() for part in parts}
    required = "required" if "required" in marks else "optional" if "optional" in marks else ""
    value = (match["value"] or "").strip()
    about = "\n".join(part.strip() for part in (match["about"], match["more"]) if part and part.strip())
    kind = kinds[0] if kinds else "string" if value else ""
    listed = re.fullmatch(r"enum(?:\[(\w+)\])?", kind, re.IGNORECASE)
    if listed is not None:
        kind = listed[1] or "string"
    return [
        plain_cell(match["name"], where),
        plain_cell(f"{kind} | null" if kind and "nullable" in marks else kind, where),
        plain_cell(required, where),
        _shown(value, cell) if value and ("default" in marks or match["sign"] == "=") else plain_cell("", where),
        plain_cell("", where),
        read_inline(about, where) if about else plain_cell("", where),
    ]


def _row(member: _Member) -> Row:
    cells = list(member.cells)
    if member.values:
        pieces = [piece for value in member.values for piece in ((", ", False), (value, True))][1:]
        cells[4] = Cell(tuple(pieces), cells[0].where, ", ".join(member.values))
    return Row(tuple(cells), cells[0].where, (), member.depth)


def _value(text: str) -> str:
    return re.split(r"\s+[-–—(]", text, maxsplit=1)[0].strip()


def _shown(text: str, cell: Cell) -> Cell:
    plain = text.strip(" `")
    return Cell(((plain, True),), cell.where, plain)
