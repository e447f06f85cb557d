"""Requests as a table: what all cells share is said once, and of what differs each value once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import Json, canonical
from teststrip.sheet.settings import ordered
from teststrip.sheet.show import abbreviated, show
from teststrip.sheet.text import visible

MISSING: Final = -1  # in a column: the cell's request has no such member


@dataclass(slots=True)
class Column:
    """One member of the requests: its distinct values, and for each cell the index of its own."""

    name: str
    values: list[Json] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    _known: dict[str | bytes, int] = field(default_factory=dict)

    def add(self, value: Json, number: int) -> None:
        """Take the value of a cell by its number; the cells between had none."""
        key = value if isinstance(value, str) else canonical(value)
        index = self._known.setdefault(key, len(self.values))
        if index == len(self.values):
            self.values.append(value)
        self.fill(number)
        self.cells.append(index)

    def fill(self, count: int) -> None:
        """Note that the cells up to a number had no such member."""
        self.cells.extend([MISSING] * (count - len(self.cells)))

    @property
    def constant(self) -> bool:
        """Whether all cells have one and the same value."""
        return len(self.values) == 1 and MISSING not in self.cells


def columns_of(requests: Iterable[Mapping[str, Json]]) -> list[Column]:
    """Turn requests into columns, those first that people ask for first."""
    columns: dict[str, Column] = {}
    count = 0
    for count, request in enumerate(requests, 1):
        for name, value in request.items():
            if name not in columns:
                columns[name] = Column(name)
            columns[name].add(value, count - 1)
    for column in columns.values():
        column.fill(count)
    return [columns[name] for name in ordered(columns)]


def owner_of(column: Column, places: Sequence[Sequence[int]], names: Sequence[str]) -> int | None:
    """Find the axis whose value alone decides a column; the one of the column's name is asked first."""
    for axis in sorted(range(len(names)), key=lambda axis: names[axis] != column.name):
        seen: dict[int, int] = {}
        if all(
            seen.setdefault(place[axis], value) == value for place, value in zip(places, column.cells, strict=True)
        ):
            return axis
    return None


def column_json(column: Column) -> Json:
    """Return a column as the page reads it; payloads in base64 are told by their digest."""
    return {"name": column.name, "values": [abbreviated(value) for value in column.values], "cells": column.cells}


def setting_json(column: Column) -> Json:
    """Return a constant column as a setting: its name, and its value as text."""
    return [column.name, visible(show(column.values[0]))]
