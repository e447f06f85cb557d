"""Tables that look like parameters and were taken for something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import columns_of, is_of_function, said_of
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.kinds import read_kind
from teststrip.provider.reading.names import read_name
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


_READING: Final = frozenset({"headers", "path", "poll"})
_SAID: Final = frozenset({"response", "errors", "path", "poll", "prices"})


def flag_tables(roles: Sequence[tuple[Group, Role]], known: Known, flags: Flags) -> None:
    """Flag the rows of tables that look like parameters, unless the page says plainly what they are."""
    for group, role in roles:
        if role == "parameters":
            continue
        named = _names(group)
        new = [(name, cell) for name, cell in named if known.is_new(name)]
        if new and _looks(group, role, [name for name, _ in named], [name for name, _ in new], known):
            for name, cell in new:
                problem = f"this row may be a parameter; its table is taken for {_TAKEN_FOR.get(role, role)}"
                flags.add(cell.where, name, cell.text, problem, ("a parameter", "none"))


def _looks(group: Group, role: Role, names: Sequence[str], new: Sequence[str], known: Known) -> bool:
    sent = [name for name in new if known.is_sent(name) and last_of(name) not in known.answered]
    shown = len(sent) > 1 or (bool(sent) and len(sent) * 2 >= len(new))
    if shown:
        return True
    if "default" in columns_of(group) and words.is_sure_name(group.header[0].text) and role not in _READING:
        return True  # answers have no defaults
    if (
        role in {"headers", "models"}
        or columns_of(group)[:1] == ["models"]
        or is_of_function(group)
        or (role in _SAID and said_of(group) == role)
    ):
        return False
    if sum(last_of(name) in known.answered for name in names) * 2 > len(names) or len(names) * 2 < len(group.rows):
        return False
    if all(re.fullmatch(r"[A-Z][a-z]+", name) for name in names):
        return False  # words
    columns = columns_of(group)
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
        if cells and len(cells) * 2 > len(group.rows) and all(_is_kind(cell) for cell in cells):
            return True
    return False


def _is_kind(cell: Cell) -> bool:
    if len(cell.text) > 60 or cell.text.lower() in words.MEDIA:
        return False
    try:
        return read_kind(cell.text, cell.codes).kind is not None
    except CellError:
        return False
