"""What the rest of a page knows of names: which have rows, which are values, which are sent, which are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.provider.reading.classify import Role
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.witness.bodies import Bodies


@dataclass(frozen=True, slots=True)
class Known:
    """`rows` are the last parts of names that have rows, `values` those of enumerations and defaults."""

    rows: frozenset[str]
    values: frozenset[str]
    sent: frozenset[str]
    answered: frozenset[str]

    def is_new(self, name: str) -> bool:
        """Tell whether a name has no row and is no value of one."""
        return last_of(name) not in self.rows and name not in self.values

    def is_sent(self, name: str) -> bool:
        """Tell whether an example sends a name."""
        return last_of(name) in self.sent


def last_of(name: str) -> str:
    """Return the last part of a name: `role` of `messages[].role`."""
    return name.replace("[]", "").rpartition(".")[2]


def gather_known(entries: Sequence[Entry], bodies: Bodies, roles: Sequence[tuple[Group, Role]]) -> Known:
    """Gather what is known of names."""
    rows, values = set(), set()
    for entry in walk(entries):
        rows.add(last_of(entry.path))
        rows.add(last_of(entry.row.path))
        values |= {str(choice.value) for choice in entry.facts.choices}
        values |= {str(one) for one in entry.facts.examples if isinstance(one, str)}
    sent = {name for name, above in bodies.above.items() if above}
    sent |= {last_of(name) for one in bodies.strange for name in one.shown.names}
    answered = set(bodies.answered)
    for group, role in roles:
        # A table that tells what is required may be a request's below the wrong heading: its names prove nothing.
        if role == "response" and "required" not in columns_of(group):
            answered |= {last_of(row.cells[0].text.strip("`* ")) for row in group.rows if row.cells}
    return Known(frozenset(rows), frozenset(values), frozenset(sent), frozenset(answered))
