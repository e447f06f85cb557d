"""Settle a row once everything is gathered: its default, and whether its own values and range allow that."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.provider.model import Bounds
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import DefaultReading, mine_default, read_default, read_words
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.found import Found
from teststrip.provider.values import is_size


def settle_default(found: Found) -> None:
    """Read the default by the values found; where its cell says nothing, the description may."""
    cell, row = found.row.cell("default"), found.row
    values = [choice.value for choice in found.facts.choices] if not found.array else []
    reading = DefaultReading()
    if cell.text:
        try:
            said = read_words(cell, found.kinds) if found.page.lenient and cell.text not in values else None
            reading = said or read_default(cell, found.kinds, values, required=row.required.required is True)
        except CellError as error:
            found.flag(cell, error.problem, error.candidates)
            return
    if (
        found.page.lenient
        and isinstance(reading.value, Absent)
        and not reading.random
        and (cell.text in words.NOTHING or not cell.text)
    ):
        told = mine_default(found.about, found.kinds, values) if found.kinds else ABSENT
        if isinstance(told, Absent):
            reading = found.facts.default if not isinstance(found.facts.default.value, Absent) else reading
        else:
            reading = DefaultReading(told)
    if found.page.lenient and reading.value is None and row.required.required:
        reading = DefaultReading()  # what must be given has no default
    if isinstance(reading.value, str) and _only_words(found, reading.value):
        found.flag(
            cell, f'"{cell.text}" may be the default, or words about it', ("no default", f'the text "{cell.text}"')
        )
        reading = DefaultReading()
    if not isinstance(reading.example, Absent):
        found.facts = replace(found.facts, examples=(*found.facts.examples, reading.example))
    found.facts = replace(found.facts, default=reading)


def _only_words(found: Found, value: str) -> bool:
    """Tell whether a default reads like words: capital and unquoted, in a column in which values are code spans."""
    cell = found.row.cell("default")
    coded = cell.codes or cell.text != value or found.row.group not in found.page.coded_defaults
    known = any(choice.value == value for choice in found.facts.choices)
    return (
        found.page.lenient
        and not coded
        and not known
        and re.fullmatch(r"[A-Z][a-z]+(?: [a-z]+)*", value) is not None
    )


def check(found: Found) -> None:
    """Flag a default that its own row does not allow: a defect of the page."""
    value, facts = found.facts.default.value, found.facts
    cell = found.row.cell("default") if found.row.cell("default").text else found.about
    values = [choice.value for choice in facts.choices]
    for choice in values:
        if facts.bounds is not None and not within(choice, facts.bounds):
            found.flag(
                found.row.cell("range") if found.row.cell("range").text else found.about,
                f'the value "{choice}" is outside the range of its own row',
            )
    if value is None or isinstance(value, Absent) or found.array:
        return
    if values and value not in values:
        found.flag(
            cell,
            f'the default "{value}" is not one of the values',
            ("the enumeration lacks it", "the default is wrong"),
        )
    if facts.bounds is not None and not within(value, facts.bounds):
        found.flag(
            cell, f'the default "{value}" is outside the range', ("the range is wrong", "the default is wrong")
        )
    if facts.size is not None and not is_size(str(value), facts.size):
        found.flag(cell, f'the default "{value}" is not a size within the range')


def within(value: Json, bounds: Bounds) -> bool:
    """Tell whether a number is within bounds; what is no number is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    exact = Decimal(str(value))
    above = bounds.minimum is None or (
        exact > bounds.minimum if bounds.exclusive_minimum else exact >= bounds.minimum
    )
    below = bounds.maximum is None or (
        exact < bounds.maximum if bounds.exclusive_maximum else exact <= bounds.maximum
    )
    return above and below
