"""What each column of a group of rows is: by its header, and by what its cells hold where the header does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.provider.reading import words
from teststrip.provider.reading.column_guess import guess_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Group, Row


def columns_of(group: Group) -> list[str]:
    """Return what each column is; "" for one that is not known. A later column that says a thing again is not known."""
    seen: set[str] = set()
    columns = []
    for cell in group.header:
        meaning = words.column(cell.text)
        columns.append("" if meaning in seen and meaning != "description" else meaning)
        seen.add(meaning)
    if "name" not in seen and columns and not columns[0] and "type" in seen:
        columns[0] = "name"
    return guess_columns(group, _by_codes(group, columns))


def _by_codes(group: Group, columns: list[str]) -> list[str]:
    """Take the names from the column of two that has them as code, where the other has titles."""
    first = columns.index("name") if "name" in columns else -1
    coded = [at for at, column in enumerate(columns) if not column and at != first]
    whole = [row for row in group.rows if len(row.cells) == len(columns)]
    if len(coded) == 1 and first > coded[0] and _are_names(whole, coded[0]) and not _are_names(whole, first):
        columns[coded[0]], columns[first] = "name", ""  # "Query String | Name": `lat`, and Latitude
        return columns
    second = next(
        (at for at, cell in enumerate(group.header) if not columns[at] and words.column(cell.text) == "name"), None
    )
    if second is None or columns[0] != "name" or second == 0:
        return columns
    rows = [row for row in group.rows if len(row.cells) == len(columns)]
    if rows and all(row.cells[second].is_code and not row.cells[0].codes for row in rows):
        columns[0], columns[second] = "", "name"
    return columns


def _are_names(rows: Sequence[Row], at: int) -> bool:
    """Tell whether a column has one name as code in each of its rows."""
    return bool(rows) and all(row.cells[at].is_code and len(row.cells[at].codes) == 1 for row in rows)
