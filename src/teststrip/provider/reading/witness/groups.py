"""Groups that were taken for a request's parameters by a weak sign: what speaks against each of their rows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.names import structure_of
from teststrip.provider.reading.classify import HEADER, is_below_answer, role_of
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.nesting import OF_REQUEST
from teststrip.provider.reading.witness.known import Known, last_of
from teststrip.provider.reading.witness.sent import bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.witness.bodies import Bodies

_MOST_HOLDERS: Final = 3
_NEXT: Final = 5  # lines from a table's last row to what belongs to it
_OBJECTS: Final = Pattern(
    r"\bobjects?\b|\bconfig|\bsettings?\b|\bbelow\b|\bstructures?\b|\bdefinitions?\b|\bfields\b|对象|参数|如下|下表|结构|オブジェクト|객체",
    re.IGNORECASE,
)
_HABIT: Final = 3
_KEY: Final = Pattern(r"[{,]\s{0,4}\\?\"([A-Za-z_]\w{0,60})\\?\"\s{0,4}:")
Doubt = tuple[str, tuple[str, ...]]  # a problem, and candidates in which {} is the row's own name


@dataclass(frozen=True, slots=True)
class _Taken:
    """A group of parameters: its rows in the tree, those of them at the top, and the groups before it."""

    group: Group
    before: Sequence[Group]
    rows: Sequence[Entry]
    tops: Sequence[Entry]
    holders: Sequence[Entry]  # objects and arrays above of which nothing says what they hold
    bodies: Bodies
    known: Known


def flag_groups(
    groups: Sequence[Group], entries: Sequence[Entry], bodies: Bodies, known: Known, flags: Flags
) -> None:
    """Flag the rows of groups of which the page does not say plainly that they are a request's own parameters."""
    by_group: dict[int, list[Entry]] = defaultdict(list)
    for entry in walk(entries):
        if not entry.implied:
            by_group[entry.row.group].append(entry)
    flagged = {flag.where.line for flag in flags.flags}
    holders: list[Entry] = []
    for index, group in enumerate(groups):
        rows = by_group.get(index, [])
        if rows:
            tops = [row for row in rows if "." not in row.path]
            taken = _Taken(group, groups[:index], rows, tops, holders, bodies, known)
            doubt = next((found for look in _LOOKS if (found := look(taken)) is not None), None)
            if doubt is not None:
                for row in rows:
                    if row.row.where.line not in flagged:
                        places = [place.replace("{}", row.path) for place in doubt[1]]
                        flags.add(row.row.where, row.path, row.row.cell("name").text, doubt[0], places)
            holders = [*holders, *(row for row in rows if _is_open(row))]


def flag_headers(entries: Sequence[Entry], flags: Flags) -> None:
    """Flag rows that have the name of a header of HTTP."""
    for entry in walk(entries):
        if (HEADER.fullmatch(entry.row.path.lower()) and "-" in entry.path) or entry.path == "Authorization":
            problem = "this is the name of a header"
            flags.add(entry.row.where, entry.path, entry.path, problem, ("a header", "a parameter"))


def _is_open(entry: Entry) -> bool:
    kinds = {entry.kind.kind, *entry.kind.or_kinds}
    if entry.children or entry.facts.media or not kinds & {"object", "array"}:
        return False
    item = entry.facts.item or entry.kind.item
    said = item is None and _OBJECTS.search(entry.row.cell("description").text) is not None
    return "object" in kinds or item == "object" or said


def _spare(taken: _Taken) -> Doubt | None:
    """Doubt a group of an answer, or of another request, that was taken because the page has no other."""
    role = role_of(taken.group)
    nested = all("." in row.path for row in taken.rows) and structure_of(taken.group.title) != taken.group.title
    if any(words.is_reading_endpoint(heading.cell.text) for heading in taken.group.headings):
        return None  # the page is about a request that only reads
    if not nested and (role in {"poll", "path", "prices", "response"} or is_below_answer(taken.group)):
        return "the headings speak of something else than a request, and the page has no other parameters", (
            "of the request",
            "neither",
        )
    return None


def _answered(taken: _Taken) -> Doubt | None:
    """Doubt a group whose names stand in examples of answers, and in none of what is sent."""
    # A heading such as "Request example" may be of what stood above the table, which says less than others do.
    before = taken.before[-1:]
    own = any(one.headings != taken.group.headings for one in before) or not before
    if asks(taken.group) and own and not (before and _telling(before[0]) and not _telling(taken.group)):
        return None
    known = taken.known
    names = {last_of(row.path) for row in taken.rows}
    only = [name for name in names if name in known.answered and name not in known.sent]
    sent = [name for name in names if name in known.sent and name not in known.answered]
    if len(only) > 1 and len(only) * 2 > len(names) and len(sent) * 4 <= len(names):
        return "the examples show names of this table in answers", ("of the request", "of the answer")
    return None


def _beside(taken: _Taken) -> Doubt | None:
    """Doubt a table that follows another one under the same heading, with nothing between that tells why."""
    group = taken.group
    if group.form != "table" or not taken.before:
        return None
    last = taken.before[-1]
    if last.form != "table" or last.headings != group.headings or not group.headings or _confirmed(taken):
        return None
    telling = [_telling(one) for one in (last, group)]
    if [cell.text for cell in last.header] == [cell.text for cell in group.header]:
        # A long table may have its header twice.
        end = last.rows[-1] if last.rows else last
        if group.lead or group.where.line - end.where.line < _NEXT:
            return None
    elif group.lead and telling[0] == telling[1]:
        return None
    return "it cannot be told why this is a table of its own", (
        "of the request",
        "members of a parameter",
        "of another request",
        "of the answer",
    )


def _held(taken: _Taken) -> Doubt | None:
    """Doubt a table under a heading of its own, where an object above may hold what it lists."""
    group = taken.group
    if not taken.before or not taken.holders or not taken.tops or asks(group) or _confirmed(taken):
        return None
    if len(taken.tops) * 2 < len(taken.rows) or group.headings == taken.before[0].headings:
        return None
    holders = [holder for holder in taken.holders if not _holds_others(holder, taken)]
    if not holders or _is_habit(taken):
        return None
    places = [f"{holder.path}.{{}}" for holder in holders[-_MOST_HOLDERS:]]
    return "this may be a member of a parameter above", ("{}", *places)


def _is_habit(taken: _Taken) -> bool:
    """Tell whether a page parts its parameters by headings: several of these stood before there was any object."""
    first = min(holder.row.group for holder in taken.holders)
    above = {one.headings for one in taken.before[: first + 1]} - {taken.before[0].headings}
    return len(above) >= _HABIT


def _holds_others(holder: Entry, taken: _Taken) -> bool:
    """Tell whether an example shows what an object holds, and nothing of it is a row of this group."""
    path = bare(holder.path)
    members = {name for name, above in taken.bodies.above.items() if path in above}
    # Or as JSON in a field of a form: options={"width": 2}
    members.update(
        name for value, _ in taken.bodies.seen.get(path, ()) for name in _KEY.findall(value.text[:2000])
    )
    return bool(members) and members.isdisjoint(last_of(row.path) for row in taken.rows)


def _telling(group: Group) -> set[str]:
    """Return the columns that tables of answers have not."""
    return {"required", "default", "range"} & set(columns_of(group))


def asks(group: Group) -> bool:
    """Tell whether the heading of a group says that it is of a request."""
    title = group.title
    return words.purpose(title) == "request" or bool(OF_REQUEST.search(title))


def _confirmed(taken: _Taken) -> bool:
    """Tell whether the examples send some of a group's rows where they were read, and none elsewhere."""
    bodies = taken.bodies
    seen = sum(bare(row.path) in bodies.seen for row in taken.rows)
    elsewhere = sum(bare(row.path) not in bodies.seen and last_of(row.path) in bodies.above for row in taken.rows)
    return seen > 0 and not elsewhere


_LOOKS: Final = (_spare, _answered, _beside, _held)
