"""What a page says of having to be given for more than one row: `name?` beside `name`, "All fields are optional."."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.required import RequiredReading, mine_required
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.group_required import has_default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Document, Group, Text
    from teststrip.provider.reading.rows import Parsed

_ALL: Final = Pattern(
    r"\ball (?:of )?(?:the |these |its )?(?:\w{1,20} ){0,2}?(?:param\w{0,10}|fields|properties|arguments|options|keys|inputs)"
    r"(?: \w{1,20}){0,5} are (?P<word>optional|required|mandatory)\b"
    r"|(?:所有|全部)(?:请求)?(?:参数|字段)(?:都是|均为|均|都为|都)?(?P<zh>可选|必填|必选)",
    re.IGNORECASE,
)
_OF_ANSWER: Final = Pattern(r"respon|return|output|result|响应|返回", re.IGNORECASE)
_EXCEPT: Final = Pattern(
    r"[\s,，(（]{0,3}(?:except|other than|apart from|but (?:for )?|with the exception of|除)", re.IGNORECASE
)
_BRACKETED: Final = Pattern(r"\[optional\]", re.IGNORECASE)
_STOP: Final = Pattern(r"[.。;；](?:\s|$)")
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}")
_MOST_TOLD: Final = 50
_FEWEST: Final = 3  # rows of a list that shows how a page marks


@dataclass(frozen=True, slots=True)
class _Told:
    """What a sentence says of all parameters of a section; of the `others`, by name, the opposite holds."""

    text: Text
    required: bool
    others: frozenset[str]


def by_convention(
    groups: Sequence[Group], parsed: Sequence[list[Parsed]], document: Document
) -> list[list[Parsed]]:
    """Let the page's own way to mark what may be left out say it of the rows that say nothing themselves.

    On a page that writes `name?` for such, a name without the mark has to be given. A sentence about all of the
    parameters of a section goes before that.
    """
    told = [found for text in document.texts if (found := _told(text)) is not None][:_MOST_TOLD]
    asked = any(one.name.asked for rows in parsed for one in rows)
    lists = [rows for group, rows in zip(groups, parsed, strict=True) if group.form == "list"]
    marked = _marks_optional(lists)
    alike = _marking(groups, parsed)

    def is_asked(group: Group, rows: list[Parsed]) -> bool:
        listed = marked and group.form == "list" and any(map(_is_optional, rows))
        return asked or listed or (group.form == "table" and _header(group) in alike)

    return [
        _settled(group, rows, told, asked=is_asked(group, rows))
        for group, rows in zip(groups, parsed, strict=True)
    ]


def _marking(groups: Sequence[Group], parsed: Sequence[list[Parsed]]) -> frozenset[tuple[str, ...]]:
    """Return the headers under which a page's tables write `[optional]` in most rows: those without it are required."""
    tables: dict[tuple[str, ...], list[Parsed]] = {}
    for group, rows in zip(groups, parsed, strict=True):
        if group.form == "table":
            tables.setdefault(_header(group), []).extend(rows)
    return frozenset(
        header
        for header, rows in tables.items()
        if _marks_optional([rows])
        and any(_BRACKETED.search(cell.text) for row in rows[:_MOST_TOLD] for cell in row.cells.values())
    )


def _header(group: Group) -> tuple[str, ...]:
    return tuple(cell.text for cell in group.header)


def _marks_optional(lists: Sequence[list[Parsed]]) -> bool:
    """Tell whether the lists of a page mark what is optional, in one of them most, and nowhere what is required."""
    said = [
        mine_required(one.cell("description")).required or bool(one.cell("required").text)
        for rows in lists
        for one in rows
        if not _is_optional(one)
    ]
    most = any(sum(map(_is_optional, rows)) * 2 >= len(rows) >= _FEWEST for rows in lists)
    return most and not any(said)


def _is_optional(row: Parsed) -> bool:
    return row.required.required is False and not row.required.conditions and not row.required.unclear


def _told(text: Text) -> _Told | None:
    match = _ALL.search(text.cell.text)
    if match is None or _OF_ANSWER.search(match[0]):
        return None
    word = (match["word"] or match["zh"]).lower()
    behind = _STOP.split(text.cell.text[match.end() :])[0]
    others = frozenset(_NAME.findall(behind)) if _EXCEPT.match(behind) else frozenset[str]()
    return _Told(text, word not in {"optional", "可选"}, others)


def _settled(group: Group, rows: list[Parsed], told: Sequence[_Told], *, asked: bool) -> list[Parsed]:
    if group.form == "fields" or (group.form == "table" and "required" in columns_of(group)):
        return rows
    said = next((one for one in reversed(told) if _is_about(one.text, group)), None)
    if said is None and not asked:
        return rows
    settled: list[Parsed] = []
    for one in rows:
        required = said is None or said.required is not (one.path in said.others)
        open_ = one.required == RequiredReading() and not (required and has_default(one))
        settled.append(replace(one, required=RequiredReading(required=required)) if open_ else one)
    return settled


def _is_about(text: Text, group: Group) -> bool:
    """Tell whether a sentence stands above a group: in its section, or in one around it."""
    return text.headings == group.headings[: len(text.headings)] and text.cell.where.line <= group.where.line
