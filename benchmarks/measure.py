"""Timing that holds on a shared machine: processor time, best of several, ratios to the first row."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One way of doing the work: what it is called, and the processor seconds of one unit of it."""

    name: str
    seconds: float


def best(work: Callable[[], object], units: int = 1, rounds: int = 5) -> float:
    """Return the least processor time of several rounds, in seconds a unit."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) / units


def table(rows: Sequence[Row]) -> str:
    """Print rows with their ratio to the first."""
    width = max(len(row.name) for row in rows)
    first = rows[0].seconds
    lines = [
        f"  {row.name:<{width}}  {1e6 * row.seconds:>12,.1f} us  {row.seconds / first:>7.2f}x" for row in rows
    ]
    return "\n".join(lines)
