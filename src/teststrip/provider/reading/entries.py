"""The parameters of a page, each with its members: what the reading of a page comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.model import Condition
    from teststrip.provider.reading.facts import Facts
    from teststrip.provider.reading.kind_reading import KindReading
    from teststrip.provider.reading.rows import Parsed


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter as the page has it. `path` is its full name; `untyped`: the page gives it no type."""

    path: str
    row: Parsed
    facts: Facts
    kind: KindReading
    required: bool
    required_when: Condition | None
    applies_when: Condition | None
    untyped: bool
    implied: bool = False  # no row describes it; the names of its members do
    children: tuple[Entry, ...] = ()

    @property
    def models(self) -> tuple[str, ...]:
        """The models that take it, by its own row or by its section; none: all of them."""
        return self.facts.models or self.row.section.models

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


def walk(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Give every entry, each before its members."""
    for entry in entries:
        yield entry
        yield from walk(entry.children)
