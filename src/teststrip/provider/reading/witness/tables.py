"""Tables that look like parameters and were taken for something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import may_be_kind
from teststrip.provider.reading.cells.names import read_name
from teststrip.provider.reading.classify import is_of_function, said_of
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.witness.known import Known, last_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell

_NAME: Final = Pattern(r"[A-Za-z_$@][\w$@-]{0,60}(?:(?:\[\])?\.[A-Za-z_][\w-]{0,60}){0,6}(?:\[\])?")
_TAKEN_FOR: Final[dict[str, str]] = {
    "response": "fields of an answer",
    "options": "values",
    "other": "something else",
    "sizes": "sizes",
    "models": "models",
    "errors": "errors",
    "headers": "headers",
    "path": "parts of the path",
    "poll": "parameters of another request",
    "prices": "prices",
}


_ASKED: Final = Pattern(
    r"\bquery|\bfilter|\brequest|查询参数|请求|クエリ|リクエスト|쿼리|요청|consulta|requête|запрос|anfrage",
    re.IGNORECASE,
)
_READING: Final = frozenset({"headers", "path", "poll"})
_SAID: Final = frozenset({"response", "errors", "path", "poll", "prices"})


def flag_tables(roles: Sequence[tuple[Group, Role]], known: Known, flags: Flags) -> None:
    """Flag the rows of tables that look like parameters, unless the page says plainly what they are."""
    for group, role in roles:
        if role == "parameters":
            continue
        named = _names(group)
        new = [(name, cell) for name, cell in named if known.is_new(name)]
        whole = _is_all_sent(group, named, known)
        seems = _seems(group, role, [name for name, _ in named], known)
        sent = _is_sent([name for name, _ in new], known)
        asked = role == "poll" and _is_asked(group)
        if whole or seems or sent or (asked and new):
            # Another request may have the names again.
            again = whole or (seems and role != "response") or (role == "poll" and (sent or asked))
            for name, cell in named if again else new:
                problem = f"this row may be a parameter; its table is taken for {_TAKEN_FOR.get(role, role)}"
                flags.add(cell.where, name, cell.text, problem, ("a parameter", "none"))


def _is_asked(group: Group) -> bool:
    """Tell whether a table has types, and is of what a request that reads is asked with, and not of its answer."""
    columns = columns_of(group) if group.form == "table" else [cell.text for cell in group.header]
    return columns[:2] == ["name", "type"] and _ASKED.search(group.title) is not None


def _is_sent(names: Sequence[str], known: Known) -> bool:
    """Tell whether examples send names of a table."""
    sent = [name for name in names if known.is_sent(name) and last_of(name) not in known.answered]
    return len(sent) > 1 or (bool(sent) and len(sent) * 2 >= len(names))


def _is_all_sent(group: Group, named: Sequence[tuple[str, Cell]], known: Known) -> bool:
    """Tell whether examples send most names of a table that tells what is required: another request's, moved."""
    names = [name for name, _ in named]
    sent = sum(known.is_sent(name) and last_of(name) not in known.answered for name in names)
    return group.form == "table" and "required" in columns_of(group) and sent > 2 and sent * 5 >= len(names) * 3


def _seems(group: Group, role: Role, names: Sequence[str], known: Known) -> bool:
    """Tell whether a table looks like parameters, and nothing says plainly that it is something else."""
    columns = columns_of(group) if group.form == "table" else [cell.text for cell in group.header]
    if sum(name in known.values for name in names) * 2 > len(names):
        return False
    if role == "poll" and group.form == "table" and {"name", "type", "default"} <= set(columns):
        return True  # what a list of results is asked with
    if "default" in columns and words.is_sure_name(group.header[0].text) and role not in _READING:
        return True  # answers have no defaults
    if role == "headers" or is_of_function(group) or columns[:1] == ["models"]:
        return False
    if role == "models" or (role in _SAID and said_of(group) == role):
        return False
    answered = sum(last_of(name) in known.answered and not known.is_sent(name) for name in names)
    if answered * 2 > len(names) or len(names) * 2 < len(group.rows):
        return False
    if all(re.fullmatch(r"[A-Z][a-z]+", name) for name in names):
        return False  # words
    return "required" in columns or columns[:2] == ["name", "type"] or is_typed(group)


def _names(group: Group) -> list[tuple[str, Cell]]:
    columns = columns_of(group) if group.form == "table" else [cell.text for cell in group.header]
    at = columns.index("name") if "name" in columns else 0
    found = []
    for row in group.rows:
        if at < len(row.cells):
            read = read_name(row.cells[at])
            if read is not None and _NAME.fullmatch(read.path) and not re.fullmatch(r"[A-Z][A-Z0-9_]+", read.path):
                found.append((read.path, row.cells[at]))
    return found


def is_typed(group: Group) -> bool:
    """Tell whether a column of a table holds types, whatever its header says."""
    for at in range(1, len(group.header)):
        cells = [row.cells[at] for row in group.rows if at < len(row.cells) and row.cells[at].text.strip("-–— ")]
        if len(cells) * 2 > len(group.rows) and sum(_is_kind(cell) for cell in cells) * 3 >= len(cells) * 2:
            return True
    return False


def _is_kind(cell: Cell) -> bool:
    if len(cell.text) > 60 or cell.text.lower() in words.MEDIA:
        return False
    return may_be_kind(cell.text, cell.codes)
