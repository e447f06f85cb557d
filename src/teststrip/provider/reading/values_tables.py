"""Tables whose rows are the values of a parameter that another table describes, though their columns look like its.

| Mode   | Meaning      | Keeps colours | Gives    |    `mode` is in the request's table, with the default `ink_fine`:
| ink_fine | Thin lines | ✅            | a string |    no parameter is called so
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.provider.reading import words
from teststrip.provider.reading.examples import read_examples_of
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document, Group


def without_value_tables(roles: Sequence[tuple[Group, Role]], document: Document) -> list[tuple[Group, Role]]:
    """Take such tables for tables of values.

    Their first column's header is no word for names, one of its cells is a value that another group's parameter has
    as a default or in an example, and no example gives a value to any of them.
    """
    doubted = [group for group, role in roles if role == "parameters" and _may_list_values(group)]
    if not doubted:
        return list(roles)
    shown = read_examples_of([code.text for code in document.codes])
    sure = [group for group, role in roles if role == "parameters" and not _may_list_values(group)]
    names = {name for group in sure for name in _cells(group, "name")}
    values = {value for group in sure for value in _cells(group, "default")}
    values.update(value for name in names for value in shown.values.get(name, ()))
    listing = {
        id(group)
        for group in doubted
        if (own := set(_cells(group, "name"))) & (values - names)
        and not own & (names | shown.values.keys() | shown.parents.keys())
    }
    return [(group, "options" if id(group) in listing else role) for group, role in roles]


def _may_list_values(group: Group) -> bool:
    return group.form == "table" and bool(group.header[0].text) and words.column(group.header[0].text) != "name"


def _cells(group: Group, column: str) -> Iterator[str]:
    """Give the texts of a column, without quotes."""
    columns = columns_of(group) if group.form == "table" else [cell.text for cell in group.header]
    at = columns.index(column) if column in columns else len(columns)
    yield from (
        row.cells[at].text.strip("`*\"' ") for row in group.rows if at < len(row.cells) and row.cells[at].text
    )
