"""The entries of a reading as the Parameters that the rest of the program knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.provider.model import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from teststrip.provider.reading.entries import Entry


def parameters_of(entries: Iterable[Entry]) -> tuple[Parameter, ...]:
    """Turn entries into parameters, members with them. An entry without a type, which is flagged, is a text."""
    return tuple(_parameter(entry) for entry in entries)


def _parameter(entry: Entry) -> Parameter:
    facts, row = entry.facts, entry.row
    array = entry.kind.kind == "array"
    children = parameters_of(entry.children)
    return Parameter(
        path=entry.path,
        name=entry.name,
        kind=entry.kind.kind or "string",
        where=row.where,
        description=row.cell("description").text,
        or_kinds=entry.kind.or_kinds,
        nullable=entry.kind.nullable or facts.default.value is None,
        required=entry.required,
        required_when=entry.required_when,
        applies_when=entry.applies_when,
        default=facts.default.value,
        random_default=facts.default.random,
        choices=() if array else facts.choices,
        bounds=None if array else facts.bounds,
        length=facts.length,
        step=None if array else facts.step,
        size=None if array else facts.size,
        examples=() if array else facts.examples,
        media=facts.media and not array,
        models=entry.models,
        section=row.section.title,
        items=_items(entry) if array and not children else None,
        children=children,
    )


def _items(entry: Entry) -> Parameter | None:
    """Return what an array of scalars holds; a range of numbers says so much when the type cell is silent."""
    facts = entry.facts
    kind = facts.item or entry.kind.item
    if kind is None:
        return None
    return Parameter(
        path=f"{entry.path}[]",
        name=f"{entry.name}[]",
        kind=kind,
        where=entry.row.where,
        choices=facts.choices,
        bounds=facts.bounds,
        length=facts.item_length,
        step=facts.step,
        size=facts.size,
        examples=facts.examples,
        media=facts.media,
        models=entry.models,
        section=entry.row.section.title,
    )
