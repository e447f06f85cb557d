"""What all forms of a block are brought into: a tree of plain values in JSON Schema's words, with the place of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.where import Path, Where

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.base.yaml import Marks

SILENT: Final = "\x00silent"
"""A member of an object that cannot say which of its members have to be given: an example with remarks."""
AT: Final = "\x00at"
"""The line and the column of a member, in the trees of forms that are no data of their own."""
MOST_TEXT: Final = 2_000_000
"""Characters of one block that are read."""
MOST_DEEP: Final = 60
_LONGEST: Final = 8 * MOST_DEEP  # parts of a path


@dataclass(frozen=True, slots=True)
class Tree:
    """A value, and where each of its parts stands; `names` are the places of members' names, by path."""

    value: Json
    file: str
    places: Mapping[Path, Where] = field(default_factory=dict)
    names: Mapping[Path, Where] = field(default_factory=dict)

    def where(self, path: Path) -> Where:
        """Return the place of a member's name, of a value, or of what is around it."""
        while path:
            found = self.names.get(path) or self.places.get(path)
            if found is not None:
                return found
            path = path[:-1]
        return self.places.get((), Where(self.file, 1, 1))


def of_yaml(value: Json, marks: Marks) -> Tree:
    """Return the tree of a YAML document."""
    return Tree(value, marks.file, marks.values, marks.keys)


def placed(value: Mapping[str, Json], file: str) -> Tree:
    """Return a tree whose members say themselves where they stand, by `AT`."""
    names: dict[Path, Where] = {}
    left: list[tuple[Json, Path]] = [(dict(value), ())]
    while left:
        part, path = left.pop()
        if isinstance(part, dict):
            at = part.get(AT)
            if isinstance(at, list) and len(at) == 2:
                names[path] = Where(file, *(int(str(number)) for number in at))
            left += [(inner, (*path, key)) for key, inner in part.items() if key != AT and len(path) < _LONGEST]
        elif isinstance(part, list) and len(path) < _LONGEST:
            left += [(inner, (*path, index)) for index, inner in enumerate(part)]
    return Tree(dict(value), file, {}, names)
