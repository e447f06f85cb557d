"""Time as an argument: the one thing that tests replace."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Protocol
from weakref import WeakKeyDictionary


class Clock(Protocol):
    """What a run asks of time."""

    def now(self) -> datetime:
        """Return the wall-clock time, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an arbitrary start."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the wall-clock time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the system's monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait without blocking the event loop."""
        await asyncio.sleep(seconds)


class SkippingClock:
    """A clock that waits for nothing: every task has a time of its own, ahead by all it would have waited.

    So many tasks that wait at once are not late for each other, and a deadline comes after as many tries as ever.
    """

    def __init__(self) -> None:
        self._ahead: WeakKeyDictionary[asyncio.Task[Any], float] = WeakKeyDictionary()

    def now(self) -> datetime:
        """Return the wall-clock time, in UTC, of which nothing is skipped."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the monotonic seconds of this task."""
        task = _task()
        return time.monotonic() + (0.0 if task is None else self._ahead.get(task, 0.0))

    async def sleep(self, seconds: float) -> None:
        """Be so much later, and let others have a turn."""
        self.skip(seconds)
        await asyncio.sleep(0)

    def skip(self, seconds: float) -> None:
        """Let so much time have passed for this task."""
        task = _task()
        if task is not None:
            self._ahead[task] = self._ahead.get(task, 0.0) + max(0.0, seconds)


def _task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop is running
        return None
