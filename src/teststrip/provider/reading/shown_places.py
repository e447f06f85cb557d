"""Below which parameter the examples of a page show a row that nothing else nests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.rows import Parsed

_FEWEST: Final = 2  # rows of a group that an example shows below one parameter


def may_hold(row: Parsed) -> bool:
    """Tell whether a parameter can have members: an array, an object, or of a kind that is not told."""
    kinds = {row.kind.kind, *row.kind.or_kinds}
    return bool(kinds & {"array", "object", None}) or "json" in row.cell("type").text.lower()


def shown_parents(rows: Sequence[Parsed], examples: Examples) -> dict[int, str]:
    """Return, by line, the parameter below which every example shows a row that nothing else nests."""
    holders = {row.path.removesuffix("[]").rpartition(".")[2]: row for row in rows if may_hold(row)}
    found: dict[int, str] = {}
    for row in rows:
        above: Mapping[str, int] = examples.parents.get(row.path, {})
        holder = holders.get(next(iter(above))) if len(above) == 1 else None
        if row.told is not None or (holder is not None and holder.told is not None):
            continue
        if holder is not None and holder.where.line < row.where.line and not row.depth and not holder.depth:
            found[row.where.line] = holder.path
    return found | _beside(rows, found, holders, examples)


def _beside(
    rows: Sequence[Parsed], shown: Mapping[int, str], holders: Mapping[str, Parsed], examples: Examples
) -> dict[int, str]:
    """Return the same for rows beside those, in a group that is all of one parameter's members as far as is shown.

    The parameter is described elsewhere, and an example shows the row there too, or shows it nowhere.
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
        holder = holders[above[0].removesuffix("[]").rpartition(".")[2]]
        places = examples.parents.get(row.path)
        name = above[0].removesuffix("[]").rpartition(".")[2]
        if holder.group != row.group and (not places or name in places):
            found[row.where.line] = above[0]
    return found
