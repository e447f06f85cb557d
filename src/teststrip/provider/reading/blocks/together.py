"""Two lists of entries of the same parameters held against each other, member by member.

What only one knows is taken from it; what differs is flagged, and stays as the first says.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.provider.reading.cells.limit_record import compared
from teststrip.provider.reading.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.facts import Facts
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.kind_reading import KindReading

_KIN: Final = ({"string", "file"}, {"integer", "number"})  # kinds that documentation has for each other
_NEEDED: Final = ("optional", "required")


def together(entries: Sequence[Entry], more: Sequence[Entry], flags: Flags) -> list[Entry]:
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
        children=tuple(together(entry.children, _below(told, entry), flags)),
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
        bounds=compared(pair.differ, "range", own.bounds, other.bounds),
        length=compared(pair.differ, "length", own.length, other.length),
        item_length=compared(pair.differ, "length of its items", own.item_length, other.item_length),
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
