"""Which operation of an API each part of a page belongs to: by the methods and addresses that stand around it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Code, Heading, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Document

_ADDRESS: Final = r"(?:https?://[^\s/\"'`<>|]{1,120})?/(?:[^\s\"'`<>|,;)]|<\w{1,40}>){1,200}"
# In a heading, anywhere: "Create an image (POST /v1/images)", "`/v1/images`"
_IN_HEADING: Final = Pattern(
    rf"(?:\b(?P<method>GET|POST|PUT|PATCH|DELETE)\W{{1,4}})?(?<![\w/:.])(?P<address>{_ADDRESS})"
)
# In a text, a line that says nothing else: "Endpoint: `/v1/images`", "**POST** `/v1/images`"
_LINE: Final = Pattern(
    rf"(?m)^[^\w\n/]{{0,8}}(?:\w[\w /-]{{0,30}}[:：](?!//)[^\w\n/]{{0,6}})?"
    rf"(?:(?P<method>GET|POST|PUT|PATCH|DELETE)[^\w\n/]{{1,8}})?(?P<address>{_ADDRESS})[^\w\n/]{{0,6}}$"
)
CALLS: Final = Pattern(
    r"\bcurl\b|\bfetch\(|\brequests?\.\w+\(|\baxios\b|\bhttpx?\.\w+\(|\.(?:post|put|patch|get)\(|\bhttp\.NewRequest|\bInvoke-\w+|\bnew Request\(",
)
"""How code calls an address."""
SERVES: Final = Pattern(
    r"\b(?:app|router|server|fastify|bp|blueprint)\.(?:post|get|put|use|all|route)\(|@\w{1,40}\.(?:post|get|put|route)\("
    r"|\bres\.(?:json|send|end|status)\([^)\n]|\bjsonify\(|\bexport (?:default )?(?:async )?function (?:handler|POST|GET)\b"
)
"""How a program answers, which sends nothing."""
_CALLED: Final = Pattern(
    r"(?:https?://[^\s/\"'`<>]{1,120}|[\"'`]\$?\{[^{}\n]{1,40}\}|\$\{?[A-Za-z_]{1,40}\}?|\b[A-Za-z_]{1,40} ?\+ ?[\"'`]|\((?:[\"'`]))(?P<address>/[^\s\"'`<>\\)?]{1,200})"
)
_WIRE: Final = Pattern(r"(?m)^[ \t]{0,8}(?P<method>GET|POST|PUT|PATCH|DELETE)[ \t]{1,8}(?P<address>\S{1,300})")
_METHOD: Final = r"(?i:GET|POST|PUT|PATCH|DELETE)"
_SENDS: Final = Pattern(
    rf"(?<!\S)-X ?[\"']?(?P<curl>{_METHOD})\b|--request[= ]{{1,4}}[\"']?(?P<long>{_METHOD})\b|\.(?P<call>{_METHOD})\("
    rf"|(?<!\w)[\"']?(?:method|type)[\"']?\s?[:=]\s?[\"'](?P<named>{_METHOD})[\"']"
    r"|(?P<body>(?<!\S)(?:-d|-F|--data(?:-\w+)?|--json|--form)(?![\w-]))"
)
_ORIGIN: Final = Pattern(r"https?://[^/]*")
_HOLDS: Final = Pattern(r"[{}<>:$*]")  # a part of a path that stands for others
_MOST: Final = 8  # operations that one section is said to be of
_MOST_TEXT: Final = 4_000


@dataclass(frozen=True, slots=True)
class Operation:
    """A method, empty where none is said, and the parts of an address's path."""

    method: str
    path: tuple[str, ...]

    @property
    def reads(self) -> bool:
        """Whether it only reads, or takes away."""
        return self.method in {"GET", "DELETE"}

    def may_be(self, other: Operation) -> bool:
        """Tell whether both may be the same: one path may begin further in, and a method may be missing."""
        if self.method and other.method and self.method != other.method:
            return False
        least = min(len(self.path), len(other.path))
        pairs = list(zip(self.path[-least:], other.path[-least:], strict=True))
        # `/create` is no end of `/wait/{id}`: something that both say has to be alike.
        alike = len(self.path) == len(other.path) or any(one == two for one, two in pairs)
        return alike and all(one == two or _HOLDS.search(one) or _HOLDS.search(two) for one, two in pairs)


@dataclass(frozen=True, slots=True)
class _Announced:
    line: int
    operations: tuple[Operation, ...]


@dataclass(slots=True)
class _Section:
    """What the lines of a section announce: in its words, and in the code that calls."""

    told: list[_Announced] = field(default_factory=list)
    called: list[_Announced] = field(default_factory=list)

    def at(self, line: int, *, outer: bool) -> tuple[Operation, ...]:
        """Return what is announced next above a line, or else all that is; `outer`: the section is the whole page.

        On a page, what stands next above may be a section of its own, of what asks for a result.
        """
        before = bisect_left(self.told, line + 1, key=attrgetter("line"))
        if before and not (outer and all(one.reads for one in self.told[before - 1].operations)):
            return self.told[before - 1].operations
        first = islice(chain(self.told, self.called), _MOST)
        return tuple(dict.fromkeys(one for announced in first for one in announced.operations))[:_MOST]


class Operations:
    """The operations that a page names, by the headings below which it does."""

    def __init__(self, document: Document) -> None:
        self._sections: dict[int, _Section] = defaultdict(_Section)
        above: tuple[Heading, ...] = ()
        for block in document.blocks:
            if isinstance(block, Heading):
                above = block.below(above)
                self._take(above, block.cell.where.line, _told(_IN_HEADING, block.cell.text), called=False)
            elif isinstance(block, Text):
                self._take(above, block.cell.where.line, _told(_LINE, block.cell.text), called=False)
            elif isinstance(block, Code):
                plain = bool(_WIRE.match(block.text)) and block.text.count("\n") <= 1
                self._take(above, block.where.line, called_in(block.text), called=not plain)

    def _take(self, above: Sequence[Heading], line: int, operations: Sequence[Operation], *, called: bool) -> None:
        if not operations:
            return
        announced = _Announced(line, tuple(operations))
        for key in (0, *(heading.cell.where.line for heading in above)):
            section = self._sections[key]
            (section.called if called else section.told).append(announced)

    def is_near(self, headings: Sequence[Heading]) -> bool:
        """Tell whether an operation is announced in a section around something, and not on the page alone."""
        return any(heading.level > 1 and heading.cell.where.line in self._sections for heading in headings)

    def announces(self, operations: Sequence[Operation]) -> bool:
        """Tell whether the page has one of some operations in its words, and not in a program alone."""
        told = {one.path for announced in self._sections[0].told for one in announced.operations}
        return any(one.path in told or one.path[1:] in told for one in operations)

    def around(self, headings: Sequence[Heading], line: int) -> tuple[Operation, ...]:
        """Return the operation of what stands on a line below headings; all that it may be of, where none is nearest."""
        for heading in reversed(headings):
            section = self._sections.get(heading.cell.where.line)
            if section is not None:
                return section.at(line, outer=heading.level == 1)
        return self._sections[0].at(line, outer=True) if 0 in self._sections else ()


def are_apart(one: Sequence[Operation], other: Sequence[Operation]) -> bool:
    """Tell whether two places are surely of different operations: both are of some, and share none."""
    return bool(one and other) and not any(first.may_be(second) for first in one for second in other)


def called_in(code: str) -> tuple[Operation, ...]:
    """Return the operation that a block of code calls, the first; empty when it calls none."""
    text = code[:_MOST_TEXT]
    wire = _WIRE.search(text)
    if wire is not None:
        return tuple(_operations(wire["method"], wire["address"]))
    if not CALLS.search(text) or SERVES.search(text):
        return ()
    address = _CALLED.search(text)
    if address is None:
        return ()
    sent = _SENDS.search(text)
    said = sent.group(sent.lastgroup) if sent is not None and sent.lastgroup else ""
    method = "" if sent is None else "POST" if sent.lastgroup == "body" else said.upper()
    return tuple(_operations(method, address["address"]))


def told_in(text: str, *, heading: bool) -> tuple[Operation, ...]:
    """Return the operations that a heading names anywhere, or a line of text that says nothing else."""
    return _told(_IN_HEADING if heading else _LINE, text)


def _told(pattern: Pattern, text: str) -> tuple[Operation, ...]:
    found = pattern.finditer(text[:_MOST_TEXT])
    return tuple(one for match in found for one in _operations(match["method"] or "", match["address"]))[:_MOST]


def _operations(method: str, address: str) -> Iterator[Operation]:
    path = _ORIGIN.sub("", address).partition("?")[0].rstrip(".:*_")
    parts = tuple(part for part in path.split("/") if part)
    if parts:
        yield Operation(method, parts)
