"""Rows without a type whose kind the page shows beyond doubt: one flag for a table that is surely of the request."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.group_required import says_required
from teststrip.provider.reading.kind_guess import flag_untyped
from teststrip.provider.reading.witness.groups import asks
from teststrip.provider.reading.witness.known import last_of
from teststrip.provider.reading.witness.sent import bare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.witness.bodies import Bodies

SHOWN: Final = "no type is given; what the page shows decides it for these rows"


def flag_shown_kinds(groups: Sequence[Group], entries: Sequence[Entry], bodies: Bodies, flags: Flags) -> None:
    """Flag rows whose kind only the rest of the page shows.

    Where calls send rows of a table, and nothing sends one elsewhere than it was read, or where a heading says that
    it is a request's and there is no call, only the type is in question, and one flag lists all of them. Elsewhere
    each row may be no parameter at all.
    """
    called = {path for path, values in bodies.seen.items() if any(sample.sure for _, sample in values)}
    by_group: dict[int, list[Entry]] = defaultdict(list)
    for entry in walk(entries):
        if not entry.implied:
            by_group[entry.row.group].append(entry)
    for index, rows in by_group.items():
        sent = [row for row in rows if bare(row.path) in called]
        elsewhere = any(last_of(row.path) in bodies.above for row in rows if bare(row.path) not in called)
        asked = asks(groups[index]) and not called and not bodies.strange
        sure = bool(sent or asked) and not elsewhere and says_required(groups[index], [row.row for row in rows])
        for entry in rows:
            kind, row = entry.row.kind, entry.row
            if not kind.shown or kind.kind is None:
                continue
            if sure and entry.kind == kind:
                reading = f"{kind.kind}, by {kind.shown}"
                flags.join(groups[index].where, SHOWN, entry.path, row.where.line, reading)
            else:
                flag_untyped(row, flags, (kind.kind, kind.shown))
