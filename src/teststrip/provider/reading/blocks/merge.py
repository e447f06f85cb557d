"""A request that a page describes twice: what its tables say and what a block tells are held against each other.

What both have stands once, by the table's row; what only one knows is taken from it; what differs is flagged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.blocks.together import together
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.group_required import says_required
from teststrip.provider.reading.operations import are_apart
from teststrip.provider.reading.told import COMMENTED, EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.operations import Operation, Operations

_FEW: Final = 3
_DEEP: Final = 2  # headings that a request of its own has: of its section, and of the block
_LEAST_PARTS: Final = 2  # tables that a summary sums up
_SUMMARY: Final = Pattern(
    r"\bsummary\b|\boverview\b|\bat a glance\b|\bquick reference\b|\bcheat ?sheet\b|\ball (?:available |supported |the )?(?:fields|parameters|options)\b|\bcomplete (?:list|reference)\b"
    r"|汇总|总览|一览|彙總|一覧|まとめ|요약|resumen|resumo|zusammenfassung|übersicht|récapitulati|сводка|riepilogo",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Request:
    """The parameters of one request, from tables or from one block; `block`: it is one; `sure`: OpenAPI's."""

    entries: list[Entry]
    block: bool = False
    sure: bool = False
    held: bool = False  # against a sure block
    operations: tuple[Operation, ...] = ()  # that it may be of

    @property
    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}


def merged(
    entries: Sequence[Entry],
    groups: Sequence[Group],
    endpoints: Sequence[str],
    operations: Operations,
    flags: Flags,
) -> tuple[Entry, ...]:
    """Return the parameters of a page, each once for each request."""
    summed = [at for at, group in enumerate(groups) if _is_summary(group)]
    if not summed and not any(entry.row.told is not None for entry in entries):
        return tuple(entries)
    tables: dict[str, _Request] = {}
    blocks: dict[int, _Request] = {}
    for entry in entries:
        group = groups[entry.row.group]
        if entry.row.told is not None or group.form == "schema":
            blocks.setdefault(entry.row.group, _Request([], block=True, sure=group.sure)).entries.append(entry)
        else:
            tables.setdefault(endpoints[entry.row.group], _Request([])).entries.append(entry)
    for request in (*tables.values(), *blocks.values()):
        request.operations = _operations_of(request, groups, operations)
    found = _summed_up([(one, tables[one]) for one in tables], frozenset(endpoints[at] for at in summed), flags)
    shown: list[_Request] = []
    for block in sorted(blocks.values(), key=lambda one: not one.sure):
        if _source(block) == EXAMPLES:
            shown.append(block)  # nothing else describes it
            continue
        other = _same(block, found)
        if other is not None:
            other.entries = together(other.entries, block.entries, flags)
            other.held = other.held or block.sure
        elif block.sure or not tables or _is_apart(block, tables.values(), groups):
            _doubt_required(block, groups, flags)
            found.append(block)
        else:
            _doubt_left_out(block, found, flags)
    if any(one.block for one in found):
        found.sort(key=lambda one: one.entries[0].row.where.line)
    return tuple(entry for one in (*found, *shown) for entry in one.entries)


def _operations_of(request: _Request, groups: Sequence[Group], operations: Operations) -> tuple[Operation, ...]:
    """Return the operations that the groups of a request stand below."""
    own = (groups[at] for at in sorted({entry.row.group for entry in request.entries}))
    found = [one for group in own for one in operations.around(group.headings, group.where.line)]
    return tuple(dict.fromkeys(found))


def _is_summary(group: Group) -> bool:
    return (
        group.form != "schema"
        and bool(group.headings)
        and _SUMMARY.search(group.headings[-1].cell.text) is not None
    )


def _summed_up(tables: Sequence[tuple[str, _Request]], summed: frozenset[str], flags: Flags) -> list[_Request]:
    """Join the tables of a request's parts with the one that sums them all up; it has every name that they have."""
    whole = next((one for endpoint, one in tables if endpoint in summed), None)
    parts = [one for endpoint, one in tables if endpoint not in summed and whole and one.names <= whole.names]
    names = [name for one in parts for name in one.names]
    if whole is None or len(parts) < _LEAST_PARTS or len(names) > len(set(names)):
        return [one for _, one in tables]
    entries = together([entry for one in parts for entry in one.entries], whole.entries, flags)
    return [_Request(entries), *(one for _, one in tables if one is not whole and one not in parts)]


def _doubt_required(block: _Request, groups: Sequence[Group], flags: Flags) -> None:
    """Flag a block that nowhere says which of its parameters have to be given."""
    rows = [entry.row for entry in walk(block.entries) if not entry.implied]
    if rows and not says_required(groups[rows[0].group], rows):
        problem = "nothing in this block says which parameters have to be given; all are read as optional"
        flags.add(rows[0].where, "", rows[0].cell("name").text, problem, ("optional", "required"))


def _doubt_left_out(block: _Request, found: Sequence[_Request], flags: Flags) -> None:
    """Flag a block that is left out though the page's tables have none of its names."""
    row = block.entries[0].row
    # What a language declares is told name by name by the page's witnesses.
    if not _is_body(block) or any(block.names & one.names for one in found):
        return
    problem = "a block tells more of these names, which no table has; it is left out"
    name = row.cell("name").text
    flags.add(
        row.where, name, ", ".join(sorted(block.names))[:120], problem, ("parameters", "not of this request")
    )


def _is_apart(block: _Request, tables: Iterable[_Request], groups: Sequence[Group]) -> bool:
    """Tell whether a block's heading says that it is a request's, and the section it is in has none of the tables."""
    headings = groups[block.entries[0].row.group].headings
    others = list(tables)
    if _is_body(block) and all(are_apart(block.operations, one.operations) for one in others):
        return not any(one.reads for one in block.operations)
    if len(headings) < _DEEP or words.purpose(headings[-1].cell.text) != "request":
        return False
    section = headings[:-1]
    places = [groups[entry.row.group].headings for one in others for entry in one.entries]
    return all(place[: len(section)] != section and len(place) >= _DEEP for place in places)


def _is_body(block: _Request) -> bool:
    """Tell whether a block is a body that is sent to what stands around it, and no declaration of a program."""
    return _source(block) == COMMENTED


def _source(block: _Request) -> str:
    told = block.entries[0].row.told
    return told.source if told is not None else ""


def _same(block: _Request, found: Sequence[_Request]) -> _Request | None:
    """Return the request that a block describes once more: the one with the most names in common."""
    best: tuple[float, _Request] | None = None
    for other in found:
        if _is_body(block) and are_apart(block.operations, other.operations):
            continue
        common = len(block.names & other.names)
        least = min(len(block.names), len(other.names))
        share = common / max(1, len(block.names | other.names))
        if other.block or other.held:
            same = not (block.sure and (other.sure or other.held)) and share >= 0.6
        else:
            same = (common > 1 and common * 2 >= least) or (common == least and least < _FEW)
        if same and (best is None or share > best[0]):
            best = (share, other)
    return best[1] if best is not None else None
