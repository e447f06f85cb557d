"""Tables of which it cannot be told whether they are of the request, or what they are below: they are flagged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.classify import columns_of
from teststrip.provider.reading.names import structure_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.rows import Parsed

# Headings over some of a request's parameters.
_OF_REQUEST: Final = Pattern(
    r"\b(?:required|optional|advanced|basic|general|common|additional|other|settings?|options?|controls?|configuration|features?)\b|必填|可选|高级|基础|基本|其他|通用|詳細|その他|선택|필수|дополнит|основн|opcional|avanzad|optionn|erweitert",
    re.IGNORECASE,
)
# Names that hold the body in a program, and are no part of it.
_NO_WRAPPER: Final = frozenset(
    {"data", "body", "json", "payload", "headers", "options", "config", "kwargs", "args"}
)
_TELLING: Final = frozenset({"required", "default", "range"})  # columns that tables of answers have not


def leave_out_unsure(groups: Sequence[Group], parents: Mapping[int, str], flags: Flags) -> list[Group]:
    """Return the tables, on a page that lost its headings, of which nobody can tell whether the request has them.

    They have names, types and words only, as tables of answers have, and come after a table that is surely the
    request's.
    """
    sure = next((index for index, group in enumerate(groups) if _TELLING & set(columns_of(group))), None)
    found = []
    for index, group in enumerate(groups):
        if (
            sure is None
            or index <= sure
            or group.headings
            or _TELLING & set(columns_of(group))
            or index in parents
        ):
            continue
        found.append(group)
        lead = group.lead[-1].text if group.lead else ""
        if words.purpose(lead) != "response":
            header = " | ".join(cell.text for cell in group.header)
            problem = "without a heading it cannot be told what this table is of; it is left out"
            flags.add(group.where, "", header, problem, ("the request", "a member of the request", "the answer"))
    return found


def doubt_tables(
    groups: Sequence[Group],
    rows: Sequence[Parsed],
    parents: Mapping[int, str],
    shown: Mapping[int, str],
    flags: Flags,
) -> None:
    """Flag the rows of tables of names, types and words under headings that speak of something else than a request.

    They may be members of a parameter, the fields of an answer, or another request's. `shown` are the parents by
    line that the examples show.
    """
    asked = [group for group in groups if words.purpose(group.title) == "request"]
    doubted = {
        index
        for index, group in enumerate(groups)
        if (index or (asked and structure_of(group.title) != group.title))
        and index not in parents
        and group.form == "table"
        and group.headings
        # A table of members has such columns as well: "Tool object".
        and (not _TELLING & set(columns_of(group)) or structure_of(group.title) != group.title)
        and words.purpose(group.headings[-1].cell.text) != "request"
        and not _OF_REQUEST.search(group.headings[-1].cell.text)
        and (not index or group.headings[-1] not in groups[0].headings)
    }
    for row in rows:
        members = _TELLING & set(columns_of(groups[row.group]))
        if row.group in doubted and not (members and ("." in row.path or row.depth or row.where.line in shown)):
            title = groups[row.group].headings[-1].cell.text
            problem = f'it cannot be told whether what stands under "{title}" is of the request'
            flags.add(
                row.where, row.path, row.path, problem, ("of the request", "members of a parameter", "neither")
            )


def doubt_wrappers(
    groups: Sequence[Group],
    rows: Sequence[Parsed],
    parents: Mapping[int, str],
    examples: Examples,
    flags: Flags,
) -> None:
    """Flag groups that every example puts into an object of which no row speaks: `input`. Their names stay as written."""
    known = {row.path for row in rows}
    paths: dict[int, list[str]] = {}
    for row in rows:
        if not row.depth and "." not in row.path:
            paths.setdefault(row.group, []).append(row.path)
    for index, group in enumerate(groups):
        own = paths.get(index, [])
        above = [examples.parents[path] for path in own if path in examples.parents]
        if index in parents or len(above) < 2 or len(above) * 2 <= len(own) or any("" in one for one in above):
            continue
        shared = set(above[0]).intersection(*above[1:]) - known - _NO_WRAPPER
        if len(shared) == 1:
            wrapper = shared.pop()
            problem = f'the examples put these into "{wrapper}", and no row says so'
            flags.add(group.where, "", wrapper, problem, (f"{wrapper}.{own[0]}", own[0]))
