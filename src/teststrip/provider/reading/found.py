"""The facts of one row, and the holder that the readers of its cells put them into, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from teststrip.base.json import Json
from teststrip.provider.model import Bounds, Choice, SizeBounds
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import NO_DEFAULT_READ, DefaultReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.page_words import PageWords
    from teststrip.provider.reading.rows import Parsed


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the values of one parameter; an array's choices, bounds and step are those of its items."""

    choices: tuple[Choice, ...] = ()
    bounds: Bounds | None = None
    length: Bounds | None = None
    item_length: Bounds | None = None
    step: Decimal | None = None
    size: SizeBounds | None = None
    default: DefaultReading = NO_DEFAULT_READ
    examples: tuple[Json, ...] = ()
    media: bool = False
    item: Kind | None = None
    models: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # what the parting of a glued enumeration was believed for


class Found:
    """One row, the facts found so far, and the page to help; what cannot be decided is flagged."""

    def __init__(self, row: Parsed, page: PageWords, flags: Flags) -> None:
        self.row = row
        self.page = page
        self.kinds: tuple[Kind, ...] = tuple(k for k in (row.kind.kind, *row.kind.or_kinds) if k is not None)
        self.array = row.kind.kind == "array"
        self.about = row.cell("description")
        self.facts = Facts(item=row.kind.item)
        self._flags = flags

    @property
    def scalars(self) -> tuple[Kind, ...]:
        """The kinds that a listed value, or a bound, is of: those of the items where the parameter is an array."""
        if not self.array:
            return self.kinds
        return (self.facts.item,) if self.facts.item is not None else ()

    @property
    def default_text(self) -> str:
        """What the default cell names, without quotes; empty when it says that there is none."""
        text = self.row.cell("default").text.strip("\"'`")
        return "" if text.lower() in words.NO_DEFAULT or text.lower() in {"null", "nil"} else text

    def flag(self, cell: Cell, problem: str, candidates: Sequence[str] = ()) -> None:
        """Note what a person has to look at in a cell of the row."""
        self._flags.add(cell.where, self.row.path, cell.text, problem, candidates)
