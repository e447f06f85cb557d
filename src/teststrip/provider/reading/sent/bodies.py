"""The requests that the examples of a page send: their bodies, and the operation that each is sent to."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.operations import CALLS, SERVES, are_apart, called_in
from teststrip.provider.reading.pieces import pieces_of
from teststrip.provider.reading.witness.samples import samples_in, told_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Code, Document, Heading
    from teststrip.provider.reading.operations import Operation, Operations
    from teststrip.provider.reading.pieces import Pieces
    from teststrip.provider.reading.shown import Shown
    from teststrip.provider.reading.witness.samples import Sample, ToldCode

_MOST: Final = 200_000  # characters of a page's code that are looked at
_MOST_REQUESTS: Final = 60
# Each call of a block that has several; what stands before the first is of that one.
_CALL: Final = Pattern(
    r"(?m)^(?:[ \t$>]{0,8}(?:curl(?:\.exe)?[ \t]|(?:POST|PUT|PATCH|GET|DELETE)[ \t]{1,8}(?:https?:|/))"
    r"|[^\n]{0,80}?(?:\bfetch\(|\brequests\.(?:post|put|patch|request)\(|\baxios\b))"
)
_DATA: Final = Pattern(r"\s{0,80}[{\[]")
_EVENT: Final = Pattern(r"\b(?:web-?hooks?|call-?backs?|events?|notif\w+)\b|回调|通知|콜백", re.IGNORECASE)
_ANSWERS: Final = frozenset(
    [
        "success",
        "code",
        "created",
        "created_at",
        "status_code",
        "message",
        "msg",
        "error",
        "request_id",
        "status",
        "id",
    ]
)
_OF_PROGRAM: Final = frozenset({"method", "headers", "body", "signal", "url", "timeout"})
_OTHER: Final = Pattern(
    r"(?:o?auth\w*|\w*tokens?|log-?in|sign-?(?:in|up)|register|webhooks?|callbacks?)", re.IGNORECASE
)


@dataclass(slots=True)
class Request:
    """A request as examples send it: its bodies, and where the first of them stands.

    `operations` are those that it may be of; `called`: the code itself names the one that it is; `only`: the page
    shows no other, and its rows say hardly anything. `carried` are the bodies that calls have, and not data alone.
    """

    operations: tuple[Operation, ...]
    headings: tuple[Heading, ...]
    line: int
    called: bool
    only: bool = False
    bodies: list[Shown] = field(default_factory=list)
    carried: list[Shown] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names at the top of the bodies, each once."""
        return list(dict.fromkeys(name for body in self.bodies for name in body.names))


def requests_of(document: Document, operations: Operations) -> list[Request]:
    """Return the requests that a page's examples send, in order; examples of one request are taken together."""
    found: list[Request] = []
    left = _MOST
    pieces = pieces_of((code.text for code in document.codes), _MOST)
    sections: set[int] = set()  # of which a block of code has been seen
    for told in told_codes(document.blocks):
        code = told.code
        section = told.headings[-1].cell.where.line if told.headings else 0
        first = section not in sections
        sections.add(section)
        if code.declares or left <= 0 or SERVES.search(code.text[:left]):
            continue
        for text, line in _calls(code, left):
            one = _request(text, line, told, operations, pieces, first=first)
            if one is not None:
                _unite(found, one)
        left -= len(code.text)
    return [one for one in found if not _is_aside(one)]


def _calls(block: Code, most: int) -> Iterator[tuple[str, int]]:
    """Give the parts of a block that call once each, with the line that each begins on."""
    text = block.text[:most]
    cuts = [0]
    for match in itertools.islice(_CALL.finditer(text), 1, None):
        # What it sends may be put together before it.
        gap = text.rfind("\n\n", cuts[-1], match.start()) + 1
        cuts.append(gap or match.start())
    line = block.where.line + block.offset
    for start, end in itertools.pairwise([*cuts, len(text)]):
        yield text[start:end], line
        line += text.count("\n", start, end)


def _request(
    text: str, line: int, told: ToldCode, operations: Operations, pieces: Pieces, *, first: bool
) -> Request | None:
    """Return what a part of a block sends; `first`: the block is the first of its section."""
    called = called_in(text)
    around = called or operations.around(told.headings, line)
    if around and all(one.reads for one in around):
        return None
    chains = samples_in(text, line, told.said)
    if called or CALLS.search(text):
        found = [_carried(chain) for chain in chains]
    elif _DATA.match(text) and told.said != "answered" and not any(map(_EVENT.search, told.texts)):
        # The first block below `POST /v1/images` is what is sent there, also where no word says so.
        below = first and operations.is_near(told.headings) and all(one.method != "" for one in around)
        wholes = [chain for chain in chains if not pieces.of(chain[0].shown)]
        found = [_whole(chain, asks=told.asks) for chain in wholes if told.asks or below]
    else:
        found = []
    bodies = [body for body in found if body is not None and not _is_of_program(body)]
    if not bodies:
        return None
    carried = [*bodies] if called else []
    return Request(around, told.headings, bodies[0].line, bool(called), bodies=bodies, carried=carried)


def _is_of_program(body: Shown) -> bool:
    """Tell whether an object has what a program's call has: its method, its headers."""
    return body.label != "--data" and {*map(str.lower, body.names)} <= _OF_PROGRAM


def _carried(chain: Sequence[Sample]) -> Shown | None:
    """Return what a call carries, of an object and those within it."""
    body = next((one.shown for one in chain if one.sure), None)
    return body if body is not None and body.label != "query" else None


def _whole(chain: Sequence[Sample], *, asks: bool) -> Shown | None:
    """Return an object that is a whole block of data; one with names of answers only where a word asks for it."""
    body = chain[0].shown
    answers = {*map(str.lower, body.names)} & _ANSWERS
    return None if body.form != "object" or body.label or (not asks and len(answers) > 1) else body


def _unite(found: list[Request], one: Request) -> None:
    """Add a request, or what its example shows to the one that it is an example of."""
    other = next((other for other in found if _is_same(other, one)), None)
    if other is not None:
        other.bodies += one.bodies
        other.carried += one.carried
    elif len(found) < _MOST_REQUESTS:
        found.append(one)


def _is_same(one: Request, other: Request) -> bool:
    if one.operations and other.operations:
        if are_apart(one.operations, other.operations):
            return False
        if len(one.operations) == len(other.operations) == 1:
            return True
    names = {*one.names} & {*other.names}
    return len(names) * 2 >= min(len(one.names), len(other.names))


def _is_aside(one: Request) -> bool:
    """Tell whether a request is for a key, or an event that the API sends by itself."""
    last = [operation.path[-1] for operation in one.operations]
    if last and all(_OTHER.fullmatch(part) for part in last):
        return True
    return any(words.purpose(heading.cell.text) == "headers" for heading in one.headings)
