"""What a documentation page is made of: headings, running text, groups of rows, code; each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.told import Told

MOST_BELOW: Final = 200
GroupForm = Literal["table", "fields", "list", "schema"]
GroupRole = Literal["", "parameters", "poll"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` counts from 1, and a line that is bold throughout has level 9."""

    level: int
    cell: Cell

    def below(self, above: Iterable[Heading]) -> tuple[Heading, ...]:
        """Return what is open behind this heading: those of the open ones that it does not end, and itself."""
        return (*(one for one in above if one.level < self.level), self)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, a list item (`indent` in columns, -1 for a paragraph) or a call-out, under its headings."""

    cell: Cell
    headings: tuple[Heading, ...]
    indent: int = -1

    @property
    def is_item(self) -> bool:
        """Whether this is a list item."""
        return self.indent >= 0


@dataclass(frozen=True, slots=True)
class Row:
    """Cells as the line itself parts them, not yet held against the header.

    `masked` are the cells when pipes in code spans part nothing; `where` is the place of the first. `depth` is how
    deep the row is nested by its markup (components, list indents). `closed`: the line ends with a pipe. `told` is
    what a machine-readable block says of the row.
    """

    cells: tuple[Cell, ...]
    where: Where
    masked: tuple[Cell, ...] = ()
    depth: int = 0
    closed: bool = True
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together: a table, a run of `<ParamField>` components, a list of parameters, a block's schema.

    `header` are the names of the columns; those of components and lists are their own. `lead` is what stands
    between the last heading or group and this one. A block says itself what its `role` is; `sure`: that it is of an
    operation of this API, and no declaration of a program that may be about something else.
    """

    form: GroupForm
    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    headings: tuple[Heading, ...]
    lead: tuple[Cell, ...]
    where: Where
    role: GroupRole = ""
    sure: bool = False

    @property
    def title(self) -> str:
        """The words of the heading that the group stands under; empty when there is none."""
        return self.headings[-1].cell.text if self.headings else ""


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block of code; its text begins `offset` lines below its place.

    `declares`: it was read as a declaration of what a request has, in types of a program or as data, and shows none.
    """

    language: str
    text: str
    where: Where
    offset: int = 1
    declares: Literal["", "types", "data"] = ""


Block = Heading | Text | Group | Code


@dataclass(frozen=True, slots=True)
class Document:
    """A page's blocks, in order; `file` is its name in messages."""

    file: str
    blocks: tuple[Block, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of rows."""
        return tuple(block for block in self.blocks if isinstance(block, Group))

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings."""
        return tuple(block for block in self.blocks if isinstance(block, Heading))

    @property
    def texts(self) -> tuple[Text, ...]:
        """The running text."""
        return tuple(block for block in self.blocks if isinstance(block, Text))

    @property
    def codes(self) -> tuple[Code, ...]:
        """The blocks of code that may show a request or an answer."""
        return tuple(block for block in self.blocks if isinstance(block, Code) and not block.declares)

    @property
    def programs(self) -> tuple[Code, ...]:
        """The blocks of code that may speak to the API: all but data."""
        return tuple(block for block in self.blocks if isinstance(block, Code) and block.declares != "data")

    def below(self, groups: Sequence[Group]) -> dict[int, tuple[Text | Group, ...]]:
        """Return, by its number, what follows each of some groups up to the next heading, without code.

        Of each, at most the first `MOST_BELOW` blocks: what stands further down is about something else.
        """
        places = {id(block): index for index, block in enumerate(self.blocks)}
        return {number: tuple(self._after(places[id(group)])) for number, group in enumerate(groups)}

    def _after(self, at: int) -> Iterator[Text | Group]:
        for block in self.blocks[at + 1 : at + 1 + MOST_BELOW]:
            if isinstance(block, Heading):
                return
            if not isinstance(block, Code):
                yield block
