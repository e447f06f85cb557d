"""Tables of what an API keeps and gives back, beside those of its requests: "Sound object" where "JSON params" follow.

Such a table has names, types and words, as one of parameters has. Its heading says that it is of an object, no
request's table speaks of that object, and other tables are under headings that say "request" or "parameters".
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.names import key_of, structure_of
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.flags import Flags

_KEPT: Final = Pattern(
    r"(?:the |an? )?(?P<name>[\w.'’-]{1,40}(?: [\w.'’-]{1,40}){0,4}?) (?:(?:object|resource|entity|model)s? ?){1,2}"
    r"(?:structure|schema|fields|properties|attributes|definition|reference)?"
    r"|(?:the |an? )?(?P<other>[\w.'’-]{1,40}(?: [\w.'’-]{1,40}){0,4}?) (?:structure|attributes)",
    re.IGNORECASE,
)
_RETURNED: Final = Pattern(r"\breturns?\b|\bresponse\b|\bresponds? with\b", re.IGNORECASE)
_OBJECT: Final = Pattern(r"\b(\w{1,40}(?: \w{1,40})?) (?:object|structure)s?\b", re.IGNORECASE)
_WORD: Final = Pattern(r"\w{1,60}")
_MOST_STEPS: Final = 8  # from a request's table to that of an object in an object in an object ...
_TELLING: Final = frozenset({"required", "default", "range"})


def without_resources(
    roles: Sequence[tuple[Group, Role]], document: Document, flags: Flags
) -> list[tuple[Group, Role]]:
    """Take tables of objects for answers; one that no sentence says is returned is flagged."""
    asking = [group for group, role in roles if role == "parameters" and _asks(group)]
    if not asking:
        return list(roles)
    left = _unspoken(asking, [group for group, role in roles if role == "parameters" and not _asks(group)])
    returned = _keys(" ".join(text.cell.text for text in document.texts if _RETURNED.search(text.cell.text)))
    for group in left:
        if "".join(_keys_of(group)[-2:]) not in returned:
            problem = (
                f'"{group.title}" is read as something that the API keeps, and no request\'s table speaks of it'
            )
            flags.add(group.where, "", group.title, problem, ("left out", "parameters of a request"))
    out = {id(group) for group in left}
    return [(group, "response" if id(group) in out else role) for group, role in roles]


def _unspoken(asking: Sequence[Group], others: Sequence[Group]) -> list[Group]:
    """Return the tables of objects that no request's table speaks of, and no table of an object that one does."""
    left = [group for group in others if _keys_of(group)]
    said = list(asking)
    spoken: frozenset[str] = frozenset()
    for _ in range(_MOST_STEPS):
        spoken |= _keys(" . ".join(text for group in said for text in _spoken(group)))
        said = [group for group in left if {(keys := _keys_of(group))[-1], "".join(keys[-2:])} & spoken]
        if not said:
            break
        held = {id(group) for group in said}
        left = [group for group in left if id(group) not in held]
    return left


def _keys_of(group: Group) -> list[str]:
    """Return the keys of the words that name an object, where a group's heading says that it is the table of one."""
    return [key_of(word) for word in _WORD.findall(_kept(group))]


def _asks(group: Group) -> bool:
    """Tell whether the heading next above a group, by its own word, is one of a request."""
    return bool(group.headings) and words.purpose(group.headings[-1].cell.text) == "request"


def _kept(group: Group) -> str:
    """Return the name of the object that a group's heading says it is the table of; empty when it says none."""
    if group.form != "table" or _TELLING & set(columns_of(group)) or not group.headings:
        return ""
    if any(words.purpose(heading.cell.text) == "request" for heading in group.headings):
        return ""
    match = _KEPT.fullmatch(group.title.strip())
    name = (match["name"] or match["other"]) if match is not None else ""
    return structure_of(name)


def _spoken(group: Group) -> Iterator[str]:
    """Give what a request's table says of objects: what may be one, and the words before "object"."""
    columns = columns_of(group)
    for row in group.rows:
        cells = dict(zip(columns, row.cells, strict=False))
        if "type" in cells and "name" in cells and _may_hold(cells["type"].text):
            yield from (cells["name"].text, cells["type"].text)
        for column, cell in cells.items():
            if column not in {"name", "type"}:
                yield from (match[1] for match in _OBJECT.finditer(cell.text))


def _may_hold(text: str) -> bool:
    try:
        reading = read_kind(text)
    except CellError:
        return True
    return bool({reading.kind, *reading.or_kinds} & {"array", "object", None})


def _keys(text: str) -> frozenset[str]:
    """Return the keys of every word of a text, and of every two that stand together."""
    found = [key_of(word) for word in _WORD.findall(text)]
    return frozenset((*found, *(f"{first}{second}" for first, second in itertools.pairwise(found))))
