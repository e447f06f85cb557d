"""How long a run will take: by the pace that it keeps, and by how long such requests took before. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from teststrip.provider.model import Provider
from teststrip.run.pace import concurrency, gap_between
from teststrip.run.target import Target


@dataclass(frozen=True, slots=True)
class Duration:
    """The seconds that a run will take, with the `concurrency` and the requests a minute that it keeps to.

    `measured` counts the earlier requests that it goes by; by none it is the least that the pace allows.
    `per_minute` is None where nothing is spaced.
    """

    seconds: float
    measured: int
    concurrency: int
    per_minute: float | None


def duration_of(
    requests: int,
    provider: Provider,
    target: Target,
    asked: int | None,
    took: Sequence[float],
    rate: str | None = None,
) -> Duration | None:
    """Estimate the time for so many requests; None where nothing was measured and nothing is known.

    So it is with a free target, and with an API that is not polled. `asked` is the concurrency that the recipe
    names, and `rate` its rate; `took` the seconds that earlier requests took.
    """
    if not took and (not target.paid or provider.at_once):
        return None
    at_once = concurrency(provider, target, asked)
    gap = gap_between(provider, target, rate, None)
    per_minute = round(60 / gap, 2) if gap else None
    # Nothing is ready before the first poll.
    each = statistics.median(took) if took else provider.poll.interval
    rounds = -(-requests // at_once)
    # The first request goes out at once; the last one's pictures are waited for.
    spaced = (requests - 1) * gap + each if gap and requests else 0.0
    return Duration(max(rounds * each, spaced), len(took), at_once, per_minute)


def elapsed(moves: Iterable[tuple[str, str, str]]) -> list[float]:
    """Return the seconds between `intent` and `done`, of (digest, new state, ISO time) in the order written."""
    begun: dict[str, datetime] = {}
    took: list[float] = []
    for digest, state, time in moves:
        if state == "intent":
            begun[digest] = datetime.fromisoformat(time)
        elif digest in begun:
            took.append(max(0.0, (datetime.fromisoformat(time) - begun.pop(digest)).total_seconds()))
    return took
