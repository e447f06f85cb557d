"""Tables that would be taken for values, and whose rows are what an example sends: they are of its parameters.

| Name        | Description         | Comment  |    {"Canvas": {"Path": "a.png"}, "Folder": "out", "Words": []}
| Canvas.Path | Where the paper is  | Required |
| Folder      | Where the sheet goes|          |    no column says a type, or what has to be given
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.sent.bodies import requests_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.operations import Operations

_PATH: Final = Pattern(r"(?P<top>[A-Za-z_$][\w$-]{0,60})(?:(?:\[\d?\])?\.[A-Za-z_$][\w$-]{0,60}){0,8}(?:\[\])?")
_FEWEST: Final = 3  # names at the top of a body that a table has


def with_sent_tables(
    roles: Sequence[tuple[Group, Role]], document: Document, operations: Operations
) -> list[tuple[Group, Role]]:
    """Take such tables for tables of parameters, where the page has no other group of them.

    At least half of the names at the top are sent by one request, and at least half of what that sends is in the table;
    or all that it sends is.
    """
    doubted = [group for group, role in roles if role == "options" and _has_names(group)]
    if not doubted or any(role == "parameters" for _, role in roles):
        return list(roles)
    bodies = [set(request.names) for request in requests_of(document, operations)]
    sent = {id(group) for group in doubted if any(_is_sent(_tops(group), body) for body in bodies)}
    return [(group, "parameters" if id(group) in sent else role) for group, role in roles]


def _has_names(group: Group) -> bool:
    return group.form == "table" and "name" in columns_of(group)


def _is_sent(names: set[str], body: set[str]) -> bool:
    shared = len(names & body)
    return shared >= _FEWEST and (body <= names or (shared * 2 >= len(names) and shared * 2 >= len(body)))


def _tops(group: Group) -> set[str]:
    """Return the names at the top of what a table's rows name; its other cells as they stand."""
    at = columns_of(group).index("name")
    texts = [row.cells[at].text.strip("`* ") for row in group.rows if at < len(row.cells)]
    paths = ((text, _PATH.fullmatch(text)) for text in texts if text)
    return {path["top"] if path is not None else text for text, path in paths}
