"""What calls that only read are asked with: a table of query parameters below `GET /prints` is one of a request.

Left out are the parts of their addresses (`GET /prints/{id}`), and tables of what such a call gives back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.operations import Operations

_HOLE: Final = Pattern(r"[{<:$]\{?([A-Za-z_][\w-]{0,60})")
_TELLING: Final = frozenset({"type", "required", "default"})
_LINE: Final = 80  # characters of a line that is the title of what follows


def with_queries(
    roles: Sequence[tuple[Group, Role]], operations: Operations, flags: Flags
) -> list[tuple[Group, Role]]:
    """Return the roles, in which tables of what a reading call is asked with are parameters; their rows are flagged."""
    asking = {id(group) for group, role in roles if role == "poll" and _asks(group, operations)}
    for row in (row for group, _ in roles if id(group) in asking for row in group.rows if row.cells):
        name = row.cells[0].text.strip("`* ")
        problem = "this is asked of a call that only reads"
        flags.add(row.where, name, row.cells[0].text, problem, ("a parameter of that call", "left out"))
    return [(group, "parameters" if id(group) in asking else role) for group, role in roles]


def _asks(group: Group, operations: Operations) -> bool:
    """Tell whether a table is called one of parameters, and has some that are no part of the address."""
    if group.form == "table":
        if not ("name" in columns_of(group) and _TELLING & set(columns_of(group))):
            return False
    elif any(words.is_reading_endpoint(heading.cell.text) for heading in group.headings):
        return False  # a list below such an address may be of anything
    lines = [lead.text for lead in group.lead[-1:] if len(lead.text) <= _LINE]
    titles = [*lines, *(heading.cell.text for heading in group.headings[-1:])]
    if not any(words.purpose(title) == "request" or words.is_reading_endpoint(title) for title in titles):
        return False
    if any(words.purpose(title) == "response" for title in titles):
        return False
    address = " ".join([*(heading.cell.text for heading in group.headings), *_paths(group, operations)])
    parts = {part.lower() for part in _HOLE.findall(address)}
    names = [re.sub(r"[`*{}:<>\\]", "", row.cells[0].text).strip().lower() for row in group.rows if row.cells]
    return any(name not in parts for name in names)


def _paths(group: Group, operations: Operations) -> list[str]:
    around = operations.around(group.headings, group.where.line)
    return ["/".join(one.path) for one in around]
