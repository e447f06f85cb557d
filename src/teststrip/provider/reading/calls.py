"""Which call of an API each place of a page is about, where the page gives the calls' addresses.

`POST /v1/kites` in a heading, "Endpoint: `/v1/kites`" on a line or in an item: what follows is about that call, up to
the next one or to the end of the section. What two calls have under one name are two parameters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.document import Heading, Text
from teststrip.provider.reading.nesting import OF_REQUEST
from teststrip.provider.reading.shown_places import ShownParents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.rows import Parsed

_BOLD: Final = 9  # the level of a heading that is no more than a line
_LONGEST: Final = 240  # characters of a line that is an address with its label
_MOST_LINES: Final = 8  # of a paragraph, one of which may be an address
_METHOD: Final = r"(?:GET|POST|PUT|PATCH|DELETE)"
_LABEL: Final = (
    r"(?:end-?\s?points?|(?:(?:request|api|http)\s)?(?:url|uri|path|route|address)|request|(?:请求|接口|调用)?(?:地址|路径|接口)"
    r"|エンドポイント|엔드포인트|point d'accès|point de terminaison|punto de acceso|endpunkt|эндпоинт|адрес|ruta|rota)"
)
_PATH: Final = r"(?:https?://[^\s/`]{1,100})?(?P<path>/[\w./{}:<>\[\]$-]{1,160})"
_LINE: Final = Pattern(
    rf"\W{{0,8}}(?:{_LABEL}\W{{1,8}}(?:{_METHOD}\W{{1,4}})?|{_METHOD}\W{{1,4}}){_PATH}\W{{0,4}}", re.IGNORECASE
)
_TITLE: Final = Pattern(rf"(?:\b{_METHOD}[\s`:)\]]{{1,6}}|^\W{{0,8}}(?i:{_LABEL})\W{{1,8}}){_PATH}")
_ADDRESS: Final = Pattern(_PATH)
_TITLE_OF_ADDRESS: Final = Pattern(rf"\W{{0,8}}(?:\d+\W{{1,3}})?{_LABEL}\b.{{0,200}}", re.IGNORECASE)
_Opened = tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the address of a call stands, and the headings that a place has to stand under to be about it."""

    line: int
    path: str
    under: _Opened


class Calls:
    """The calls of a page, by the groups of rows that are about them."""

    def __init__(self, document: Document, groups: Sequence[Group], *, lenient: bool = True) -> None:
        marks = _marks(document) if lenient else []
        lines = [mark.line for mark in marks]
        self._of: list[str] = []  # the address, for each group; "" when nobody says
        for group in groups:
            at = bisect_right(lines, group.where.line) - 1
            under = marks[at].under if at >= 0 else ()
            self._of.append(marks[at].path if at >= 0 and group.headings[: len(under)] == under else "")

    def parents(
        self, groups: Sequence[Group], rows: Sequence[Parsed], parents: Mapping[int, str], flags: Flags
    ) -> dict[int, str]:
        """Return, of groups by number with the parameter that each is below, those where the page may mean it.

        A heading that has the name of what only another call has may mean it again, or speak of this call's own: rows
        below it are flagged. Of these, words such as "Options" are no name.
        """
        held = self._held(rows, parents)
        far = {index for index, path in parents.items() if not _is_near(self._of[index], held[_top(path)])}
        for row in rows:
            if row.group in far and not row.depth:
                path = parents[row.group]
                problem = f'the heading speaks of "{path}", which only another call has'
                flags.add(row.where, row.path, row.path, problem, (row.path, f"{path}.{row.path}"))
        general = {index for index in far if groups[index].headings and _is_general(groups[index].title)}
        return {index: path for index, path in parents.items() if index not in general}

    def shown(self, rows: Sequence[Parsed], parents: Mapping[int, str], places: ShownParents) -> ShownParents:
        """Return, of rows by line with the parameter that examples show them below, those that nothing sets apart.

        They are apart where only another call has that parameter, and where a table of another request has once more
        what is described as its members, between others that it has not.
        """
        held = self._held(rows, parents)
        shown = places.by_line
        described = {(parents[row.group], row.path): row.group for row in rows if row.group in parents}
        again = {
            row.group
            for row in rows
            if row.group in places.mixed and row.group not in parents
            if described.get((shown.get(row.where.line, ""), row.path), row.group) != row.group
        }
        left = {
            row.where.line: shown[row.where.line]
            for row in rows
            if row.where.line in shown and row.group not in again
            if _is_near(self._of[row.group], held[_top(shown[row.where.line])])
        }
        return ShownParents(left, places.mixed)

    def _held(self, rows: Sequence[Parsed], parents: Mapping[int, str]) -> dict[str, set[str]]:
        """Return the calls that have each outermost name, "" for one that is not told."""
        held: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.group not in parents and not row.depth:
                held[_top(row.path)].add(self._of[row.group])
        return held


def _marks(document: Document) -> list[_Mark]:
    marks: list[_Mark] = []
    opened: _Opened = ()
    for block in document.blocks:
        if isinstance(block, Heading):
            opened = (*(above for above in opened if above.level < block.level), block)
            path = _path_of_title(block)
        elif isinstance(block, Text):
            lines = block.cell.text.split("\n", _MOST_LINES)
            found = (_LINE.fullmatch(line) for line in lines if len(line) <= _LONGEST)
            path = next((match["path"] for match in found if match is not None), "")
        else:
            continue
        if path:
            marks.append(_Mark(block.cell.where.line, path, _section(opened)))
    return marks


def _path_of_title(heading: Heading) -> str:
    text = heading.cell.text
    found = _TITLE.search(text[:_LONGEST])
    spelled = (_ADDRESS.fullmatch(code) for code in heading.cell.codes)
    found = found or next((match for match in spelled if match is not None), None)
    if found is None:
        return ""
    path = found.groupdict()
    return str(path["path"])


def _section(opened: _Opened) -> _Opened:
    """Return the headings of the section that an address speaks for: "Endpoint" stands beside what is about it."""
    under = tuple(heading for heading in opened if heading.level < _BOLD)
    if under and len(under) > 1 and _TITLE_OF_ADDRESS.fullmatch(under[-1].cell.text):
        return under[:-1]
    return under


def _is_general(title: str) -> bool:
    return words.purpose(title) == "request" or OF_REQUEST.search(title) is not None


def _is_near(home: str, others: set[str]) -> bool:
    return not home or not others or home in others or "" in others


def _top(path: str) -> str:
    return path.split(".", maxsplit=1)[0].removesuffix("[]")
