"""Answers from a cassette instead of a server: nothing is sent, and what was never recorded is an error.

Exchanges are matched by method, address and canonical body, in whatever order they come; those that are alike are
answered in the order in which they were recorded, each once. `fast` collapses what was asked again and again, a
prediction's state, to its last answer.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Final

from teststrip.cassette.model import Asked, Blob, Exchange, Withheld, body_digest
from teststrip.cassette.nearest import Nearest
from teststrip.cassette.read import Cassette, Place
from teststrip.cassette.scrub import Scrubber, neutral_address
from teststrip.errors import ExchangeError

_NO_BODY: Final = "its body was not put on the cassette"


class Player:
    """Plays one cassette. `asked` counts what was asked for, `played` what was answered."""

    def __init__(self, cassette: Cassette, *, fast: bool = False) -> None:
        self.cassette = cassette
        self.asked = 0
        self.played = 0
        self._fast = fast
        self._nearest = Nearest(cassette)
        self._scrubber = Scrubber()
        self._exact: dict[Asked, deque[Place]] = {}
        self._alike: dict[Asked, deque[Place]] = {}
        self._used: set[int] = set()
        self._given: Counter[int] = Counter()  # how often a line was, where `fast` gives it again
        for place in cassette.places:
            self._exact.setdefault(place.asked, deque()).append(place)
            self._alike.setdefault(_alike(place.asked), deque()).append(place)
        self._recorded = Counter(_alike(place.asked) for place in cassette.places)

    @property
    def left(self) -> int:
        """How many exchanges were not asked for; 0 where `fast` passes over some."""
        return 0 if self._fast else len(self.cassette.places) - len(self._used)

    def play(self, method: str, url: str, content_type: str, body: bytes) -> Exchange:
        """Return the next recorded exchange of such a request.

        Raises ExchangeError (kind `unrecorded`) that shows the nearest request that was recorded, and StorageError
        for a cassette that was changed meanwhile.
        """
        self.asked += 1
        asked = Asked(method, url, body_digest(content_type, self._scrubber.asked_body(body)))
        place = self._next(asked)
        if place is None:
            raise ExchangeError(self._unrecorded(asked, body), kind="unrecorded")
        exchange = self.cassette.exchange(place)
        self._check(exchange, place)
        self._used.add(place.line)
        self.played += 1
        return exchange

    def _next(self, asked: Asked) -> Place | None:
        """Take the next exchange, by the address as it is or, made new, with other signatures in it."""
        for queue in (self._exact.get(asked), self._alike.get(_alike(asked))):
            if queue is None:
                continue
            if self._fast and asked.method == "GET":
                # As often as it was asked for, or a state that was never the last one would be asked for ever.
                if self._given[queue[-1].line] < len(queue):
                    self._given[queue[-1].line] += 1
                    return queue[-1]
                continue
            while queue:
                place = queue.popleft()
                if place.line not in self._used:
                    return place
        return None

    def _check(self, exchange: Exchange, place: Place) -> None:
        body = exchange.answer
        folder = self.cassette.folder
        if isinstance(body, Withheld):
            raise ExchangeError(f"{_NO_BODY} {folder}, since {body.why}", kind="unrecorded")
        if isinstance(body, Blob) and self.cassette.blobs.size(body) != body.size:
            path = self.cassette.blobs.path(body)
            raise ExchangeError(f"{path} is missing or cut short (line {place.line})", kind="unrecorded")

    def _unrecorded(self, asked: Asked, body: bytes) -> str:
        folder = self.cassette.folder
        times = self._recorded[_alike(asked)]
        request = f"{asked.method} {asked.url}"
        cut = f"; what is missing there: {self.cassette.missing[0]}" if self.cassette.missing else ""
        if times:
            return (
                f"{request} was recorded {_times(times)} on the cassette {folder}, and is asked for once more{cut}"
            )
        return f"{request} is not on the cassette {folder}; {self._nearest.words(asked, body)}{cut}"


def _alike(asked: Asked) -> Asked:
    return Asked(asked.method, neutral_address(asked.url), asked.digest)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
