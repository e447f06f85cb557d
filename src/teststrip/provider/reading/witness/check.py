"""What was read of a page, held against what it says a second time; what does not agree is flagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.provider.reading.witness.bodies import find_bodies
from teststrip.provider.reading.witness.defaults import flag_told_defaults
from teststrip.provider.reading.witness.groups import flag_groups, flag_headers
from teststrip.provider.reading.witness.known import gather_known
from teststrip.provider.reading.witness.lines import flag_lines
from teststrip.provider.reading.witness.named import flag_named
from teststrip.provider.reading.witness.remarks import flag_remarks
from teststrip.provider.reading.witness.requests import flag_requests
from teststrip.provider.reading.witness.samples import samples_of
from teststrip.provider.reading.witness.schemas import flag_declared
from teststrip.provider.reading.witness.sent import bare, flag_contradicted, flag_misplaced, flag_unread
from teststrip.provider.reading.witness.tables import flag_tables
from teststrip.provider.reading.witness.untyped import flag_shown_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.flags import Flags


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: its text, which begins on line `first`, its blocks, and what its groups were taken for.

    `groups` are those of parameters, by the number that rows have.
    """

    body: str
    first: int
    document: Document
    roles: Sequence[tuple[Group, Role]]
    groups: Sequence[Group]


def hold_against(page: Page, entries: Sequence[Entry], flags: Flags) -> None:
    """Flag what the examples of a page, and its other parts, say against what was read."""
    tops = {bare(entry.path) for entry in entries}
    holders = {bare(entry.path) for entry in entries if entry.children}
    bodies = find_bodies(samples_of(page.document), tops, holders)
    known = gather_known(entries, bodies, page.roles)
    flag_tables(page.roles, known, flags)
    flag_groups(page.groups, entries, bodies, known, flags)
    flag_headers(entries, flags)
    flag_declared(page.body, page.first, page.document, known, flags)
    flag_lines(page.body.split("\n"), page.first, page.document, known, flags)
    flag_unread(page.document.file, entries, bodies, flags)
    flag_misplaced(page.groups, entries, bodies, flags)
    flag_contradicted(entries, bodies, flags)
    flag_named(page.body.split("\n"), page.first, page.document.file, known, flags)
    flag_remarks(page.document, entries, flags)
    flag_requests(page.document, entries, page.roles, known, flags)
    flag_told_defaults(page.document, entries, flags)
    flag_shown_kinds(page.groups, entries, bodies, flags)
