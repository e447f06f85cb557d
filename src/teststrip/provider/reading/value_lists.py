"""The tables and lists of values that a page has, by the titles over them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.listings import Listing, Value
from teststrip.provider.reading.named_lists import named_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Document, Group, Heading

# An item of a list of values: the value, and what it is.
ITEM: Final = Pattern(
    r"[\"'“`]?(?P<value>[\w.:+/%*-]+)[\"'”`]?(?:\s*(?:=|[:：](?!\d)|\s[-–—]\s|->)\s*(?P<label>.*)|\s*[(（](?P<paren>.*)[)）])?",
    re.DOTALL,
)
_SEE: Final = Pattern(r"see (?:the )?(.+?)(?: table)?\.?", re.IGNORECASE)
OF_MODELS: Final = Pattern(r"model|模型|モデル|모델|modelo|modèle", re.IGNORECASE)
_NOISE: Final = Pattern(
    r"\b(?:the|table|section|list|available|supported|values?|options?|reference|below|above|full)\b|(?:の値|の選択肢|的?取值|的?可选值|的值|값)\s*$|[^\w]+",
    re.IGNORECASE,
)


def listed_in(table: Group) -> Listing:
    """Return the values of a table, each with what stands beside it."""
    values = []
    first = _value_column(table)
    title = table.header[first].text if first < len(table.header) else ""
    # A long list is often set in two columns or three, each with its header.
    columns = [first, *(at for at, cell in enumerate(table.header) if at > first + 1 and cell.text == title)]
    for at in columns:
        for row in table.rows:
            if at >= len(row.cells):
                continue
            cell, beside = row.cells[at], 0 if first else at + 1
            text = cell.codes[0] if cell.codes else cell.text
            values.append(Value(text.strip("\"'"), row.cells[beside].text if beside < len(row.cells) else ""))
    return Listing(tuple(value for value in values if value.text))


def _value_column(table: Group) -> int:
    """Return the column of a table's values: the first, or the second where only that has them as code spans."""
    rows = [row for row in table.rows if len(row.cells) > 1]
    second = bool(rows) and all(row.cells[1].is_code and not row.cells[0].codes for row in rows)
    return 1 if second else 0


def references(groups: Sequence[Group]) -> frozenset[str]:
    """Return the titles, in lower case, of the tables that cells of some groups refer to."""
    found = (_SEE.fullmatch(cell.text) for group in groups for row in group.rows for cell in row.cells)
    return frozenset(match[1].lower() for match in found if match is not None)


def model_names(options: Sequence[Group]) -> tuple[str, ...]:
    """Return the ids in the page's tables of models, in order."""
    names: list[str] = []
    for group in options:
        if group.header and OF_MODELS.match(group.header[0].text):
            names += [value.text for value in listed_in(group).values if re.fullmatch(r"[\w./:@-]+", value.text)]
    return tuple(dict.fromkeys(names))


def lists_of(document: Document) -> dict[str, tuple[tuple[int, tuple[Value, ...]], ...]]:
    """Return the lists of values that stand under a heading of their own, each with its line."""
    found: dict[Heading, list[Value]] = {}
    for text in document.texts:
        if text.is_item and text.headings:
            match = ITEM.fullmatch(text.cell.text)
            first = text.cell.codes[0] if text.cell.codes else None
            label = (match["label"] or match["paren"] or "") if match is not None else ""
            if first is not None and text.cell.text.startswith(first):
                found.setdefault(text.headings[-1], []).append(Value(first.strip("\"'"), label))
            elif match is not None:
                found.setdefault(text.headings[-1], []).append(Value(match["value"], label))
    lists: dict[str, list[tuple[int, tuple[Value, ...]]]] = {}
    for text in document.texts:
        named = named_list(text)
        if named is not None and key_of_title(named[0]):
            lists.setdefault(key_of_title(named[0]), []).append((text.cell.where.line, named[1]))
    for heading, values in found.items():
        if len(values) > 1 and key_of_title(heading.cell.text):
            lists.setdefault(key_of_title(heading.cell.text), []).append((heading.cell.where.line, tuple(values)))
    return {key: tuple(several) for key, several in lists.items()}


def key_of_title(title: str) -> str:
    """Return the words of a title that say what its values are of."""
    return " ".join(_NOISE.sub(" ", title.lower()).split())


def singular(key: str) -> str:
    """Return a key without the `s` of its end."""
    return key[:-1] if key.endswith("s") and not key.endswith("ss") else key
