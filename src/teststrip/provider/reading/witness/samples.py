"""What the code of a page shows being sent, and what it shows being answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.blocks.around import STATUS
from teststrip.provider.reading.document import Code, Group, Heading, Text
from teststrip.provider.reading.shown import MOST, Shown, shown_in
from teststrip.provider.reading.witness.forms import form_fields, query_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Block, Document

Said = Literal["sent", "answered", ""]
_STATUS: Final = Pattern(r"(?:HTTP[/\d. ]*)?[1-5]\d\d(?: [A-Z]\w*(?: \w+)?)?")
_META_STATUS: Final = Pattern(r"\b[2-5]\d\d\b")
_ANSWER_LINE: Final = Pattern(r"\s*(?:HTTP/[\d.]+ \d{3}|data:\s|event:\s)")
_ANSWERED: Final = Pattern(
    r"respon|result|output|answer|expected|\bret(?:urn)?s?\b|callback|webhook|\berrors?\b|返回|响应|结果|回调|レスポンス|응답",
    re.IGNORECASE,
)
_SENT: Final = Pattern(
    r"\brequests?\b|\bpayload\b|\bbody\b|\bcurl\b|请求|リクエスト|요청|solicitud|requête|запрос", re.IGNORECASE
)
_CARRIERS: Final = frozenset(
    [
        "json", "data", "payload", "body", "params", "form", "files", "request_body", "requestbody", "request_data",
        "form_data", "formdata", "json_data", "input_data", "request", "query", "--data", "json.stringify", "json.dumps",
    ]
)  # fmt: skip
_NOTE: Final = Pattern(r"[,\w\"\]}][ \t]{1,40}(?://|#)[ \t]?\w")  # behind a member, what it is
_LEAD: Final = 80  # characters of a line above a block of code that may say what it shows


@dataclass(frozen=True, slots=True)
class Sample:
    """One object of a block of code. `sure`: its place in the code says that it is what is sent, not only words do."""

    shown: Shown
    said: Said
    sure: bool
    generated: bool  # by a tool from a schema: the kinds of its values are right, the values mean nothing
    noted: bool = False  # with words on its members: the page describes them here


def samples_of(document: Document) -> list[list[Sample]]:
    """Return, for each object that stands by itself, its samples: the object and those within it, outermost first."""
    found: list[list[Sample]] = []
    left = MOST
    for told in told_codes(document.blocks):
        block = told.code
        if block.declares:
            continue
        text = block.text[:left]
        left -= len(text)
        if not text:
            break
        found += samples_in(text, block.where.line + block.offset, told.said)
    return found


@dataclass(frozen=True, slots=True)
class ToldCode:
    """A block of code, what the nearest words around it that say something say of it, its headings and lines above."""

    code: Code
    said: Said
    headings: tuple[Heading, ...]
    lead: Sequence[str]

    @property
    def texts(self) -> tuple[str, ...]:
        """The ends of the lines above it, and its own heading."""
        return (
            *(line[-_LEAD:] for line in self.lead),
            *(heading.cell.text for heading in self.headings[-1:]),
        )

    @property
    def asks(self) -> bool:
        """Whether a word for a request stands next to it, and not only one for parameters, or one further out."""
        return self.said == "sent" and any(_SENT.search(text) for text in self.texts)


def told_codes(blocks: Sequence[Block]) -> Iterator[ToldCode]:
    """Give the blocks of code with what stands around them."""
    above: tuple[Heading, ...] = ()
    lead: list[str] = []
    for block in blocks:
        if isinstance(block, Heading):
            above = block.below(above)
            lead = []
        elif isinstance(block, Text):
            lead = [*lead[-1:], block.cell.text]
        elif isinstance(block, Group):
            lead = []
        elif block.declares != "data":
            yield ToldCode(block, _said_of(block, lead, above), above, lead)


def _said_of(block: Code, lead: Sequence[str], above: Sequence[Heading]) -> Said:
    meta = block.language.partition(" ")[2]
    if _META_STATUS.search(meta) or _ANSWER_LINE.match(block.text):
        return "answered"
    for text in (meta, *(line[-_LEAD:] for line in reversed(lead)), *(head.cell.text for head in reversed(above))):
        if _STATUS.fullmatch(text) or STATUS.fullmatch(text):
            return "answered"
        said = said_by(text)
        if said:
            return said
    return ""


def said_by(text: str) -> Said:
    """Return what a line says that the code below it shows; the last word of the two counts."""
    purpose = words.purpose(text)
    sent = max((match.start() for match in _SENT.finditer(text)), default=-1)
    answered = max((match.start() for match in _ANSWERED.finditer(text)), default=-1)
    if sent < 0 and answered < 0:
        return "answered" if purpose in {"response", "errors"} else "sent" if purpose == "request" else ""
    return "sent" if sent > answered else "answered"


def samples_in(text: str, line: int, said: Said) -> Iterator[list[Sample]]:
    """Give the samples of code that begins on a line, of which the words around it say something."""
    generated = "<string>" in text
    fields = form_fields(text, line)
    for shown in fields:
        yield [Sample(shown, "sent", sure=True, generated=generated)]
    for shown in query_fields(text, line):
        yield [Sample(shown, said or "sent", sure=False, generated=generated)]
    noted = len(_NOTE.findall(text)) > 1
    for root in shown_in(text, line):
        if root.form == "other":
            said = said_by(root.text) or said  # a comment: `# Response`
            continue
        bare = root.form != "call" and not root.label
        found = [
            Sample(shown, "sent" if sure else said, sure=sure, generated=generated, noted=noted)
            for shown, sure in _within(root, bare=bare)
        ]
        if found:
            yield found


def _within(root: Shown, *, bare: bool, sure: bool = False) -> Iterator[tuple[Shown, bool]]:
    """Give the objects and calls with names in a value, and whether their place says that they are sent."""
    label = root.label.lower()
    carried = not bare and root.form == "object" and (label in _CARRIERS or label.rpartition(".")[2] in _CARRIERS)
    if root.members:
        yield root, carried and not sure
    for _, value in root.members:
        yield from _within(value, bare=bare, sure=sure or carried)
    for value in root.items:
        yield from _within(value, bare=bare, sure=sure or carried)
