"""A recipe before it is written: values, and the remarks that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from teststrip.base.where import Problem

Value: TypeAlias = "bool | int | Decimal | str | Template | Sequence[Value] | Mapping[str, Value] | None"
"""What stands in a recipe. A string is text, whatever is in it; a Decimal prints as it was written."""


@dataclass(frozen=True, slots=True)
class Template:
    """Text of ours that is meant as a template; every other text is literal."""

    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of a mapping; `remark` is said behind it."""

    name: str
    value: Value
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A value of an axis; one that is `off` is written as a comment, because `remark` is missing from it."""

    value: Value
    remark: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class AxisDraft:
    """An axis: its items, or a `series` with dots. `remark` stands above it."""

    name: str
    items: tuple[Item, ...] = ()
    series: str = ""
    remark: str = ""

    @property
    def off(self) -> bool:
        """Whether nothing of it is left but comments."""
        return not self.series and all(item.off for item in self.items)


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole recipe: `left` is what it does not have, `notes` what else a person should know of it.

    `source` is the file that it is made from, as a person would type it.
    """

    source: str
    title: str
    model: str
    params: tuple[Entry, ...] = ()
    axes: tuple[AxisDraft, ...] = ()
    sheet: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
