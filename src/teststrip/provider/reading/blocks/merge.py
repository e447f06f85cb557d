"""A request that a page describes twice: what its tables say and what a block tells are held against each other.

What both have stands once, by the table's row; what only one knows is taken from it; what differs is flagged.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.group_required import says_required

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.facts import Facts
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.kind_reading import KindReading

_FEW: Final = 3
_KIN: Final = ({"string", "file"}, {"integer", "number"})  # kinds that documentation has for each other
_NEEDED: Final = ("optional", "required")
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

    @property
    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}


def merged(
    entries: Sequence[Entry], groups: Sequence[Group], endpoints: Sequence[str], flags: Flags
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
    found = _summed_up([(one, tables[one]) for one in tables], frozenset(endpoints[at] for at in summed), flags)
    for block in sorted(blocks.values(), key=lambda one: not one.sure):
        other = _same(block, found)
        if other is not None:
            other.entries = _together(other.entries, block.entries, flags)
            other.held = other.held or block.sure
        elif block.sure or not tables:
            _doubt_required(block, groups, flags)
            found.append(block)
    return tuple(entry for one in found for entry in one.entries)


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
    entries = _together([entry for one in parts for entry in one.entries], whole.entries, flags)
    return [_Request(entries), *(one for _, one in tables if one is not whole and one not in parts)]


def _doubt_required(block: _Request, groups: Sequence[Group], flags: Flags) -> None:
    """Flag a block that nowhere says which of its parameters have to be given."""
    rows = [entry.row for entry in walk(block.entries) if not entry.implied]
    if rows and not says_required(groups[rows[0].group], rows):
        problem = "nothing in this block says which parameters have to be given; all are read as optional"
        flags.add(rows[0].where, "", rows[0].cell("name").text, problem, ("optional", "required"))


def _same(block: _Request, found: Sequence[_Request]) -> _Request | None:
    """Return the request that a block describes once more: the one with the most names in common."""
    best: tuple[float, _Request] | None = None
    for other in found:
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


def _together(entries: Sequence[Entry], more: Sequence[Entry], flags: Flags) -> list[Entry]:
    """Hold each entry against the one of its name; those that only the block has come last."""
    told = {entry.name: entry for entry in more}
    found = [_both(entry, told[entry.name], flags) if entry.name in told else entry for entry in entries]
    known = {entry.name for entry in entries}
    return [*found, *(entry for entry in more if entry.name not in known)]


class _Pair:
    """Two entries of one parameter, and what is found to differ."""

    def __init__(self, entry: Entry, told: Entry, flags: Flags) -> None:
        self.entry = entry
        self.told = told
        self.flags = flags

    def differ(self, what: str, one: str, other: str) -> None:
        """Flag a difference at the entry's own row."""
        row, told = self.entry.row, self.told.row
        source = told.told.source if told.told is not None else "a table"
        problem = f"{source} has another {what} on line {told.where.line}"
        self.flags.add(row.where, self.entry.path, row.cell("name").text, problem, (one[:120], other[:120]))


def _both(entry: Entry, told: Entry, flags: Flags) -> Entry:
    pair = _Pair(entry, told, flags)
    kept = replace(
        entry,
        kind=_kind(pair),
        untyped=entry.untyped and told.untyped,
        required=_required(pair),
        required_when=entry.required_when or (told.required_when if not entry.required else None),
        facts=_facts(pair),
        children=tuple(_together(entry.children, _below(told, entry), flags)),
        implied=entry.implied and told.implied,
    )
    return replace(kept, row=told.row) if entry.implied else kept


def _below(told: Entry, entry: Entry) -> tuple[Entry, ...]:
    """Return the members of an entry of a block; that they are an array's may be said by one of both alone."""
    return (
        told.children
        if told.path == entry.path
        else tuple(_moved(child, told.path, entry.path) for child in told.children)
    )


def _moved(entry: Entry, old: str, new: str) -> Entry:
    path = new + entry.path[len(old) :] if entry.path.startswith(old) else entry.path
    return replace(entry, path=path, children=tuple(_moved(child, old, new) for child in entry.children))


def _kinds(entry: Entry) -> list[Kind]:
    return [kind for kind in (entry.kind.kind, *entry.kind.or_kinds) if kind is not None]


def _kind(pair: _Pair) -> KindReading:
    entry, told = pair.entry, pair.told
    own, other = set(_kinds(entry)), set(_kinds(told))
    if not own:
        return replace(told.kind, nullable=told.kind.nullable or entry.kind.nullable)
    if not other or entry.implied:
        return told.kind if other else entry.kind
    kind = entry.kind
    if own != other and not any(own <= kin and other <= kin for kin in _KIN):
        pair.differ("type", " or ".join(sorted(own)), " or ".join(sorted(other)))
    elif own == {"number"} and other == {"integer"} and not _is_shown(told):
        pair.differ("type", "number", "integer")
    elif kind.item is None and pair.entry.facts.item is None:
        kind = replace(kind, item=told.kind.item)
    elif told.kind.item not in {None, kind.item, entry.facts.item}:
        pair.differ("type of its items", str(kind.item or entry.facts.item), str(told.kind.item))
    return replace(kind, nullable=kind.nullable or told.kind.nullable, named="" if told.children else kind.named)


def _is_shown(told: Entry) -> bool:
    """Tell whether a kind is only that of an example: 7 may stand for a number."""
    return told.row.told is not None and told.row.told.shown


def _required(pair: _Pair) -> bool:
    entry, told = pair.entry, pair.told
    says = told.row.told
    unclear = entry.row.required.unclear or told.row.required.unclear
    if says is None and not unclear and told.row.required.required is not None:
        if entry.row.required.required is None:
            return told.required
        if entry.required != told.required:
            pair.differ("word on having to be given", _NEEDED[entry.required], _NEEDED[told.required])
    if says is None or unclear or entry.required_when or told.required_when:
        return entry.required
    if told.row.required.required is None:
        return entry.required
    if entry.implied or entry.row.required.required is None:
        return told.required
    if entry.required != told.required and (told.required or says.listed):
        pair.differ("word on having to be given", _NEEDED[entry.required], _NEEDED[told.required])
    return entry.required


def _facts(pair: _Pair) -> Facts:
    own, other = pair.entry.facts, pair.told.facts
    choices = own.choices or other.choices
    if own.choices and other.choices:
        one, two = ({str(choice.value) for choice in facts.choices} for facts in (own, other))
        if one != two:
            pair.differ("enumeration", ", ".join(sorted(one)), ", ".join(sorted(two)))
        labels = {str(choice.value): choice.label for choice in other.choices}
        choices = tuple(replace(c, label=c.label or labels.get(str(c.value), "")) for c in own.choices)
    default = own.default
    if isinstance(own.default.value, Absent) and not own.default.random:
        default = other.default
    elif not isinstance(other.default.value, Absent) and not _equal(own.default.value, other.default.value):
        pair.differ("default", _shown(own.default.value), _shown(other.default.value))
    return replace(
        own,
        choices=choices,
        bounds=_ends(pair, "range", own.bounds, other.bounds),
        length=_ends(pair, "length", own.length, other.length),
        item_length=_ends(pair, "length of its items", own.item_length, other.item_length),
        step=own.step if own.step is not None else other.step,
        size=own.size or other.size,
        default=default,
        item=own.item or other.item,
        examples=own.examples or other.examples,
        media=own.media or other.media,
    )


def _equal(one: Json | Absent, other: Json | Absent) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: Json | Absent) -> str:
    return "none" if isinstance(value, Absent) else json.dumps(value, ensure_ascii=False)


def _ends(pair: _Pair, what: str, own: Bounds | None, other: Bounds | None) -> Bounds | None:
    if own is None or other is None:
        return own or other
    for end in ("minimum", "maximum"):
        one, two = getattr(own, end), getattr(other, end)
        if one is not None and two is not None and one != two:
            pair.differ(what, f"{end} {one}", f"{end} {two}")
    least, most = own.minimum is None, own.maximum is None
    return Bounds(
        other.minimum if least else own.minimum,
        other.maximum if most else own.maximum,
        other.exclusive_minimum if least else own.exclusive_minimum,
        other.exclusive_maximum if most else own.exclusive_maximum,
    )
