"""Which requests the members of a structure belong to that is described under a heading of its own.

"Webhook > JSON params" has `embeds`; "Embed object > Embed structure" lists what such a thing has. The second is no
request: its rows go below every `embeds` that the page has, and not below one that only its heading speaks of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.rows import Parsed
    from teststrip.provider.reading.shown_places import ShownParents

_IN: Final = " > "  # stands between a heading and those further in
_MOST: Final = 8  # requests that share a structure; those further down are left alone


def homes_of(
    rows: Sequence[Parsed], parents: Mapping[int, str], endpoints: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return, for each group, the requests that have its rows: its own, but for a structure those that hold one.

    `parents` are the parameters whose members groups are, `endpoints` the requests that their headings name.
    """
    holders: dict[str, dict[str, None]] = defaultdict(dict)
    own: set[str] = set()
    for row in rows:
        if row.group not in parents:
            own.add(endpoints[row.group])
            if not row.depth:
                holders[outermost(row.path)][endpoints[row.group]] = None
    inner = {top: _inner(ones) for top, ones in holders.items()}
    near = {
        index: _near(endpoints[index], holders[top], inner[top]) if (top := outermost(parent)) in holders else ()
        for index, parent in parents.items()
    }
    fed = {(one, parents[index]) for index, found in near.items() for one in found}
    homes: list[tuple[str, ...]] = []
    for index, endpoint in enumerate(endpoints):
        found: tuple[str, ...] = ()
        if index in parents and endpoint not in own and not near[index]:
            far = holders.get(outermost(parents[index]), ())
            found = tuple(one for one in far if (one, parents[index]) not in fed)[:_MOST]
        homes.append(found or (endpoint,))
    return homes


def far_homes(
    rows: Sequence[Parsed],
    places: ShownParents,
    endpoints: Sequence[str],
    homes: Sequence[tuple[str, ...]],
    flags: Flags,
) -> tuple[Mapping[int, str], Mapping[int, tuple[str, ...]]]:
    """Return `places` by line, and the requests of those rows whose place another section describes.

    A table there that has rows which no example shows may be another request's: its rows are left where they stand, and
    those that examples show elsewhere are flagged. So is a row that stands in a place for its neighbours' sake alone.
    """
    shown = places.by_line
    holders: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.where.line not in shown and not row.depth:
            holders[outermost(row.path)][endpoints[row.group]] = None
    inner = {top: _inner(holders[top]) for top in {outermost(path) for path in shown.values()} if top in holders}
    left: dict[int, str] = {}
    far: dict[int, tuple[str, ...]] = {}
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)  # the sections that have a name below one parameter
    for row in rows:
        path = shown.get(row.where.line, "")
        ones = holders.get(outermost(path), {}) if path else {}
        near = not ones or any(_near(one, ones, inner[outermost(path)]) for one in homes[row.group])
        if path and (near or row.group not in places.mixed):
            left[row.where.line] = path
            if row.where.line in places.beside:
                problem = f'examples show its neighbours below "{path}", and do not show it'
                flags.add(row.where, row.path, row.path, problem, (f"{path}.{row.path}", row.path))
            groups[path, row.path].add(_section(endpoints[row.group]))
            far |= {} if near else {row.where.line: tuple(ones)[:_MOST]}
        elif path:
            problem = f'examples may show it below "{path}", which stands in another section'
            flags.add(row.where, row.path, row.path, problem, (row.path, f"{path}.{row.path}"))
    # Two sections that fill one parameter with the same names are of two requests.
    twice = {path for (path, _), several in groups.items() if len(several) > 1}
    found = {line: ones for line, ones in far.items() if left[line] not in twice}
    return left, found


def _section(endpoint: str) -> str:
    """Return the section of a request, also where it is set apart because it has a name again: `A > B #3`."""
    return re.sub(r" #\d+$", "", endpoint)


def outermost(path: str) -> str:
    """Return the name at the beginning of a path, without the marks of an array."""
    return path.split(".", maxsplit=1)[0].removesuffix("[]")


def _outer(one: str) -> list[str]:
    """Return what a heading stands in, itself at the end: `A`, `A > B`."""
    whole = f"{one}{_IN}"
    return [whole[:at] for at in range(len(whole)) if whole.startswith(_IN, at)]


def _inner(ones: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return, for each heading, those of `ones` that stand in it, and itself where it is one of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in ones:
        for outer in _outer(one):
            found[outer].append(one)
    return found


def _near(endpoint: str, ones: Mapping[str, None], inner: Mapping[str, Sequence[str]]) -> Collection[str]:
    """Return those of `ones` that stand further in than a heading, or further out; without a name all do."""
    if not endpoint:
        return ones
    return {*(one for one in ("", *_outer(endpoint)) if one in ones), *inner.get(endpoint, ())}
