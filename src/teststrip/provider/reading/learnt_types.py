"""Words for types that only the examples of a page explain: a `snowflake` whose every example is a text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.document import Document, Group

_VALUE: Final = Pattern(
    r"[\"'](?P<name>[A-Za-z_]\w{0,80})[\"']\s{0,8}:\s{0,8}(?P<value>[\"']|-?\d{1,20}(?:\.\d{1,20})?\b|true\b|false\b|\{|\[)",
    re.IGNORECASE,
)
_MOST: Final = 60_000  # characters of examples that are looked at
_FEWEST: Final = 2  # examples that have to agree
_ONE_WORD: Final = Pattern(r"[?？]?\s?([A-Za-z][\w-]{1,30})\s?[?？]?")


def learn_types(document: Document, groups: Sequence[Group]) -> Mapping[str, Kind]:
    """Return what the words in type cells mean that are no types, where all examples of their rows agree."""
    unknown = _unknown(groups)
    if not unknown:
        return {}
    shown: dict[str, list[Kind]] = defaultdict(list)
    for match in _VALUE.finditer("\n".join(code.text for code in document.codes)[:_MOST]):
        shown[match["name"]].append(_kind(match["value"]))
    learnt: dict[str, Kind] = {}
    for word, names in unknown.items():
        kinds = [kind for name in names for kind in shown[name]]
        if len(kinds) >= _FEWEST and len(set(kinds)) == 1 and kinds[0] not in {"array", "object"}:
            learnt[word] = kinds[0]
    return learnt


def word_of(text: str) -> str:
    """Return the word of a type cell that has one word only, in lower case."""
    match = _ONE_WORD.fullmatch(text.strip())
    return match[1].lower() if match is not None else ""


def _unknown(groups: Sequence[Group]) -> Mapping[str, Sequence[str]]:
    """Return the names of the rows that have each word as their type that is none."""
    found: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        columns = columns_of(group) if group.form == "table" else []
        if not {"name", "type"} <= set(columns):
            continue
        name, kind = columns.index("name"), columns.index("type")
        for row in group.rows:
            if len(row.cells) == len(columns) and (word := word_of(row.cells[kind].text)) and _is_unknown(word):
                found[word].append(row.cells[name].text.strip("*?？ "))
    return found


def _is_unknown(word: str) -> bool:
    try:
        return bool(read_kind(word).named)
    except CellError:
        return True


def _kind(value: str) -> Kind:
    if value[0] in "\"'":
        return "string"
    if value[0] in "{[":
        return "object" if value == "{" else "array"
    if value.lower() in {"true", "false"}:
        return "boolean"
    return "number" if "." in value else "integer"
