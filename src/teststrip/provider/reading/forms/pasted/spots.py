"""The lines of a page that begin something: a parameter, a section, or what is said of another call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading import words
from teststrip.provider.reading.document import Heading
from teststrip.provider.reading.forms.pasted.heads import Head, head_at
from teststrip.provider.reading.forms.pasted.labels import BUTTON, awaits_value
from teststrip.provider.reading.forms.pasted.noted import bare_at, has_noted, noted_at
from teststrip.provider.reading.forms.pasted.titles import LEVEL, call_of, is_inner, title_of
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.forms.pasted.lines import Line

_FEWEST_LOOSE: Final = 3  # of those that only have a name and a type on one line
_NEAR: Final = 40  # lines between a parameter that is sure and one that is not


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the page that begins something: a parameter, or a section."""

    at: int
    where: Where
    head: Head | None = None
    title: Heading | None = None
    call: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Titles:
    """The lines above a place that stood as headings: the call, the section."""

    call: Heading | None = None
    title: Heading | None = None

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Return both, as far as there are any."""
        return tuple(one for one in (self.call, self.title) if one is not None)

    def after(self, spot: Spot) -> Titles:
        """Return what holds behind a line that is such a title, or begins another call."""
        if spot.call is not None:
            reads = Heading(LEVEL - 1, plain_cell(f"GET {spot.call[1] or '/'}", spot.where))
            return Titles(reads if spot.call[0] == "GET" else None)
        answered = self.title is not None and words.purpose(self.title.cell.text) == "response"
        if spot.title is not None and answered and is_inner(spot.title):
            return self  # the body of the answer
        return Titles(self.call, spot.title)


def spots_of(lines: Sequence[Line], sent: Callable[[], Collection[str] | None]) -> list[Spot]:
    """Return the lines that begin something, in order.

    `sent` gives the names that the page's examples have, and None where the page has no request.
    """
    return _near_sure(_spots(lines, sent))


def _spots(lines: Sequence[Line], sent: Callable[[], Collection[str] | None]) -> list[Spot]:
    texts = [line.text for line in lines]
    known = sent() if has_noted([line.text for line in lines if not line.bullet]) else None
    spots: list[Spot] = []
    at = 0
    while at < len(lines):
        value = at > 0 and lines[at - 1].block == lines[at].block and awaits_value(texts[at - 1])
        head = None
        if not lines[at].bullet and not value and not BUTTON.fullmatch(texts[at]):
            head = head_at(texts, at, lines[at].slug)
            if head is None and known is not None:
                head = noted_at(texts[at]) or bare_at(texts[at], known)
        if head is not None and spots and _repeats(spots[-1].head, head):
            head = None
        title = title_of(lines[at].cell) if head is None and not lines[at].bullet else None
        call = call_of(lines[at].cell) if head is None and title is None else None
        if head is not None or title is not None or call is not None:
            spots.append(Spot(at, lines[at].cell.where, head, title, call))
        at += head.length if head is not None else 1
    return spots


def _repeats(last: Head | None, head: Head) -> bool:
    """Tell whether a line says again which object it is that members follow of: `style object`."""
    return (
        last is not None
        and head.length == 1
        and head.name.lower() == last.name.lower()
        and head.kind.lower() == "object"
    )


def _near_sure(spots: list[Spot]) -> list[Spot]:
    """Leave out what looks like a parameter by a word only, and stands near none that is one for sure."""
    heads = [spot for spot in spots if spot.head is not None]
    kept: set[int] = set()
    for order in (heads, heads[::-1]):
        last: dict[bool, int] = {}  # by being glued, the line of the last one that is kept
        for spot in order:
            head = spot.head
            if head is None:
                continue
            near = abs(last.get(head.glued, -_NEAR) - spot.at) < _NEAR
            if head.sure or near or spot.at in kept:
                kept.add(spot.at)
                last[head.glued] = spot.at
    loose = sum(spot.head is not None and not spot.head.glued for spot in heads)
    if not kept and loose >= _FEWEST_LOOSE and any(spot.title is not None for spot in spots):
        return [spot for spot in spots if spot.head is None or not spot.head.glued]
    return [spot for spot in spots if spot.head is None or spot.at in kept]
