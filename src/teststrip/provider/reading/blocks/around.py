"""What stands above a block of a page, and a body that was found in one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words

if TYPE_CHECKING:
    from teststrip.base.where import Where
    from teststrip.provider.reading.document import GroupRole, Heading, Row
    from teststrip.provider.reading.inline import Cell

_TITLE: Final = 120  # characters of a line above a block that may say what it is
_ASKED: Final = Pattern(
    r"\b(?:request|body|payload|input|parameters?|params|POST|PUT|options|arguments)\b|请求|入参|参数|リクエスト|요청|запрос",
    re.IGNORECASE,
)
# The code of an answer, as sites have it above its example: "200", "200 default Copy", "HTTP 201 Created"
STATUS: Final = Pattern(
    r"(?:(?:http(?:/[\d.]+)?|status(?: code)?:?)\s)?[1-5]\d\d(?:\s?(?:[-–]|default|ok|created|accepted|copy|ask ai|success\w*|[a-z]+/json))*",
    re.IGNORECASE,
)
BUTTON: Final = Pattern(r"copy(?: page| code)?|ask ai|expand all|collapse all", re.IGNORECASE)
_GOES_ON: Final = Pattern(
    r"\W*(?:or|and|else|otherwise|if|when|once|while|after|或|或者|または)(?:\b|(?=[^\x00-\x7f]))", re.IGNORECASE
)


@dataclass(slots=True)
class FoundBody:
    """One body of a block: its rows, the headings that say what it is of, whether it is surely a request's."""

    rows: list[Row]
    headings: tuple[Heading, ...]
    where: Where
    role: GroupRole
    sure: bool
    declares: Literal["", "types", "data"] = "data"
    named: bool = True  # by its own name or by its place it is a request's, and not only for want of another
    told: tuple[Cell, ...] = ()  # what a page would say of the request in words


@dataclass(slots=True)
class Around:
    """What stands above a block: the headings, the line before it, and the one before the block that it goes on from."""

    headings: tuple[Heading, ...] = ()
    lead: str = ""
    further: str = ""

    def below(self, text: str) -> Around:
        """Return what stands above a block that follows a line: "Or, when it is done:" goes on from the block before."""
        further = self.further if _GOES_ON.match(text) else ""
        return replace(self, lead=text, further=further)

    def behind(self) -> Around:
        """Return what stands above a block that follows another one."""
        return replace(self, lead="", further=self.lead or self.further)

    def says(self) -> str | None:
        """Return what the nearest words that say something take the block for."""
        if words.purpose(self.further[-_TITLE:]) in {"response", "errors"}:
            return "response"
        lead = self.lead if len(self.lead) <= _TITLE else ""
        if STATUS.fullmatch(lead):
            return "response"
        for text in (lead, *(heading.cell.text for heading in reversed(self.headings))):
            said = words.purpose(text) if text else None
            if said in {"response", "errors", "request"}:
                return said
            if text and _ASKED.search(text):
                return "request"
        return None
