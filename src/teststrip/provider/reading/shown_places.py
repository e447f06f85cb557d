"""Below which parameter the examples of a page show a row that nothing else nests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading import words
from teststrip.provider.reading.document import Code, Group, Heading, Text
from teststrip.provider.reading.examples import read_examples_of
from teststrip.provider.reading.told import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.pieces import Pieces
    from teststrip.provider.reading.rows import Parsed

_BOLD: Final = 9  # the level of a heading that is no more than a line
_LINE: Final = 160  # characters of a line that is the title of what follows
_FEWEST: Final = 2  # rows of a group that an example shows below one parameter


def may_hold(row: Parsed) -> bool:
    """Tell whether a parameter can have members: an array, an object, or of a kind that is not told."""
    if row.told is not None and row.told.source == EXAMPLES:
        return False  # shown with what it holds
    kinds = {row.kind.kind, *row.kind.or_kinds}
    return bool(kinds & {"array", "object", None}) or "json" in row.cell("type").text.lower()


@dataclass(frozen=True, slots=True)
class ShownParents:
    """By line, the parameter below which examples show a row; and the groups of which examples do not show every row.

    A group that has an example in its own section is none of those. `beside` are the lines of rows that no example
    shows there, but their neighbours.
    """

    by_line: Mapping[int, str]
    mixed: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()


def shown_parents(
    rows: Sequence[Parsed], examples: Examples, document: Document, groups: Sequence[Group]
) -> ShownParents:
    """Return the parameters below which the examples show rows that nothing else nests.

    Those of the row's own section decide; where they do not have it, every example of the page has to agree.
    """
    places = _Places(examples, _near(document, groups, examples.pieces))
    holders = {row.path.removesuffix("[]").rpartition(".")[2]: row for row in rows if may_hold(row)}
    filled = {row.path.rpartition(".")[0].removesuffix("[]") for row in rows if row.told is not None}
    found: dict[int, str] = {}
    for row in rows:
        above = places.of(row)
        holder = holders.get(next(iter(above))) if len(above) == 1 else None
        if row.told is not None or (holder is not None and holder.told is not None and holder.path in filled):
            continue  # a block says itself what stands below what, but where it leaves an object open
        if holder is not None and holder.where.line < row.where.line and not row.depth and not holder.depth:
            found[row.where.line] = holder.path
    beside = _beside(rows, found, holders, places)
    open_rows = {row.group for row in rows if not row.depth and row.where.line not in found}
    return ShownParents(found | beside, frozenset(open_rows - places.near.keys()), frozenset(beside))


@dataclass(frozen=True, slots=True)
class _Places:
    """Below which names examples show others: those of the whole page, and those above each group in its section."""

    page: Examples
    near: Mapping[int, Mapping[str, Mapping[str, int]]]

    def of(self, row: Parsed) -> Mapping[str, int]:
        """Return the names that a row's name is shown below; "" for nothing."""
        near = self.near.get(row.group, {})
        return near[row.path] if row.path in near else self.page.parents.get(row.path, {})


def _near(
    document: Document, groups: Sequence[Group], pieces: Pieces
) -> Mapping[int, Mapping[str, Mapping[str, int]]]:
    """Return, for each group, what the last block of code above it in its section shows that is no answer."""
    numbers = {id(group): at for at, group in enumerate(groups)}
    found: dict[int, Mapping[str, Mapping[str, int]]] = {}
    shown: Mapping[str, Mapping[str, int]] = {}
    said: str | None = None
    for block in document.blocks:
        if isinstance(block, Heading):
            said = words.purpose(block.cell.text)
            shown = shown if block.level >= _BOLD else {}
        elif isinstance(block, Text) and len(block.cell.text) <= _LINE and block.cell.text.endswith((":", "：")):
            said = words.purpose(block.cell.text)
        elif isinstance(block, Code) and said not in {"response", "errors"}:
            shown = read_examples_of([block.text], pieces).parents
        elif isinstance(block, Group) and id(block) in numbers and shown:
            found[numbers[id(block)]] = shown
    return found


def _beside(
    rows: Sequence[Parsed], shown: Mapping[int, str], holders: Mapping[str, Parsed], places: _Places
) -> dict[int, str]:
    """Return the same for rows beside those, in a group that is all of one parameter's members as far as is shown.

    The parameter is described elsewhere, and no example of the whole page alone speaks against it.
    """
    ways: dict[int, list[str]] = {}
    for row in rows:
        if row.where.line in shown:
            ways.setdefault(row.group, []).append(shown[row.where.line])
    found: dict[int, str] = {}
    for row in rows:
        above = ways.get(row.group, ())
        if len(above) < _FEWEST or len(set(above)) > 1 or row.where.line in shown or row.depth or "." in row.path:
            continue
        name = above[0].removesuffix("[]").rpartition(".")[2]
        places_of = places.of(row)
        told = row.group in places.near or not places_of or name in places_of
        if holders[name].group != row.group and told:
            found[row.where.line] = above[0]
    return found
