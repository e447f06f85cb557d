"""What a page says of having to be given for more than one row: `name?` beside `name`, "All fields are optional."."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.classify import columns_of
from teststrip.provider.reading.group_required import has_default
from teststrip.provider.reading.required import RequiredReading

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
_MOST_TOLD: Final = 50


def by_convention(
    groups: Sequence[Group], parsed: Sequence[list[Parsed]], document: Document
) -> list[list[Parsed]]:
    """Let the page's own way to mark what may be left out say it of the rows that say nothing themselves.

    On a page that writes `name?` for such, a name without the mark has to be given. A sentence about all of the
    parameters of a section goes before that.
    """
    told = [text for text in document.texts if _ALL.search(text.cell.text)][:_MOST_TOLD]
    asked = any(one.name.asked for rows in parsed for one in rows)
    return [_settled(group, rows, told, asked=asked) for group, rows in zip(groups, parsed, strict=True)]


def _settled(group: Group, rows: list[Parsed], told: Sequence[Text], *, asked: bool) -> list[Parsed]:
    if group.form == "fields" or (group.form == "table" and "required" in columns_of(group)):
        return rows
    word = _told(group, told)
    if word is None and not asked:
        return rows
    required = RequiredReading(required=word is None or word.lower() not in {"optional", "可选"})
    return [
        replace(one, required=required) if one.required == RequiredReading() and not has_default(one) else one
        for one in rows
    ]


def _told(group: Group, told: Sequence[Text]) -> str | None:
    """Return what a sentence above a group says of all its parameters: in its section, or in one around it."""
    for text in reversed(told):
        if text.headings == group.headings[: len(text.headings)] and text.cell.where.line <= group.where.line:
            match = _ALL.search(text.cell.text)
            return (match["word"] or match["zh"]) if match is not None else None
    return None
