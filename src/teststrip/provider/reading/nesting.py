"""Which request each group of rows belongs to, and below which parameter; what cannot be told is flagged."""

from __future__ import annotations

import re
from collections import ChainMap
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.announcing import TITLE, announced, whole_path
from teststrip.provider.reading.cells.names import structure_of
from teststrip.provider.reading.classify import role_of
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.item_titles import of_items
from teststrip.provider.reading.member_titles import NO_WRAPPER, announces, around, headed, led, shown_in
from teststrip.provider.reading.shown_places import may_hold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.rows import Parsed

_BOLD: Final = 9  # the level of a heading that is only a bold line
_MOST_HOLDERS: Final = 200  # rows above a heading of which one may speak of the structure that it names
# Headings over some of a request's parameters.
OF_REQUEST: Final = Pattern(
    r"\b(?:required|optional|advanced|basic|general|common|additional|other|settings?|options?|controls?|configuration|features?)\b|必填|可选|高级|基础|基本|其他|通用|詳細|その他|선택|필수|дополнит|основн|opciona|obrigat|obligat|avanzad|optionn|erweitert",
    re.IGNORECASE,
)
WRAPPED: Final = 'the examples put these into "{}", and no row says so'
_TELLING: Final = frozenset({"required", "default", "range"})  # columns that tables of answers have not


def name_endpoints(
    groups: Sequence[Group], rows: Sequence[Parsed], parents: Mapping[int, str], flags: Flags
) -> list[str]:
    """Name the request that each group belongs to.

    Groups under one heading of level 2 or above are of one request; one that has a name for the second time is of
    another, and without a heading that is a guess.
    """
    names: dict[int, set[str]] = {}
    held = {groups[index].headings[-1] for index in parents if groups[index].headings}
    held |= {one for index, path in parents.items() for one in groups[index].headings if announces(one, path)}
    for row in rows:
        if row.depth == 0 and row.group not in parents:
            names.setdefault(row.group, set()).add(row.path)
    endpoints: list[str] = []
    seen: dict[str, set[str]] = {}
    for index, group in enumerate(groups):
        # The heading of members names what holds them, and no request.
        own_first = group.headings[:-1] if index in parents else group.headings
        above = [heading for heading in own_first if heading not in held]
        endpoint = " > ".join(heading.cell.text for heading in above[:2] if heading.level < _BOLD)
        own = names.get(index, set())
        if own & seen.get(endpoint, set()):
            if not group.headings and group.form != "schema":
                header = " | ".join(cell.text for cell in group.header)
                problem = "this table has names again that stand above; without a heading it cannot be told why"
                flags.add(group.where, "", header, problem, ("another request", "members of a parameter"))
            endpoint = f"{endpoint} #{index}"
        seen.setdefault(endpoint, set()).update(own)
        endpoints.append(endpoint)
    return endpoints


def find_parents(
    groups: Sequence[Group], rows: Sequence[Parsed], examples: Examples, *, lenient: bool
) -> Mapping[int, str]:
    """Return, for groups whose heading names a parameter that can hold others, that parameter."""
    holders = [row for row in rows if may_hold(row)]
    parents: dict[int, str] = {}
    by_last: dict[str, str] = {}
    by_path: dict[str, str] = {}
    seen = 0
    for index, group in enumerate(groups):
        while seen < len(holders) and holders[seen].group < index:
            whole = whole_path(holders[seen], parents)
            by_path[holders[seen].path] = by_path[whole] = by_last[whole.rpartition(".")[2]] = whole
            seen += 1
        if group.form == "schema":
            continue  # says itself what stands below what
        before = holders[max(0, seen - _MOST_HOLDERS) : seen]
        by_name = ChainMap(by_last, by_path)
        titles = [group.headings[-1].cell] if group.headings else []
        titles += [
            cell for cell in group.lead[-1:] if len(cell.text) <= TITLE and cell.text.endswith((":", "：", ")"))
        ]
        found = next(
            (name for cell in reversed(titles) if (name := announced(cell, by_name, before, parents))), ""
        )
        if lenient:
            found = found or shown_in(headed(group, examples), examples, by_name) or led(group)
            found = found or around(group, by_name, before, parents)
        found = found or (of_items(group, before, parents, examples) if lenient else "")
        if found:
            parents[index] = found
            by_path.setdefault(found.removesuffix("[]"), found)  # perhaps one that only this heading speaks of
    return parents


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


def doubt_headers(groups: Sequence[Group], flags: Flags) -> None:
    """Flag parameters that stand under a heading of headers: they are read for want of others."""
    for group in groups:
        if group.form != "schema" and role_of(group) == "headers":
            problem = "the heading says that these travel as headers, and the page has no other parameters"
            for row in group.rows:
                name = row.cells[0].text if row.cells else ""
                flags.add(row.where, name, name, problem, ("headers", "parameters"))


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
        and not _is_of_request(group.headings[-1].cell.text)
        and not _is_part(group)
        and not _is_led(group)
        and (not index or group.headings[-1] not in groups[0].headings)
    }
    telling = {index for index in doubted if _TELLING & set(columns_of(groups[index]))}
    for row in rows:
        members = row.group in telling
        if row.group in doubted and not (members and ("." in row.path or row.depth or row.where.line in shown)):
            title = groups[row.group].headings[-1].cell.text
            problem = f'it cannot be told whether what stands under "{title}" is of the request'
            flags.add(
                row.where, row.path, row.path, problem, ("of the request", "members of a parameter", "neither")
            )


def _is_part(group: Group) -> bool:
    """Tell whether a heading is over a part of what the one around it announces: "Optional parameters" > "Wind"."""
    asked = any(above.level > 1 and words.purpose(above.cell.text) == "request" for above in group.headings[-2:-1])
    return asked and structure_of(group.title) == group.title


def _is_led(group: Group) -> bool:
    """Tell whether the line right above announces parameters: "It takes these query parameters, too:"."""
    lead = group.lead[-1].text.rstrip() if group.lead else ""
    return lead.endswith((":", "：")) and words.purpose(lead[-TITLE * 2 :]) == "request"


def _is_of_request(title: str) -> bool:
    """Tell whether a heading is over some of a request's parameters, and not of a structure: `Optional cardSide`."""
    return OF_REQUEST.search(title) is not None and re.search(r"\b[a-z]+[A-Z]\w*|\w_\w", title) is None


def doubt_wrappers(
    groups: Sequence[Group],
    rows: Sequence[Parsed],
    parents: Mapping[int, str],
    examples: Examples,
    flags: Flags,
) -> None:
    """Flag groups that every example puts into an object of which no row speaks: `input`. Their names stay as written."""
    known = {row.path for row in rows}
    tops: dict[int, list[Parsed]] = {}
    for row in rows:
        if not row.depth and "." not in row.path:
            tops.setdefault(row.group, []).append(row)
    for index, group in enumerate(groups):
        own = tops.get(index, [])
        above = [examples.parents[row.path] for row in own if row.path in examples.parents]
        if (
            group.form == "schema"
            or index in parents
            or len(above) < 2
            or len(above) * 2 <= len(own)
            or any("" in one for one in above)
        ):
            continue
        shared = set(above[0]).intersection(*above[1:]) - known - NO_WRAPPER
        if len(shared) == 1:
            wrapper = shared.pop()
            for row in own:
                if row.path in examples.parents:
                    flags.join(
                        group.where, WRAPPED.format(wrapper), row.path, row.where.line, f"{wrapper}.{row.path}"
                    )
