"""How fast: the time between polls, and between submits. Time and randomness are arguments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from teststrip.base.clock import Clock
from teststrip.base.rate import gap_of
from teststrip.provider.model import Poll, Provider
from teststrip.run.retry import Random
from teststrip.run.target import Target

UNPAID_CONCURRENCY: Final = 4
_UNPAID_POLL: Final = (0.05, 0.5, 1.5)  # an emulator is asked often: first delay, longest (s), growth
_JITTER: Final = 0.1
_SLICE: Final = 1.0  # seconds between two looks at whether to stop


def poll_delays(poll: Poll, target: Target, random: Random) -> Iterator[float]:
    """Yield the seconds before each poll, for ever: growing to a cap, with 10% of jitter that only adds."""
    first, longest, growth = _UNPAID_POLL
    if target.paid:
        first, longest, growth = poll.interval, max(poll.interval, poll.max_interval), max(1.0, poll.growth)
    delay = first
    while True:
        yield delay * (1 + _JITTER * random())
        delay = min(longest, delay * growth)


def concurrency(provider: Provider, target: Target, asked: int | None) -> int:
    """Return how many predictions run at once: what was asked, else the page's pace, or 4 where it is free."""
    return asked or (provider.pace.concurrency if target.paid else UNPAID_CONCURRENCY)


def gap_between(provider: Provider, target: Target, planned: str | None, told: str | None) -> float:
    """Return the least seconds between two submits.

    `planned` is the recipe's rate: it may be slower than the pace of the page, and on a paid target never faster.
    `told` is a rate from the command line, which is taken as it is.
    """
    if told is not None and (gap := gap_of(told)) is not None:
        return gap
    page = 60.0 / provider.pace.per_minute if target.paid and provider.pace.per_minute > 0 else 0.0
    return max(page, (gap_of(planned) if planned is not None else None) or 0.0)


class Spacing:
    """Keeps submits apart: over all workers of a run and, by `claim`, over all processes that use the same target.

    `gap` is the least seconds between two submits, 0 for none; then a target only waits when `hold` says so.
    `claim` is told the gap and returns the seconds after which it is this process's turn (see `Ledger.turn`).
    """

    def __init__(self, gap: float, clock: Clock, claim: Callable[[float], Awaitable[float]]) -> None:
        self._gap = gap
        self._clock = clock
        self._claim = claim
        self._next = clock.monotonic()
        self._unused: float | None = None  # when a turn was due that nobody wanted
        self._line = asyncio.Lock()  # who is not at its head claims no turn, which could come to nothing

    async def turn(self, halted: Callable[[], bool], wanted: Callable[[], bool] = lambda: True) -> bool:
        """Wait for a turn to submit; soon over once `halted` says that nothing more will be.

        False when it is not `wanted` any more, since another process has done meanwhile what it was for: then
        whoever is next in line has it, or two processes with the same plan would let every second turn pass.
        """
        if not self._gap:
            await self._wait(halted)
            return True
        async with self._line:
            await self._wait(halted)
            if not halted() and not self._is_left():
                self.hold(await self._claim(self._gap))
                await self._wait(halted)
                self._unused = self._clock.monotonic()
            if not halted() and not wanted():
                return False
            self._unused = None
            self.hold(self._gap)
            return True

    def _is_left(self) -> bool:
        """Tell whether the last turn was not used, and the next one of any process is not due yet."""
        return self._unused is not None and self._clock.monotonic() < self._unused + self._gap

    def hold(self, seconds: float) -> None:
        """Let nobody submit for so long: the server asked us to slow down."""
        self._next = max(self._next, self._clock.monotonic() + seconds)

    async def _wait(self, halted: Callable[[], bool]) -> None:
        while (wait := self._next - self._clock.monotonic()) > 0 and not halted():
            await self._clock.sleep(min(wait, _SLICE))
