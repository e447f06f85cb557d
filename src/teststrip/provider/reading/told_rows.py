"""Rows that a machine-readable block tells: their kinds are given, their words are read like those of any row.

What the words of a description say besides is taken where the block is silent, and held against it where it is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent
from teststrip.base.pattern import Pattern
from teststrip.provider.model import Choice
from teststrip.provider.reading.cells.defaults import DefaultReading
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.limit_record import compared
from teststrip.provider.reading.cells.names import read_name
from teststrip.provider.reading.cells.required import RequiredReading, mine_required
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.flags import CellError, Flags
from teststrip.provider.reading.found import Facts, Found
from teststrip.provider.reading.from_description import from_description
from teststrip.provider.reading.group_required import unmarked
from teststrip.provider.reading.rows import Parsed
from teststrip.provider.reading.settle import settle_default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Bounds
    from teststrip.provider.reading.document import Group, Row
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.kind_reading import KindReading
    from teststrip.provider.reading.sections import Section
    from teststrip.provider.reading.told import Told

_FIRST: Final = Pattern(
    r"^\W*(?P<type>(?:array|list)\s?(?:of\s\w+|<\w+>)|strings?|integers?|int|numbers?|floats?|booleans?|bool|arrays?|objects?)\b",
)
_WORDLESS: Final = frozenset({"default", "range", "required"})


def read_told(group: Group, index: int, section: Section, flags: Flags) -> list[Parsed]:
    """Read the rows of a block; what it leaves open of them is flagged."""
    columns = [cell.text for cell in group.header]
    parsed = [one for row in group.rows if (one := _parsed(row, columns, section, index, flags)) is not None]
    silent = all(row.told is not None and row.told.required is None for row in group.rows)
    return unmarked(group, parsed) if silent else parsed


def _parsed(row: Row, columns: Sequence[str], section: Section, group: int, flags: Flags) -> Parsed | None:
    told = row.told
    cells = dict(zip(columns, row.cells, strict=True))
    cell = cells["name"]
    name = read_name(cell)
    if told is None or name is None or name.others or name.rest or name.depth:
        flags.add(cell.where, cell.text, cell.text, f'"{cell.text[:80]}" is not the name of a parameter')
        return None
    kind = told.kind
    if kind.kind is None:
        kind = _worded(cells["description"], kind)
    for doubt in told.doubts:
        flags.add(cell.where, name.path, cell.text, doubt.problem, doubt.candidates)
    required = _required(told, cells["description"])
    return Parsed(name, row.depth, row.where, cells, kind, required, section, group, told)


def _worded(about: Cell, kind: KindReading) -> KindReading:
    """Let the first word of a description say the type that the block does not."""
    match = _FIRST.match(about.text)
    if match is None:
        return kind
    try:
        found = read_kind(match["type"])
    except CellError:
        return kind
    return replace(found, nullable=kind.nullable)


def _required(told: Told, about: Cell) -> RequiredReading:
    """Say whether a parameter has to be given: the block's word, or, where that cannot say it, the description's."""
    if told.required:
        return RequiredReading(required=True)
    if told.conditions:
        return RequiredReading(required=False, conditions=told.conditions)
    mined = mine_required(about)
    if mined.unclear and not mined.conditions:
        mined = replace(mined, conditions=find_conditions(about))
    if told.required is None or not told.listed or mined.conditions or mined.unclear:
        return mined
    return RequiredReading(required=False)


def gather_told(found: Found, told: Told, flags: Flags) -> None:
    """Take what a block tells, and what the words of the description add to it."""
    row = found.row
    cells = {name: cell for name, cell in row.cells.items() if name not in _WORDLESS}
    heard = Flags()
    described = Found(replace(row, cells=cells), found.page, heard)
    from_description(described)
    settle_default(described)
    words = described.facts
    if not (told.choices or told.bounds or told.length):
        for flag in heard.flags:
            flags.add(flag.where, flag.path, flag.cell, flag.problem, flag.candidates)
    holder = _Holder(found, told, words)
    # What is said of how long the inner lists are, or of the values of a list, bounds nothing here.
    listed = told.kind.item == "array" or (bool(told.choices) and told.kind.kind != "array")
    found.facts = Facts(
        choices=holder.choices(),
        bounds=told.bounds if told.choices else holder.ends("range", told.bounds, words.bounds),
        length=holder.ends("length", told.length, None if listed else words.length),
        item_length=holder.ends("length of an item", told.item_length, words.item_length),
        step=told.step if told.step is not None else words.step,
        size=None if told.choices else words.size,
        default=holder.default(),
        examples=tuple(told.examples) or words.examples,
        item=told.kind.item or row.kind.item or words.item,
        models=words.models,
        sources=words.sources,
    )


class _Holder:
    """Holds what the words say against what the block tells."""

    def __init__(self, found: Found, told: Told, words: Facts) -> None:
        self._found = found
        self._told = told
        self._words = words

    def _differ(self, what: str, told: str, said: str) -> None:
        problem = f"the {what} is another in {self._told.source} than in the description"
        self._found.flag(self._found.row.cell("name"), problem, (told, said))

    def choices(self) -> tuple[Choice, ...]:
        """Return the values that are listed, with the labels that the words have for them."""
        told, said = self._told.choices, self._words.choices
        if not told:
            return said
        known = {str(choice.value) for choice in told}
        labels = {str(choice.value): choice.label for choice in said if choice.label}
        new = [str(choice.value) for choice in said if str(choice.value) not in known]
        if new and len(new) < len(said):
            self._differ(
                "enumeration", ", ".join(sorted(known))[:200], ", ".join(str(one.value) for one in said)[:200]
            )
        return tuple(replace(one, label=one.label or labels.get(str(one.value), "")) for one in told)

    def ends(self, what: str, told: Bounds | None, said: Bounds | None) -> Bounds | None:
        """Return limits; an end that only the words have is taken from them."""
        return compared(self._differ, what, told, said)

    def default(self) -> DefaultReading:
        """Return the default."""
        told, said = self._told.default, self._words.default
        if isinstance(told, Absent):
            return said
        if not isinstance(said.value, Absent) and said.value != told:
            self._differ("default", str(told)[:80], str(said.value)[:80])
        return DefaultReading(None if told is None else told)
