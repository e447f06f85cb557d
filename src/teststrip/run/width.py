"""How many trials of a run are under way at once: more while the server keeps up, half when it says "too many".

Additive increase and multiplicative decrease, after a slow start (Jacobson, Congestion Avoidance and Control,
SIGCOMM 1988, sections 1 and 3; RFC 5681, 3.1). One round of refusals counts once: what left before the last cut
says nothing about the width since.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Width:
    """Room for at most `most` trials of one event loop, and for `first` of them in the beginning."""

    def __init__(self, most: int, first: int) -> None:
        self._most = most
        self._room = float(min(first, most))
        self._knee = float(most)  # below it the room doubles with each round, above it grows by one
        self._cuts = 0
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def room(self) -> int:
        """How many may be under way now."""
        return int(self._room)

    @property
    def cuts(self) -> int:
        """How often the room was cut: to be remembered when a request leaves, for `crowded`."""
        return self._cuts

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Callable[[], None]]:
        """Wait for a place, and have it; first come, first served. Yields what gives it back before the end."""
        if self._waiting or self._busy >= self.room:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():  # it was given and is not used
                    self._busy -= 1
                    self._admit()
                raise
        else:
            self._busy += 1
        had = [True]

        def leave() -> None:
            if had:
                had.clear()
                self._busy -= 1
                self._admit()

        try:
            yield leave
        finally:
            leave()

    def kept_up(self) -> None:
        """Take into account that the server took a request."""
        grown = self._room + (1.0 if self._room < self._knee else 1.0 / self._room)
        self._room = min(float(self._most), grown)
        self._admit()

    def crowded(self, cuts: int) -> None:
        """Take into account that the server had too many requests; `cuts` is how many there were when it left."""
        if cuts == self._cuts:
            self._cuts += 1
            self._knee = self._room = max(1.0, self._room / 2)

    def _admit(self) -> None:
        while self._waiting and self._busy < self.room:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._busy += 1
