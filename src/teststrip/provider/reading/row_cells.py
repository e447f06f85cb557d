"""The cells of one row by what their columns are, and those told apart that say more than their column asks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listings import by_separators
from teststrip.provider.reading.columns import fit
from teststrip.provider.reading.inline import Cell, cropped, joined, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Row
    from teststrip.provider.reading.flags import Flags

_MOST_TEXT: Final = (
    4000  # characters of a cell that are read: no description is longer, and no page takes for ever
)
_ENDS: Final = Pattern(
    r"[(（]?(?:(?:min|max)(?:imum)?\s*[:：=]?\s*[-−]?[\d.,]+\s*[,;]?\s*){1,2}[)）]?", re.IGNORECASE
)
_DEFAULTED: Final = Pattern(r"def\w*t\s*[:：=]\s*([\w.+-]+)", re.IGNORECASE)
_NEEDED: Final = Pattern(
    r"\s*[*_(\[]{0,3}(?P<word>required|optional|mandatory|必填|可选|必須)[*_)\]]{0,3}(?=\s|[.,;:]|$)[\s.,;:]*",
    re.IGNORECASE,
)
# The end of a cell: `... (default 5)`, `..., default: `x``.
_DEFAULT_LAST: Final = Pattern(
    r"(?:[,;·.]|\s?[(（]|<br\s?/?>|\n)\s*(?:default(?:s to| is| value)?\s?[:：=]?|默认(?:值|为)?\s?[:：]?)\s*(?P<value>`[^`]+`|\"[^\"]*\"|'[^']*'|[\w.:+-]{0,80}[\w+-])\s*[)）]?[\s.]*$",
    re.IGNORECASE,
)
_MOST_DEFAULT: Final = 120  # characters at the end of a cell that may tell a default
_MOST_NAME: Final = 60


def read_cells(
    row: Row, columns: Sequence[str], also: Mapping[str, Sequence[str]], flags: Flags
) -> dict[str, Cell]:
    """Give each column its cell; `also` are the columns that a header names besides, by the one it names first."""
    long = next((cell for cell in row.cells if len(cell.raw) > _MOST_TEXT), None)
    if long is not None:
        problem = f"a cell of more than {_MOST_TEXT} characters; what is beyond them is not read"
        flags.add(long.where, row.cells[0].text[:_MOST_NAME], long.text[:_MOST_NAME], problem)
        row = replace(row, cells=_short(row.cells), masked=_short(row.masked))
    fitted = fit(row, columns)
    if fitted.unsure:
        flags.add(
            row.where, fitted.cells[0].text, " | ".join(cell.text for cell in row.cells),
            f"this row has {len(row.cells)} cells and the header {len(columns)}, and they can be fitted in several ways",
        )  # fmt: skip
    found: dict[str, Cell] = {}
    for column, cell in zip(columns, fitted.cells, strict=True):
        if column == "description" and column in found and cell.text:
            found[column] = joined([found[column], cell], "\n") if found[column].text else cell
        elif column:
            found.setdefault(column, cell)
            for other in also.get(column, ()):
                found.setdefault(other, cell)
    if "range" not in found and ("min" in found or "max" in found):
        found["range"] = _ends(found, row)
    return _parted_range(found) if "range" in found else _parted_required(_parted_default(found))


def _parted_range(found: dict[str, Cell]) -> dict[str, Cell]:
    """Give what a cell of values says of a default, or of having to be given, cells of their own where it has none."""
    cell = found["range"]
    first = _NEEDED.match(cell.raw) if "required" not in found else None
    if first is not None:
        cell = read_inline(cell.raw[first.end() :], cell.where)
        found = found | {"required": plain_cell(first["word"], cell.where), "range": cell}
    last = _DEFAULT_LAST.search(cell.raw[-_MOST_DEFAULT:]) if "default" not in found else None
    if last is not None:
        start = max(0, len(cell.raw) - _MOST_DEFAULT) + last.start()
        told = read_inline(last["value"], cell.where)
        found = found | {"default": told, "range": read_inline(cell.raw[:start], cell.where)}
    return found


def _parted_default(found: dict[str, Cell]) -> dict[str, Cell]:
    """Give lines of limits in a default cell, below the default, a cell of their own: `28`, then `Min: 1 Max: 50`."""
    cell = found.get("default")
    lines = cell.lines if cell is not None else ()
    if cell is None or len(lines) < 2 or not _ENDS.fullmatch(" ".join(lines[1:])):
        return found
    rest = " ".join(lines[1:])
    default = plain_cell(lines[0], cell.where)
    return found | {"default": default, "range": plain_cell(rest, cell.where)}


def _parted_required(found: dict[str, Cell]) -> dict[str, Cell]:
    """Give the lines below yes or no, where they are values, a range or a default, a cell of their own."""
    cell = found.get("required")
    lines = cell.lines if cell is not None else ()
    if cell is None or len(lines) != 2 or lines[0].lower() not in words.YES | words.NO:
        return found
    rest = lines[1].strip(" ()（）")
    default = _DEFAULTED.match(rest)
    if default is not None:
        rest = rest[default.end() :].strip(" |,;")
        told = {} if "default" in found else {"default": Cell(((default[1], True),), cell.where, default[1])}
        listed = {"range": plain_cell(f"{default[1]}, {rest}", cell.where)} if rest else {}
        return found | {"required": plain_cell(lines[0], cell.where)} | told | listed
    inner = plain_cell(rest, cell.where)
    if read_limits(rest) is None and by_separators(inner, is_open=False) is None:
        return found
    return found | {"required": plain_cell(lines[0], cell.where), "range": inner}


def _short(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(cropped(cell, _MOST_TEXT) for cell in cells)


def _ends(found: Mapping[str, Cell], row: Row) -> Cell:
    """Make one range of a column of minima and one of maxima."""
    least, most = (found[name].text if name in found else "" for name in ("min", "max"))
    parts = [
        f"min {least}" if least not in words.NOTHING else "",
        f"max {most}" if most not in words.NOTHING else "",
    ]
    return plain_cell(", ".join(part for part in parts if part), row.where)
