"""Places that examples and headings show, kept within the operation that a page names: what two have is two things."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from teststrip.provider.reading import words
from teststrip.provider.reading.homes import outermost
from teststrip.provider.reading.nesting import OF_REQUEST
from teststrip.provider.reading.operations import are_apart
from teststrip.provider.reading.shown_places import ShownParents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.operations import Operation, Operations
    from teststrip.provider.reading.rows import Parsed

_Of = tuple["Operation", ...]


class Calls:
    """The operations that the sections of a page's groups are of; none where only the page as a whole names some."""

    def __init__(self, operations: Operations, groups: Sequence[Group], *, lenient: bool = True) -> None:
        self._of: list[_Of] = [
            operations.around(group.headings, group.where.line)
            if lenient and operations.is_near(group.headings)
            else ()
            for group in groups
        ]

    def parents(
        self, groups: Sequence[Group], rows: Sequence[Parsed], parents: Mapping[int, str], flags: Flags
    ) -> dict[int, str]:
        """Return, of groups by number with the parameter that each is below, those where the page may mean it.

        A heading that has the name of what only another call has may mean it again, or speak of this call's own: rows
        below it are flagged. Of these, words such as "Options" are no name.
        """
        held = self._held(rows, parents)
        far = {index for index, path in parents.items() if not _is_near(self._of[index], held[outermost(path)])}
        for row in rows:
            if row.group in far and not row.depth:
                path = parents[row.group]
                problem = f'the heading speaks of "{path}", which only another call has'
                flags.add(row.where, row.path, row.path, problem, (row.path, f"{path}.{row.path}"))
        general = {index for index in far if groups[index].headings and _is_general(groups[index].title)}
        return {index: path for index, path in parents.items() if index not in general}

    def shown(self, rows: Sequence[Parsed], parents: Mapping[int, str], places: ShownParents) -> ShownParents:
        """Return, of rows by line with the parameter that examples show them below, those that nothing sets apart.

        They are apart where only another call has that parameter, and where a table of another request has once more
        what is described as its members, between others that it has not.
        """
        held = self._held(rows, parents)
        shown = places.by_line
        described = {(parents[row.group], row.path): row.group for row in rows if row.group in parents}
        again = {
            row.group
            for row in rows
            if row.group in places.mixed and row.group not in parents
            if described.get((shown.get(row.where.line, ""), row.path), row.group) != row.group
        }
        left = {
            row.where.line: shown[row.where.line]
            for row in rows
            if row.where.line in shown and row.group not in again
            if _is_near(self._of[row.group], held[outermost(shown[row.where.line])])
        }
        return replace(places, by_line=left)

    def _held(self, rows: Sequence[Parsed], parents: Mapping[int, str]) -> dict[str, set[_Of]]:
        """Return the operations that have each outermost name, none for one that is not told."""
        held: dict[str, set[_Of]] = defaultdict(set)
        for row in rows:
            if row.group not in parents and not row.depth:
                held[outermost(row.path)].add(self._of[row.group])
        return held


def _is_general(title: str) -> bool:
    return words.purpose(title) == "request" or OF_REQUEST.search(title) is not None


def _is_near(home: _Of, others: set[_Of]) -> bool:
    return not others or any(not are_apart(home, other) for other in others)
